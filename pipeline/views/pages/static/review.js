// The review page: one row at a time, with its sound. All words go in as text, never as markup.
"use strict";

const DATA = JSON.parse(document.getElementById("data").textContent);
const SKILLS = { temporal: "Time", attributes: "Attributes", harmony: "Harmony and theory", lyrics: "Lyrics and voice", structure: "Structure and comparison" };
const KINDS = { caption: "Rich caption", question: "Question", window: "Window caption", thought: "Thought" };
const KEYS = [["space", "play, pause"], ["a", "accept"], ["r", "reject"], ["e", "edit"], ["j", "next"], ["k", "back"], ["1-9", "reasons"], ["Enter", "save"], ["← →", "5 s"], ["+ − 0", "zoom"], ["c", "clicks"]];

class Review {
  constructor(root) {
    this.root = root;
    this.items = new Map();
    this.player = null;
    askName(root, DATA, "Review", `${DATA.n_items} texts to hear and judge. Your verdicts are kept as you give them; you can stop at any time and go on later under the same name.`, (name) => this.start(name));
  }

  async start(name) {
    this.reviewer = name;
    this.build();
    this.say("Loading …");
    try {
      this.done = await ask(`/api/done?${new URLSearchParams({ reviewer: name })}`);
      const next = this.done.findIndex((each) => each === null);
      await this.show(next < 0 ? 0 : next);
      if (next < 0) this.say("All of it is reviewed. You can go through it again and change your mind.");
    } catch (error) {
      this.say(`The server does not answer: ${error.message}`);
    }
  }

  build() {
    this.heading = make("h1", {});
    this.eyebrow = make("p", { class: "eyebrow" });
    this.facts = make("dl", { class: "facts" });
    this.notice = make("p", { class: "notice", role: "alert", hidden: true });
    this.playerRoot = make("div", { id: "player" });
    this.card = make("section", { class: "prose", "aria-label": "The text to judge" });
    this.progress = make("progress", { max: DATA.n_items, "aria-label": "Reviewed" });
    this.count = make("p", { class: "small soft" });
    this.buttons = {};
    const decisions = make("div", { class: "decisions", role: "group", "aria-label": "Verdict" });
    for (const [name, label] of [["accept", "Accept"], ["reject", "Reject"], ["edit", "Edit"]]) {
      this.buttons[name] = make("button", { type: "button", class: name, "aria-pressed": "false" }, label);
      this.buttons[name].addEventListener("click", () => this.decide(name));
      decisions.append(this.buttons[name]);
    }
    this.reasonBoxes = DATA.reasons.map(([code, label], i) => {
      const box = make("input", { type: "checkbox", value: code });
      return [box, make("label", {}, box, i < 9 ? `${label} ` : label, i < 9 ? make("kbd", {}, String(i + 1)) : "")];
    });
    this.reasons = make("fieldset", { hidden: true }, make("legend", {}, "What is wrong"), make("div", { class: "reasons" }, ...this.reasonBoxes.map(([, label]) => label)));
    this.editor = make("textarea", { class: "edit", id: "edit", maxlength: 20000, spellcheck: "true" });
    this.editField = make("fieldset", { hidden: true }, make("label", { class: "field", for: "edit" }, "Your text"), this.editor);
    this.comment = make("input", { type: "text", id: "comment", maxlength: 2000 });
    this.saveButton = make("button", { type: "button", class: "primary" }, "Save and go on");
    this.saveButton.addEventListener("click", () => this.save());
    this.more = make("div", { hidden: true }, this.reasons, make("fieldset", {}, make("label", { class: "field", for: "comment" }, "Remark"), this.comment), make("p", {}, this.saveButton));
    this.said = make("p", { class: "said", role: "status", "aria-live": "polite" });
    const step = (label, by) => {
      const button = make("button", { type: "button" }, label);
      button.addEventListener("click", () => this.show(this.number + by));
      return button;
    };
    this.back = step("Back", -1);
    this.next = step("Next", 1);
    const panel = make("aside", { class: "panel", "aria-label": "Your verdict" },
      this.progress, this.count, decisions, this.more, this.said, make("p", {}, this.back, " ", this.next), make("p", { class: "small" }, make("a", { href: "/table" }, "All rows as a table")),
      make("p", { class: "small soft" }, DATA.is_blind ? "You do not see what the judge said, so that your verdict is your own." : "The judge's score is shown: verdicts are marked as not blind."),
      make("p", { class: "keys" }, ...KEYS.map(([key, text]) => make("span", {}, make("kbd", {}, key), ` ${text}`))));
    this.root.replaceChildren(make("header", {}, this.eyebrow, this.heading, this.facts), this.notice, this.playerRoot, make("div", { class: "bench" }, make("div", {}, this.card, this.editField), panel));
    document.addEventListener("keydown", (event) => this.key(event));
  }

