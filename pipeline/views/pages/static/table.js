// The table of all rows: the server filters, sorts and cuts pages; verdicts on one row or on many.
"use strict";

const DATA = JSON.parse(document.getElementById("data").textContent);
const PAGE = 50;
const KINDS = { caption: "Caption", pair: "Question", window: "Window", thought: "Thought" };
const DECISIONS = { accepted: "good", refused: "bad" };
const SAID = [["nobody", "nobody said anything"], ["anybody", "somebody said something"], ["not_me", "not by me yet"], ["me", "by me"], ["accept", "accepted by somebody"], ["reject", "rejected by somebody"], ["edit", "edited by somebody"]];
const PAST = { accept: "accepted", reject: "rejected", edit: "edited" };
const COLUMNS = [["title", "Track"], ["kind", "What"], ["text", "Text"], ["decision", "Decision"], ["mark", "Judge"], ["verdicts", "People"]];
const KEYS = [["↑ ↓", "row"], ["Enter", "whole text"], ["p", "play, pause"], ["a", "accept"], ["r", "reject"], ["e", "edit"], ["x", "select"], ["X", "select page"], ["u", "undo"], ["[ ]", "page"], ["/", "search"]];

class Rows {
  constructor(root) {
    this.root = root;
    this.asked = 0;
    this.rows = [];
    this.n = 0;
    this.offset = 0;
    this.sort = "number";
    this.descending = false;
    this.current = 0;
    this.selected = new Map(); // rows that were chosen one by one, on any page
    this.selectedAll = false; // all that match the filter
    this.undone = []; // what was said here, the last at the end
    askName(root, DATA, "All rows", "Filter, sort, hear and judge all rows of the corpus. The judge's marks are shown, so verdicts are marked as not blind.", (name) => this.start(name));
  }

  async start(name) {
    this.reviewer = name;
    this.build();
    this.say("Laying out all rows …");
    try {
      const choices = await ask("/api/choices");
      this.offer(choices);
      await this.load();
      this.say(`${choices.n} rows.`);
    } catch (error) {
      this.say(`The server does not answer: ${error.message}`);
    }
  }

