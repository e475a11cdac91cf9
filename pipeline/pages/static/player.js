// The player: a waveform with beats, keys, chords, words and windows, drawn from a track's score.
// Any element with data-time plays from there when it is clicked, until data-end where it has one.
"use strict";

const LANES = {
  ruler: { height: 18, name: "" },
  wave: { height: 96, name: "Beats" },
  keys: { height: 22, name: "Key" },
  chords: { height: 38, name: "Chords" },
  words: { height: 22, name: "Lyrics" },
  segments: { height: 22, name: "Captions" },
};
const GAP = 5;
const FIFTHS = { C: 0, G: 1, D: 2, A: 3, E: 4, B: 5, "F#": 6, Gb: 6, "C#": 7, Db: 7, "G#": 8, Ab: 8, "D#": 9, Eb: 9, "A#": 10, Bb: 10, F: 11, Cb: 5, Fb: 4, "E#": 11, "B#": 0 };
const SHORTEST_VIEW_S = 2;
const FIRST_VIEW_S = 32;
const PLAY_ICON = '<svg viewBox="0 0 16 16" aria-hidden="true"><path class="start" d="M3 1.5v13l11-6.5z"/><path class="pause" d="M3 2h3.6v12H3zM9.4 2H13v12H9.4z"/></svg>';

const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