  say(text) { this.said.textContent = text; }

  load(number) {
    if (number < 0 || number >= DATA.n_items) return null;
    if (!this.items.has(number)) {
      const item = ask(`/api/items/${number}`);
      item.catch(() => this.items.delete(number));
      this.items.set(number, item);
      if (this.items.size > 12) this.items.delete(this.items.keys().next().value);
    }
    return this.items.get(number);
  }

  async show(number) {
    if (number < 0 || number >= DATA.n_items) {
      this.say(number < 0 ? "This is the first one." : "This is the last one.");
      return;
    }
    this.number = number;
    this.item = null; // no verdict falls on a text before it is seen
    let item;
    try {
      item = await this.load(number);
    } catch (error) {
      this.say(`Row ${number + 1} cannot be shown: ${error.message}`);
      return;
    }
    if (this.number !== number) return; // gone on meanwhile
    this.item = item;
    this.paint(item);
    this.load(number + 1)?.catch(() => {});
  }

  paint(item) {
    this.heading.textContent = item.title;
    this.eyebrow.textContent = [`${item.number + 1} of ${DATA.n_items}`, this.reviewer, item.artist].filter(Boolean).join(" · ");
    this.facts.replaceChildren(...item.facts.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
    this.notice.hidden = !item.problem;
    this.notice.textContent = item.problem ? `The sound cannot be drawn: ${item.problem}` : "";
    if (this.player) this.player.close();
    this.player = new Player(this.playerRoot, item.score, `/audio/${encodeURIComponent(item.track_id)}`);
    this.card.replaceChildren(...this.words(item));
    this.buttons.edit.hidden = item.shown.editable === null;
    if (item.shown.span) this.player.showSpan(...item.shown.span);
    const before = this.done[item.number];
    this.choose(before ? before.verdict : null);
    this.editor.value = before?.edited_text ?? item.shown.editable ?? "";
    this.comment.value = before?.comment ?? "";
    for (const [box] of this.reasonBoxes) box.checked = before?.reasons.includes(box.value) ?? false;
    this.say(before ? `You said: ${before.verdict}. Another verdict replaces it.` : "");
    this.countDone();
  }

  words(item) {
    const { shown } = item;
    const head = make("p", {}, make("span", { class: "tag" }, KINDS[shown.kind]), shown.skill ? make("span", { class: "tag" }, SKILLS[shown.skill] ?? shown.skill) : "");
    if (item.judge_score !== null) head.append(make("span", { class: "tag" }, `judge: ${item.judge_score.toFixed(2)}`));
    if (shown.span) head.append(this.timeButton(`${clock(shown.span[0])}–${clock(shown.span[1])}`, shown.span[0], shown.span[1]));
    const parts = [head];
    if (shown.kind === "question") {
      parts.push(make("p", { class: "question" }, ...this.timed(shown.question)));
      if (shown.options) {
        parts.push(make("div", { class: "qa" }, make("ul", {}, ...shown.options.map((option) => make("li", { class: option === shown.answer ? "right" : null }, option)))));
      } else parts.push(make("h3", {}, "Answer"), make("p", {}, shown.answer));
    } else {
      if (shown.instruction) parts.push(make("blockquote", { class: "wrap" }, shown.instruction));
      for (const [title, pieces] of shown.parts) {
        if (title) parts.push(make("h3", {}, title));
        parts.push(make("p", {}, ...this.timed(pieces)));
      }
    }
    return parts;
  }

  timed(pieces) {
    return pieces.map(([text, time]) => (time === null ? text : this.timeButton(text, time)));
  }

  timeButton(text, time, end = null) {
    return make("button", { type: "button", class: "time", "data-time": time, "data-end": end }, text);
  }

  countDone() {
    const n = this.done.filter(Boolean).length;
    this.progress.value = n;
    this.count.textContent = `${n} of ${DATA.n_items} reviewed`;
    this.back.disabled = this.number === 0;
    this.next.disabled = this.number === DATA.n_items - 1;
  }

  choose(verdict) {
    this.verdict = verdict;
    for (const [name, button] of Object.entries(this.buttons)) button.setAttribute("aria-pressed", String(name === verdict));
    this.more.hidden = verdict !== "reject" && verdict !== "edit";
    this.reasons.hidden = this.more.hidden;
    this.editField.hidden = verdict !== "edit";
  }

  decide(verdict) {
    if (!this.item || (verdict === "edit" && this.item.shown.editable === null)) return;
    this.choose(verdict);
    if (verdict === "accept") this.save();
    if (verdict === "reject") this.say("Say what is wrong, if you can; Enter saves.");
    if (verdict === "edit") {
      this.editor.focus();
      this.say("Change the text; Ctrl + Enter saves.");
    }
  }

  async save() {
    if (!this.item || !this.verdict || this.isSaving) return;
    const { item, verdict } = this;
    this.isSaving = true;
    const isAccept = verdict === "accept";
    const body = {
      stage: item.stage, row_id: item.row_id, text_hash: item.text_hash, reviewer: this.reviewer, verdict,
      reasons: isAccept ? [] : this.reasonBoxes.filter(([box]) => box.checked).map(([box]) => box.value),
      edited_text: verdict === "edit" ? this.editor.value.trim() : null,
      comment: isAccept ? null : this.comment.value.trim() || null,
    };
    try {
      this.done[item.number] = await ask("/api/verdicts", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    } catch (error) {
      this.say(`Not saved: ${error.message}`);
      return;
    } finally {
      this.isSaving = false;
    }
    document.activeElement?.blur();
    this.countDone();
    const after = this.done.findIndex((each, i) => each === null && i > item.number);
    const next = after < 0 ? this.done.indexOf(null) : after;
    if (next >= 0) {
      await this.show(next);
      this.say(`Saved: ${verdict}.`);
    } else {
      this.choose(verdict);
      this.say(`Saved: ${verdict}. All of it is reviewed: thank you.`);
    }
  }

  key(event) {
    const inText = event.target.closest("textarea, input[type=text]");
    if (event.key === "Escape" && this.item) {
      event.target.blur();
      const before = this.done[this.item.number];
      this.choose(before ? before.verdict : null);
      return;
    }
    const saves = event.key === "Enter" && (event.ctrlKey || event.metaKey || (!event.target.closest("textarea, button, summary, a") && this.verdict));
    if (saves) {
      event.preventDefault();
      this.save();
      return;
    }
    if (inText || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const actions = { a: () => this.decide("accept"), r: () => this.decide("reject"), e: () => this.decide("edit"), j: () => this.show(this.number + 1), k: () => this.show(this.number - 1) };
    const action = actions[event.key];
    const nth = /^[1-9]$/.test(event.key) && !this.reasons.hidden && !this.more.hidden ? this.reasonBoxes[Number(event.key) - 1] : null;
    if (nth) nth[0].checked = !nth[0].checked;
    else if (action) {
      event.preventDefault();
      action();
    }
  }
}

window.review = new Review(document.getElementById("review"));
