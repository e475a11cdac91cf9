// Who reviews, and how pages talk to their server.
"use strict";

async function ask(path, options) {
  const response = await fetch(path, options);
  const text = await response.text();
  if (!response.ok) throw new Error(text || response.statusText);
  return JSON.parse(text);
}

const remembered = () => { try { return localStorage.getItem("reviewer"); } catch { return null; } };
const remember = (name) => { try { localStorage.setItem("reviewer", name); } catch { /* a private window */ } };

// Starts with the reviewer's name: as the server was told, or as it is given here.
function askName(root, data, title, words, start) {
  if (data.reviewer) {
    start(data.reviewer);
    return;
  }
  const input = make("input", { type: "text", id: "name", maxlength: 60, required: true, autocomplete: "name" });
  input.value = remembered() ?? "";
  const form = make("form", { class: "gate panel" },
    make("p", { class: "eyebrow" }, data.corpus), make("h1", {}, title), make("p", {}, words),
    make("label", { class: "field", for: "name" }, "Your name"), input,
    make("p", {}, make("button", { class: "primary" }, "Start")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = input.value.trim();
    if (given) { remember(given); start(given); }
  });
  root.replaceChildren(form);
  input.focus();
}
