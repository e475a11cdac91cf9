// What is drawn of a track's score: the overview, and lanes over the stretch in sight.
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
const FIRST_VIEW_S = 32;
const FIFTHS = { C: 0, G: 1, D: 2, A: 3, E: 4, B: 5, "F#": 6, Gb: 6, "C#": 7, Db: 7, "G#": 8, Ab: 8, "D#": 9, Eb: 9, "A#": 10, Bb: 10, F: 11, Cb: 5, Fb: 4, "E#": 11, "B#": 0 };

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

class Lanes {
  constructor(score) {
    this.score = score;
    this.duration = score.duration_s;
    this.view = { start: 0, span: Math.min(this.duration, FIRST_VIEW_S) };
    this.lanes = Object.keys(LANES).filter((name) => name === "ruler" || name === "wave" || score[name].length);
    this.height = this.lanes.reduce((height, name) => height + LANES[name].height + GAP, -GAP);
    if (score.waveform) {
      this.peaks = unpack(score.waveform.peaks);
      this.rms = unpack(score.waveform.rms);
      this.loudest = Math.max(1, ...chunksMax(this.peaks));
    }
    this.bars = numberBars(score.beats);
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