function unpack(text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

// Index of the last item that starts at or before a time; -1 for none. Items are sorted.
function lastBefore(items, time) {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle][0] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function itemAt(items, time) {
  const item = items[lastBefore(items, time)];
  return item && time < item[1] ? item : null;
}

function chordHue(label) {
  const root = /^[A-G][#b]?/.exec(label);
  return root ? FIFTHS[root[0]] * 30 + 10 : null;
}

class Player {
  constructor(root, score, audioUrl) {
    this.root = root;
    this.score = score;
    this.duration = score.duration_s;
    this.audio = make("audio", { preload: "metadata" });
    this.audio.src = audioUrl;
    this.stopAt = null;
    this.clicks = null;
    this.view = { start: 0, span: Math.min(this.duration, FIRST_VIEW_S) };
    this.lanes = Object.keys(LANES).filter((name) => name === "ruler" || name === "wave" || score[name].length);
    if (score.waveform) {
      this.peaks = unpack(score.waveform.peaks);
      this.rms = unpack(score.waveform.rms);
      this.loudest = Math.max(1, ...chunksMax(this.peaks));
    }
    this.bars = numberBars(score.beats);
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
    this.height = top - GAP;
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

  readColours() {
    const style = getComputedStyle(document.documentElement);
    const names = ["ink", "soft", "line", "wash", "accent", "wave", "wave-core", "beat", "card", "chord-sat", "chord-light", "chord-ink"];
    this.colour = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
    const body = getComputedStyle(document.body);
    this.font = body.fontFamily;
    this.serif = style.getPropertyValue("--serif").trim();
  }

  resize() {
    const scale = devicePixelRatio || 1;
    const fit = (canvas, height) => {
      const width = canvas.clientWidth;
      canvas.style.height = `${height}px`;
      canvas.width = Math.max(1, Math.round(width * scale));
      canvas.height = Math.round(height * scale);
      const pen = canvas.getContext("2d");
      pen.setTransform(scale, 0, 0, scale, 0, 0);
      return width;
    };
    this.width = fit(this.canvas, this.height);
    fit(this.overview, 30);
    this.drawOverviewImage();
    this.draw();
  }

  x(time) { return ((time - this.view.start) / this.view.span) * this.width; }

  drawOverviewImage() {
    const { width, height } = this.overview;
    this.overviewImage = Object.assign(document.createElement("canvas"), { width, height });
    const pen = this.overviewImage.getContext("2d");
    pen.fillStyle = this.colour.wash;
    pen.fillRect(0, 0, width, height);
    this.drawWave(pen, 0, this.duration, width, 0, height);
  }

  drawOverview() {
    const pen = this.overview.getContext("2d");
    const width = this.overview.clientWidth;
    const x = (time) => (time / this.duration) * width;
    pen.clearRect(0, 0, width, 30);
    pen.drawImage(this.overviewImage, 0, 0, width, 30);
    if (this.view.span < this.duration) {
      pen.strokeStyle = this.colour.accent;
      pen.lineWidth = 1.5;
      pen.strokeRect(x(this.view.start) + 0.75, 0.75, Math.max(4, x(this.view.span) - 1.5), 28.5);
    }
    pen.fillStyle = this.colour.accent;
    pen.fillRect(x(this.now()) - 0.75, 0, 1.5, 30);
    this.overview.setAttribute("aria-valuenow", this.now().toFixed(1));
    this.overview.setAttribute("aria-valuetext", clock(this.now()));
  }

  draw() {
    const pen = this.canvas.getContext("2d");
    pen.clearRect(0, 0, this.width, this.height);
    let top = 0;
    const draw = { ruler: "drawRuler", wave: "drawSound", keys: "drawKeys", chords: "drawChords", words: "drawWords", segments: "drawSegments" };
    for (const name of this.lanes) {
      this[draw[name]](pen, top, LANES[name].height);
      top += LANES[name].height + GAP;
    }
    const now = this.x(this.now());
    pen.fillStyle = this.colour.accent;
    pen.fillRect(now - 0.75, 0, 1.5, this.height);
    this.drawOverview();
    this.readOut();
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

  drawRuler(pen, top, height) {
    const steps = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300];
    const step = steps.find((each) => (each / this.view.span) * this.width >= 60) ?? 600;
    pen.fillStyle = this.colour.soft;
    pen.font = `11px ${this.font}`;
    pen.textBaseline = "middle";
    pen.textAlign = "left";
    for (let time = Math.ceil(this.view.start / step) * step; time <= this.view.start + this.view.span; time += step) {
      const x = Math.round(this.x(time));
      pen.fillRect(x, top + height - 5, 1, 5);
      pen.fillText(step < 1 ? `${clock(time)}.${Math.round((time % 1) * 10)}` : clock(time), x + 4, top + height / 2);
    }
  }

  drawSound(pen, top, height) {
    const beatWidth = this.score.beats.length ? (this.width * this.duration) / this.score.beats.length / this.view.span : 0;
    this.drawWave(pen, this.view.start, this.view.start + this.view.span, this.width, top, height);
    this.drawBeats(pen, top, height, beatWidth);
  }

  drawBeats(pen, top, height, beatWidth) {
    const { beats } = this.score;
    const end = this.view.start + this.view.span;
    const labelEvery = [1, 2, 4, 8, 16, 32, 64].find((n) => n * beatWidth * 4 > 34) ?? 128;
    pen.font = `10px ${this.font}`;
    pen.textAlign = "left";
    pen.textBaseline = "top";
    for (let i = Math.max(0, lastBefore(beats, this.view.start)); i < beats.length && beats[i][0] <= end; i++) {
      const isDownbeat = beats[i][1] === 1;
      if (!isDownbeat && beatWidth < 5) continue;
      if (isDownbeat && beatWidth * 4 < 4) continue;
      const x = Math.round(this.x(beats[i][0]));
      pen.fillStyle = this.colour.ink;
      pen.globalAlpha = isDownbeat ? 0.55 : 0.22;
      pen.fillRect(x, isDownbeat ? top : top + height * 0.16, 1, isDownbeat ? height : height * 0.68);
      pen.globalAlpha = 0.75;
      if (isDownbeat && x >= 0 && this.bars[i] % labelEvery === (labelEvery > 1 ? 1 : 0)) pen.fillText(this.bars[i], x + 3, top);
    }
    pen.globalAlpha = 1;
  }

  drawWave(pen, start, end, width, top, height) {
    if (!this.peaks) return;
    const rate = this.score.waveform.rate_hz;
    const middle = top + height / 2;
    const scale = (height / 2 - 3) / this.loudest;
    for (const [values, colour] of [[this.peaks, this.colour.wave], [this.rms, this.colour["wave-core"]]]) {
      pen.fillStyle = colour;
      for (let x = 0; x < width; x++) {
        const from = Math.floor((start + ((end - start) * x) / width) * rate);
        const to = Math.max(from + 1, Math.floor((start + ((end - start) * (x + 1)) / width) * rate));
        let value = 0;
        for (let i = from; i < to && i < values.length; i++) value = Math.max(value, values[i]);
        const half = Math.max(0.5, value * scale);
        pen.fillRect(x, middle - half, 1, 2 * half);
      }
    }
  }

  // Boxes of the items in sight; those too narrow to see are merged by their colour's own pixels.
  boxes(pen, items, top, height, paint) {
    const end = this.view.start + this.view.span;
    let lastX = -1;
    for (let i = Math.max(0, lastBefore(items, this.view.start)); i < items.length && items[i][0] < end; i++) {
      const x = Math.max(0, this.x(items[i][0]));
      const width = Math.min(this.width, this.x(items[i][1])) - x;
      if (width <= 0 || (width < 1 && Math.floor(x) === lastX)) continue;
      lastX = Math.floor(x);
      paint(items[i], x, width);
    }
  }

  box(pen, x, top, width, height, fill) {
    pen.fillStyle = fill;
    pen.beginPath();
    pen.roundRect(x + 0.5, top, Math.max(0.6, width - 1), height, width > 8 ? 3 : 0);
    pen.fill();
  }

  label(pen, text, x, y, width, font, colour) {
    pen.font = font;
    if (pen.measureText(text).width > width - 7) return false;
    pen.fillStyle = colour;
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    pen.fillText(text, x + 5, y);
    return true;
  }

  tint(label) {
    const hue = chordHue(label);
    const { "chord-sat": saturation, "chord-light": light } = this.colour;
    return hue === null ? this.colour.wash : `hsl(${hue} ${saturation} ${light})`;
  }

  drawKeys(pen, top, height) {
    this.boxes(pen, this.score.keys, top, height, (key, x, width) => {
      this.box(pen, x, top, width, height, this.tint(key[2]));
      const y = top + height / 2 + 0.5;
      this.label(pen, `${key[2]} ${key[3]}`, x, y, width, `600 12px ${this.font}`, this.colour["chord-ink"])
        || this.label(pen, `${key[2]}${key[3] === "minor" ? "m" : ""}`, x, y, width, `600 11px ${this.font}`, this.colour["chord-ink"]);
    });
  }

  drawChords(pen, top, height) {
    this.boxes(pen, this.score.chords, top, height, (chord, x, width) => {
      this.box(pen, x, top, width, height, this.tint(chord[2]));
      const ink = this.colour["chord-ink"];
      this.label(pen, chord[2], x, top + 12, width, `600 12.5px ${this.font}`, ink)
        || this.label(pen, chord[2], x, top + 12, width + 3, `600 10px ${this.font}`, ink);
      if (chord[3]) this.label(pen, chord[3], x, top + 27, width, `12px ${this.serif}`, ink);
    });
  }

  drawWords(pen, top, height) {
    this.boxes(pen, this.score.words, top, height, (word, x, width) => {
      this.box(pen, x, top, width, height, this.colour.wash);
      this.label(pen, word[2], x - 2, top + height / 2, width + 6, `12px ${this.serif}`, this.colour.ink);
    });
  }

  drawSegments(pen, top, height) {
    this.boxes(pen, this.score.segments, top, height, (segment, x, width) => {
      this.box(pen, x, top, width, height, this.colour.wash);
      const text = segment[2] ?? (segment[3] ? "silent" : "");
      const font = `12px ${this.font}`;
      pen.font = font;
      const fits = Math.floor((width - 14) / 6.2);
      if (fits > 4) this.label(pen, text.length > fits ? `${text.slice(0, fits - 1)}…` : text, x, top + height / 2, width + 60, font, this.colour.soft);
    });
  }
}

// Bars from 1 at the first downbeat; beats before it are bar 0.
function numberBars(beats) {
  let bar = 0;
  return beats.map(([, position]) => (position === 1 ? ++bar : bar));
}

// Math.max takes no array of a million values.
function chunksMax(values) {
  const found = [];
  for (let i = 0; i < values.length; i += 4096) found.push(Math.max(...values.subarray(i, i + 4096)));
  return found;
}
