// The player: a waveform with beats, keys, chords, words and windows, drawn from a track's score.
// Any element with data-time plays from there when it is clicked, until data-end where it has one.
"use strict";

const SHORTEST_VIEW_S = 2;
const PLAY_ICON = '<svg viewBox="0 0 16 16" aria-hidden="true"><path class="start" d="M3 1.5v13l11-6.5z"/><path class="pause" d="M3 2h3.6v12H3zM9.4 2H13v12H9.4z"/></svg>';

class Player extends Lanes {
  constructor(root, score, audioUrl) {
    super(score);
    this.root = root;
    this.audio = make("audio", { preload: "metadata" });
    this.audio.src = audioUrl;
    this.stopAt = null;
    this.clicks = null;
    this.build();
    this.listen();
    this.readColours();
    this.resize();
  }

  build() {
    this.playButton = make("button", { type: "button", class: "play", "aria-label": "Play" });
    this.playButton.innerHTML = PLAY_ICON;
    this.clockText = make("span", { class: "clock" });
    this.nowText = make("span", { class: "now" });
    const button = (label, title, action) => {
      const element = make("button", { type: "button", title }, label);
      element.addEventListener("click", action);
      return element;
    };
    this.clickButton = button("Click on beats", "Hear a click on every beat, a higher one on downbeats (c)", () => this.toggleClicks());
    this.clickButton.setAttribute("aria-pressed", "false");
    this.clickButton.hidden = !this.score.beats.length;
    const transport = make("div", { class: "transport" }, this.playButton, this.clockText, this.nowText, this.clickButton,
      button("−", "Show more of the track (-)", () => this.zoom(2)),
      button("+", "Show less of the track (+)", () => this.zoom(0.5)),
      button("Whole track", "Show the whole track (0)", () => this.zoom(Infinity)));
    this.overview = make("canvas", { class: "overview", role: "slider", tabindex: "0", "aria-label": "Position in the track", "aria-valuemin": "0", "aria-valuemax": this.duration.toFixed(1) });
    this.canvas = make("canvas", { role: "img", "aria-label": this.describeLanes() });
    this.names = make("div", { class: "names", "aria-hidden": "true" });
    this.notice = make("p", { class: "notice", role: "alert", hidden: true });
    this.root.classList.add("player");
    this.root.replaceChildren(transport, this.notice, make("div", { class: "lanes" }, this.overview, this.names, this.canvas), this.audio);
    let top = 0;
    for (const name of this.lanes) {
      const label = make("span", {}, LANES[name].name);
      label.style.top = `${top + LANES[name].height / 2 - 6}px`;
      this.names.append(label);
      top += LANES[name].height + GAP;
    }
  }

  describeLanes() {
    const { beats, keys, chords, words } = this.score;
    const parts = [`${beats.length} beats`, `${keys.length} key sections`, `${chords.length} chords`, `${words.length} words`];
    return `Waveform with ${parts.join(", ")}; the same is in tables below. Click to play from a place.`;
  }

