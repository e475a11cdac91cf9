"use strict";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
window.player = new Player(document.getElementById("player"), read("data").score, read("audio"));