  build() {
    this.filters = {};
    const field = (name, label, element) => {
      element.id = `filter-${name}`;
      this.filters[name] = element;
      element.addEventListener(element.type === "search" ? "input" : "change", () => this.refilter());
      return make("div", {}, make("label", { class: "field", for: element.id }, label), element);
    };
    const number = () => make("input", { type: "number", min: 0, max: 1, step: 0.05 });
    const form = make("form", { class: "filters", role: "search" },
      field("words", "Words in title, artist, id or text", make("input", { type: "search", maxlength: 500 })),
      field("kind", "What", make("select")), field("stage", "Stage", make("select")), field("skill", "Skill", make("select")),
      field("decision", "Decision", make("select")), field("reason", "Reason", make("select")), field("said", "People", make("select")),
      field("least_mark", "Judge from", number()), field("most_mark", "Judge to", number()));
    form.addEventListener("submit", (event) => event.preventDefault());
    const button = (label, action, attributes = {}) => {
      const element = make("button", { type: "button", ...attributes }, label);
      element.addEventListener("click", action);
      return element;
    };
    this.count = make("strong", {});
    this.pageButton = button("Select page", () => this.selectPage());
    this.allButton = button("", () => this.selectAll());
    this.clearButton = button("Clear", () => this.clear());
    this.reason = make("select", { "aria-label": "What is wrong" }, make("option", { value: "" }, "what is wrong"), ...DATA.reasons.map(([code, label]) => make("option", { value: code }, label)));
    this.note = make("input", { type: "text", maxlength: 2000, placeholder: "Note", "aria-label": "Note" });
    this.acceptButton = button("Accept", () => this.judge("accept"), { class: "accept" });
    this.rejectButton = button("Reject", () => this.judge("reject"), { class: "reject" });
    this.undoButton = button("Undo", () => this.undo());
    const tools = make("div", { class: "tools", role: "toolbar", "aria-label": "Verdict" }, this.count, this.pageButton, this.allButton, this.clearButton, this.reason, this.note, this.acceptButton, this.rejectButton, this.undoButton);
    this.said = make("p", { class: "said", role: "status", "aria-live": "polite" });
    this.heads = COLUMNS.map(([name, label]) => {
      const head = make("th", { scope: "col", class: `c-${name}` });
      head.append(button(label, () => this.sortBy(name)));
      return [name, head];
    });
    this.body = make("tbody", {});
    const table = make("table", { class: "all-rows" }, make("caption", { class: "hidden" }, "Rows of the corpus"),
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, make("span", { class: "hidden" }, "Selected")), ...this.heads.map(([, head]) => head), make("th", { scope: "col" }, make("span", { class: "hidden" }, "Verdict")))),
      this.body);
    this.place = make("span", {});
    this.turns = [["First", () => 0], ["Back", () => this.offset - PAGE], ["Next", () => this.offset + PAGE], ["Last", () => PAGE * Math.floor((this.n - 1) / PAGE)]].map(([label, to]) => button(label, () => this.turn(to())));
    const [first, back, next, last] = this.turns;
    this.audio = make("audio", { preload: "none" });
    this.audio.addEventListener("timeupdate", () => { if (this.stopAt !== null && this.audio.currentTime >= this.stopAt) this.audio.pause(); });
    for (const name of ["play", "pause"]) this.audio.addEventListener(name, () => this.showPlaying());
    this.audio.addEventListener("error", () => this.say("This sound cannot be played."));
    this.root.replaceChildren(
      make("header", {}, make("p", { class: "eyebrow" }, `${DATA.corpus} · ${this.reviewer} · `, make("a", { href: "/" }, "A sample, one by one")), make("h1", {}, "All rows")),
      form, tools, this.said, make("div", { class: "scroll" }, table),
      make("nav", { class: "pages", "aria-label": "Pages" }, first, " ", back, " ", this.place, " ", next, " ", last), this.audio,
      make("p", { class: "keys" }, ...KEYS.map(([key, text]) => make("span", {}, make("kbd", {}, key), ` ${text}`))));
    document.addEventListener("keydown", (event) => this.key(event));
  }

  say(text) { this.said.textContent = text; }

  offer(choices) {
    const fill = (name, values) => this.filters[name].replaceChildren(make("option", { value: "" }, "any"), ...values.map(([value, label]) => make("option", { value }, label)));
    for (const name of ["kind", "stage", "skill", "decision", "reason"]) fill(name, choices[name].map(([value, n]) => [value, `${(name === "kind" && KINDS[value]) || value.replaceAll("_", " ")} (${n})`]));
    fill("said", SAID);
    const given = new URLSearchParams(location.search);
    for (const [name, element] of Object.entries(this.filters)) if (given.has(name)) element.value = given.get(name);
  }

  // What the filters say, as the server takes it.
  wanted() {
    const found = {};
    for (const [name, element] of Object.entries(this.filters)) if (element.value.trim() !== "") found[name] = element.type === "number" ? Number(element.value) : element.value.trim();
    return found;
  }

  // Whether what was asked for is shown: not where another filter was set meanwhile.
  async load() {
    const asked = ++this.asked;
    const filter = this.wanted();
    const query = new URLSearchParams({ ...filter, reviewer: this.reviewer, sort: this.sort, descending: this.descending, offset: this.offset, limit: PAGE });
    let found;
    try {
      found = await ask(`/api/rows?${query}`);
    } catch (error) {
      if (asked === this.asked) throw error;
    }
    if (asked !== this.asked) return false;
    history.replaceState(null, "", `?${new URLSearchParams(filter)}`);
    if (this.offset && this.offset >= found.n) {
      this.offset = Math.max(0, PAGE * Math.floor((found.n - 1) / PAGE));
      return this.load();
    }
    this.n = found.n;
    this.rows = found.rows;
    this.current = Math.max(0, Math.min(this.current, this.rows.length - 1));
    this.paint();
    return true;
  }

  async reload() {
    try {
      return await this.load();
    } catch (error) {
      this.say(`The rows cannot be shown: ${error.message}`);
      return false;
    }
  }

  async refilter() {
    this.offset = 0;
    this.current = 0;
    this.selectedAll = false;
    this.selected.clear();
    if (await this.reload()) this.say(`${this.n} rows match.`);
  }

  async turn(offset) {
    if (offset < 0 || offset >= this.n || offset === this.offset) return;
    this.offset = offset;
    this.current = 0;
    await this.reload();
    this.body.rows[0]?.focus();
  }

  sortBy(name) {
    this.descending = this.sort === name ? !this.descending : name === "mark" || name === "verdicts";
    this.sort = name;
    this.offset = 0;
    return this.reload();
  }

  paint() {
    const hadFocus = this.body.contains(document.activeElement);
    this.body.replaceChildren(...this.rows.map((row, i) => this.line(row, i)));
    for (const [name, head] of this.heads) {
      if (name === this.sort) head.setAttribute("aria-sort", this.descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    const last = this.offset + this.rows.length;
    this.place.textContent = this.n ? `${this.offset + 1} to ${last} of ${this.n}` : "no rows match";
    this.turns.forEach((button, i) => { button.disabled = i < 2 ? this.offset === 0 : last >= this.n; });
    this.allButton.textContent = `Select all ${this.n}`;
    this.allButton.disabled = !this.n;
    this.showSelected();
    this.showPlaying();
    if (hadFocus) this.body.rows[this.current]?.focus();
  }

  line(row, i) {
    const box = make("input", { type: "checkbox", "aria-label": `Select ${row.title}, ${KINDS[row.kind]}` });
    box.addEventListener("change", () => this.select(row, box.checked));
    const small = (label, verdict, text) => {
      const element = make("button", { type: "button", class: verdict, "aria-label": `${label} ${row.title}, ${KINDS[row.kind]}` }, text ?? label);
      element.addEventListener("click", () => (verdict === "edit" ? this.edit(i) : this.judge(verdict, [row])));
      return element;
    };
    const span = row.start_s === null ? "" : `${clock(row.start_s)}–${clock(row.end_s)}`;
    const play = make("button", { type: "button", class: "hear", "aria-pressed": "false", "aria-label": `Play ${row.title} ${span}` }, `▶ ${span}`);
    play.addEventListener("click", () => this.play(i));
    const verdicts = Object.entries(row.said).map(([verdict, n]) => make("span", { class: "tag" }, `${n} ${PAST[verdict]}`));
    if (row.mine) verdicts.push(make("span", { class: "small soft" }, `you: ${PAST[row.mine.verdict]}${row.mine.comment ? `, ${row.mine.comment}` : ""}`));
    const actions = make("td", { class: "acts" }, small("Accept", "accept"), small("Reject", "reject"));
    if (row.editable !== null) actions.append(small("Edit", "edit"));
    const line = make("tr", { tabindex: i === this.current ? 0 : -1 },
      make("td", {}, box),
      make("td", { class: "c-title" }, make("div", {}, row.title), row.artist ? make("div", { class: "small soft" }, row.artist) : "", play),
      make("td", {}, make("span", { class: "tag" }, KINDS[row.kind]), make("div", { class: "small soft" }, [row.stage, row.skill].filter(Boolean).join(", "))),
      make("td", { class: "c-text" }, ...this.words(row)),
      make("td", {}, make("span", { class: `tag ${DECISIONS[row.decision] ?? ""}` }, row.decision), row.reason ? make("div", { class: "small soft" }, row.reason.replaceAll("_", " ")) : "", row.detail ? make("div", { class: "small soft more" }, row.detail) : ""),
      make("td", { class: "num" }, row.mark === null ? "" : row.mark.toFixed(2)),
      make("td", { class: "c-said" }, ...verdicts), actions);
    line.addEventListener("focusin", () => this.move(i));
    return line;
  }

  words(row) {
    const text = make("p", { class: "clamped wrap" }, row.edited === null ? row.text : "");
    if (row.edited !== null) text.append(make("del", {}, row.text), " ", make("ins", {}, row.edited));
    text.addEventListener("click", () => text.closest("tr").classList.toggle("open"));
    const parts = [];
    if (row.prompt) parts.push(make("p", { class: "small soft clamped wrap" }, row.prompt));
    parts.push(text);
    if (row.options) parts.push(make("p", { class: "small soft more" }, `of ${row.options.join(" · ")}`));
    return parts;
  }

  move(i) {
    if (i < 0 || i >= this.rows.length) return;
    this.current = i;
    [...this.body.rows].forEach((line, at) => { line.tabIndex = at === i ? 0 : -1; });
  }

  step(by) {
    const to = Math.max(0, Math.min(this.rows.length - 1, this.current + by));
    this.move(to);
    this.body.rows[to]?.focus();
  }

  keyOf(row) { return [row.stage, row.row_id, row.text_hash]; }

  select(row, isSelected) {
    if (this.selectedAll) this.clear();
    if (isSelected) this.selected.set(row.number, row);
    else this.selected.delete(row.number);
    this.showSelected();
  }

  selectPage() {
    this.selectedAll = false;
    for (const row of this.rows) this.selected.set(row.number, row);
    this.showSelected();
  }

  selectAll() {
    this.selected.clear();
    this.selectedAll = true;
    this.showSelected();
  }

  clear() {
    this.selected.clear();
    this.selectedAll = false;
    this.showSelected();
  }

  showSelected() {
    const n = this.selectedAll ? this.n : this.selected.size;
    this.count.textContent = `${n} selected`;
    this.clearButton.disabled = !n;
    this.acceptButton.disabled = this.rejectButton.disabled = !n;
    this.undoButton.disabled = !this.undone.length;
    [...this.body.rows].forEach((line, i) => {
      const isSelected = this.selectedAll || this.selected.has(this.rows[i].number);
      line.querySelector("input[type=checkbox]").checked = isSelected;
      line.classList.toggle("selected", isSelected);
    });
  }

  // A verdict on rows, or on all that are selected; with none, on the row that has the focus.
  async judge(verdict, rows = null) {
    const comment = this.note.value.trim() || null;
    const reasons = verdict === "reject" && this.reason.value ? [this.reason.value] : [];
    const said = { reviewer: this.reviewer, verdict, reasons, comment };
    const chosen = rows ?? (this.selected.size ? [...this.selected.values()] : this.rows.slice(this.current, this.current + 1));
    if (rows === null && this.selectedAll) {
      await this.send("/api/rows/verdicts", { ...said, matching: this.wanted(), n: this.n }, verdict, this.n);
    } else if (chosen.length === 1) {
      const [stage, row_id, text_hash] = this.keyOf(chosen[0]);
      await this.send("/api/rows/verdict", { ...said, stage, row_id, text_hash }, verdict, 1);
    } else if (chosen.length) {
      await this.send("/api/rows/verdicts", { ...said, rows: chosen.map(this.keyOf), n: chosen.length }, verdict, chosen.length);
    }
  }

  edit(i) {
    const row = this.rows[i];
    if (!row || row.editable === null) return;
    const cell = this.body.rows[i].querySelector(".c-text");
    const before = row.mine?.edited_text ?? row.editable;
    const field = row.options ? make("select", { "aria-label": "The answer" }, ...row.options.map((each) => make("option", { value: each }, each))) : make("textarea", { class: "edit", maxlength: 20000, "aria-label": "Your text", spellcheck: "true" });
    field.value = before;
    const save = make("button", { type: "button", class: "primary" }, "Save");
    const cancel = make("button", { type: "button" }, "Cancel");
    const send = () => {
      const [stage, row_id, text_hash] = this.keyOf(row);
      const comment = this.note.value.trim() || null;
      return this.send("/api/rows/verdict", { reviewer: this.reviewer, verdict: "edit", reasons: [], comment, edited_text: field.value.trim(), stage, row_id, text_hash }, "edit", 1);
    };
    const close = () => { cell.replaceChildren(...this.words(row)); this.body.rows[i].focus(); };
    save.addEventListener("click", send);
    cancel.addEventListener("click", close);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
      event.stopPropagation();
    });
    cell.replaceChildren(...(row.prompt ? [make("p", { class: "small soft wrap" }, row.prompt)] : []), field, make("p", {}, save, " ", cancel));
    field.focus();
    this.say("Change the text; Ctrl + Enter saves, Escape lets go.");
  }

  async send(path, body, verdict, n) {
    if (this.isSending) return;
    this.isSending = true;
    try {
      const kept = await ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      this.undone.push([kept.path, verdict, n]);
    } catch (error) {
      this.say(`Not saved: ${error.message}`);
      return;
    } finally {
      this.isSending = false;
    }
    this.clear();
    this.note.value = this.reason.value = "";
    await this.reload();
    this.say(`${PAST[verdict]}: ${n === 1 ? "one row" : `${n} rows`}.`);
  }

  async undo() {
    const last = this.undone.at(-1);
    if (!last || this.isSending) return;
    const [path, verdict, n] = last;
    this.isSending = true;
    try {
      await ask("/api/rows/undo", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ reviewer: this.reviewer, path }) });
      this.undone.pop();
    } catch (error) {
      this.say(`Not taken back: ${error.message}`);
      return;
    } finally {
      this.isSending = false;
    }
    await this.reload();
    this.say(`Taken back: ${n === 1 ? "one row" : `${n} rows`} ${PAST[verdict]}.`);
  }

  // Plays the stretch that a row is about, or the whole track; again: pauses.
  async play(i) {
    const row = this.rows[i];
    if (!row) return;
    if (this.playing === row.number && !this.audio.paused) {
      this.audio.pause();
      return;
    }
    const url = `/audio/${encodeURIComponent(row.track_id)}`;
    this.playing = row.number;
    this.stopAt = row.end_s;
    if (this.audio.getAttribute("src") !== url) {
      this.audio.src = url;
      this.audio.load();
    }
    if (this.audio.readyState < 1) await new Promise((ready) => this.audio.addEventListener("loadedmetadata", ready, { once: true }));
    if (this.playing !== row.number) return; // another row meanwhile
    this.audio.currentTime = row.start_s ?? 0;
    this.audio.play().catch((error) => this.say(`This sound cannot be played: ${error.message}`));
  }

  showPlaying() {
    [...this.body.rows].forEach((line, i) => line.querySelector(".hear").setAttribute("aria-pressed", String(this.rows[i].number === this.playing && !this.audio.paused)));
  }

  key(event) {
    if (event.target.closest("textarea, select, input:not([type=checkbox])")) {
      if (event.key === "Escape") event.target.blur();
      if (event.key === "Enter") (this.body.rows[this.current] ?? event.target).focus();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat && !event.key.startsWith("Arrow")) return;
    const row = this.rows[this.current];
    const actions = {
      ArrowDown: () => this.step(1), ArrowUp: () => this.step(-1), j: () => this.step(1), k: () => this.step(-1),
      p: () => this.play(this.current), a: () => this.judge("accept"), r: () => this.judge("reject"), e: () => this.edit(this.current), u: () => this.undo(),
      x: () => row && this.select(row, !this.selected.has(row.number)), X: () => this.selectPage(),
      "[": () => this.turn(this.offset - PAGE), "]": () => this.turn(this.offset + PAGE), "/": () => this.filters.words.focus(),
    };
    if (event.key === "Enter" && event.target.tagName === "TR") event.target.classList.toggle("open");
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }
}

window.table = new Rows(document.getElementById("table"));