  listen() {
    const audio = this.audio;
    this.playButton.addEventListener("click", () => this.toggle());
    audio.addEventListener("play", () => this.setPlaying(true));
    audio.addEventListener("pause", () => this.setPlaying(false));
    audio.addEventListener("seeked", () => this.draw());
    audio.addEventListener("error", () => this.tell("This browser cannot play the audio file, or it is not where the page expects it."));
    this.canvas.addEventListener("click", (event) => this.playAt(event));
    this.canvas.addEventListener("mousemove", (event) => this.hover(event));
    this.canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.overview.addEventListener("click", (event) => {
      const box = this.overview.getBoundingClientRect();
      this.play((this.duration * (event.clientX - box.left)) / box.width);
    });
    this.overview.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: -5, ArrowRight: 5, ArrowDown: -5, ArrowUp: 5, PageDown: -30, PageUp: 30 };
      const to = event.key === "Home" ? 0 : event.key === "End" ? this.duration : event.key in steps ? this.now() + steps[event.key] : null;
      if (to === null) return;
      event.preventDefault();
      this.seek(to);
    });
    this.onDocumentClick = (event) => {
      const place = event.target.closest("[data-time]");
      if (!place) return;
      this.play(Number(place.dataset.time), place.dataset.end ? Number(place.dataset.end) : null);
    };
    this.onKey = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
      const onButton = event.target.closest("button, summary, a");
      const actions = {
        " ": onButton ? null : () => this.toggle(),
        ArrowLeft: event.target === this.overview ? null : () => this.seek(this.now() - 5),
        ArrowRight: event.target === this.overview ? null : () => this.seek(this.now() + 5),
        "+": () => this.zoom(0.5), "=": () => this.zoom(0.5), "-": () => this.zoom(2), 0: () => this.zoom(Infinity),
        c: () => this.toggleClicks(),
      };
      const action = actions[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.canvas.parentElement);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.onScheme = () => { this.readColours(); this.drawOverviewImage(); this.draw(); };
    this.scheme.addEventListener("change", this.onScheme);
    document.addEventListener("click", this.onDocumentClick);
    document.addEventListener("keydown", this.onKey);
  }

  close() {
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.audio.load();
    this.observer.disconnect();
    this.scheme.removeEventListener("change", this.onScheme);
    document.removeEventListener("click", this.onDocumentClick);
    document.removeEventListener("keydown", this.onKey);
    if (this.clicks) this.clicks.close();
  }

  tell(text) {
    this.notice.textContent = text;
    this.notice.hidden = false;
  }

  now() { return this.audio.currentTime; }

  seek(time) {
    this.stopAt = null;
    this.audio.currentTime = Math.max(0, Math.min(time, this.duration));
    this.follow(true);
    this.draw();
  }

  play(time, end = null) {
    this.seek(time);
    this.stopAt = end;
    this.audio.play().catch((error) => {
      if (error.name !== "AbortError") this.tell(`The audio does not play: ${error.message}`);
    });
  }

  toggle() {
    if (this.audio.paused) this.play(this.audio.ended ? 0 : this.now());
    else this.audio.pause();
  }

  setPlaying(isPlaying) {
    this.root.classList.toggle("playing", isPlaying);
    this.playButton.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
    this.lastClicked = this.now();
    if (isPlaying) this.tick();
  }

  tick() {
    if (this.audio.paused) return;
    if (this.stopAt !== null && this.now() >= this.stopAt) {
      this.stopAt = null;
      this.audio.pause();
    }
    this.scheduleClicks();
    this.follow(false);
    this.draw();
    requestAnimationFrame(() => this.tick());
  }

  // Keep the playhead in sight.
  follow(center) {
    const { start, span } = this.view;
    const now = this.now();
    if (now < start || now > start + span) this.setView(now - (center ? 0.15 : 0.05) * span, span);
    else if (!this.audio.paused && now > start + 0.92 * span) this.setView(now - 0.08 * span, span);
  }

  setView(start, span) {
    const whole = Math.max(SHORTEST_VIEW_S, Math.min(span, this.duration));
    this.view = { start: Math.max(0, Math.min(start, this.duration - whole)), span: whole };
  }

  // Bring a stretch into sight; what plays next starts there.
  showSpan(start, end) {
    this.setView(start - 2, Math.max(16, end - start + 4));
    this.seek(start);
  }

  zoom(factor, around = null) {
    const { start, span } = this.view;
    const inSight = this.now() >= start && this.now() <= start + span;
    const fixed = around ?? (inSight ? this.now() : start + span / 2);
    const wanted = Math.max(SHORTEST_VIEW_S, Math.min(span * factor, this.duration));
    this.setView(fixed - ((fixed - start) / span) * wanted, wanted);
    this.draw();
  }

  wheel(event) {
    const isZoom = event.ctrlKey || event.metaKey;
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    if (!isZoom && Math.abs(sideways) < 1) return;
    event.preventDefault();
    if (isZoom) this.zoom(Math.exp(event.deltaY / 200), this.timeAt(event));
    else {
      this.setView(this.view.start + (sideways / this.width) * this.view.span, this.view.span);
      this.draw();
    }
  }

  timeAt(event) {
    const box = this.canvas.getBoundingClientRect();
    return this.view.start + (this.view.span * (event.clientX - box.left)) / box.width;
  }

  laneAt(event) {
    let y = event.clientY - this.canvas.getBoundingClientRect().top;
    for (const name of this.lanes) {
      if (y <= LANES[name].height) return name;
      y -= LANES[name].height + GAP;
    }
    return "wave";
  }

  under(event) {
    const lane = this.laneAt(event);
    return lane === "ruler" || lane === "wave" ? null : itemAt(this.score[lane], this.timeAt(event));
  }

  // A chord, key, word or window plays from its start; the waveform from the very place.
  playAt(event) {
    const item = this.under(event);
    this.play(item ? item[0] : this.timeAt(event));
  }

  hover(event) {
    const item = this.under(event);
    const lane = this.laneAt(event);
    const texts = {
      keys: (i) => `${i[2]} ${i[3]}`, chords: (i) => `${i[2]}${i[3] ? `, ${i[3]}` : ""}`,
      words: (i) => i[2], segments: (i) => i[2] ?? (i[3] ? "silent" : "no caption"),
    };
    this.canvas.title = item ? `${clock(item[0])}–${clock(item[1])} ${texts[lane](item)}` : clock(this.timeAt(event));
  }

  toggleClicks() {
    if (!this.score.beats.length) return;
    this.clicks = this.clicks ?? new AudioContext();
    const on = this.clickButton.getAttribute("aria-pressed") !== "true";
    this.clickButton.setAttribute("aria-pressed", String(on));
    this.lastClicked = this.now();
    if (on) this.clicks.resume();
  }

  scheduleClicks() {
    const now = this.now();
    const until = now + 0.12;
    if (this.clickButton.getAttribute("aria-pressed") === "true" && this.clicks) {
      const from = Math.abs(now - this.lastClicked) > 1 ? now : this.lastClicked;
      for (let i = lastBefore(this.score.beats, from) + 1; i < this.score.beats.length && this.score.beats[i][0] <= until; i++) {
        const [time, position] = this.score.beats[i];
        this.click(this.clicks.currentTime + Math.max(0, time - now), position === 1);
      }
    }
    this.lastClicked = until;
  }

  click(at, isDownbeat) {
    const gain = new GainNode(this.clicks, { gain: 0 });
    const tone = new OscillatorNode(this.clicks, { frequency: isDownbeat ? 1760 : 1175 });
    gain.gain.setValueAtTime(isDownbeat ? 0.5 : 0.3, at);
    gain.gain.exponentialRampToValueAtTime(0.001, at + 0.05);
    tone.connect(gain).connect(this.clicks.destination);
    tone.start(at);
    tone.stop(at + 0.06);
  }

  readOut() {
    const now = this.now();
    this.clockText.textContent = `${clock(now)} / ${clock(this.duration)}`;
    const beat = lastBefore(this.score.beats, now);
    const chord = itemAt(this.score.chords, now);
    const key = itemAt(this.score.keys, now);
    const parts = [];
    if (beat >= 0) parts.push(`bar ${this.bars[beat]}, beat ${this.score.beats[beat][1]}`);
    if (key) parts.push(`${key[2]} ${key[3]}`);
    if (chord) parts.push(chord[3] ? `${chord[2]} (${chord[3]})` : chord[2]);
    this.nowText.textContent = parts.join("  ·  ");
    for (const element of document.querySelectorAll(".follow[data-time]")) {
      const isCurrent = now >= Number(element.dataset.time) && now < Number(element.dataset.end) && !this.audio.paused;
      if (element.classList.contains("current") !== isCurrent) element.classList.toggle("current", isCurrent);
    }
  }
}
