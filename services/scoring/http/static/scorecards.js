// What the pages gain with scripts: what changed is marked for a moment, an opened explanation takes the focus, and a
// lost connection is said. Reading needs none of it.
"use strict";

htmx.config.historyCacheSize = 0; // figures are not left behind in the browser's storage
htmx.config.refreshOnHistoryMiss = true;

const MARKED_MS = 4000;
let before = null;
let explained = null;

const watched = () => new Map([...document.querySelectorAll("[data-watched]")].map((cell) => [cell.id, cell.textContent]));
const polled = (event) => event.detail.elt.id === "live";

document.addEventListener("htmx:beforeRequest", (event) => {
  const link = event.detail.elt;
  explained = link.hasAttribute("data-explains") ? "explanation" : link.dataset.closes || null;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  before = polled(event) ? watched() : null;
});

document.addEventListener("htmx:afterSettle", () => {
  if (before !== null) {
    mark(before);
    before = null;
  }
  if (explained !== null) {
    const target = document.getElementById(explained);
    explained = null;
    if (target !== null) {
      target.focus({ preventScroll: true });
      target.scrollIntoView({ block: "nearest" });
    }
  }
});

for (const lost of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(lost, () => say(true));
}
document.addEventListener("htmx:afterOnLoad", () => say(false));

function say(stale) {
  for (const notice of document.querySelectorAll("[data-stale]")) notice.hidden = !stale;
}

function mark(earlier) {
  let changed = 0;
  for (const cell of document.querySelectorAll("[data-watched]")) {
    if (earlier.has(cell.id) && earlier.get(cell.id) !== cell.textContent) {
      changed += 1;
      cell.classList.add("changed");
      setTimeout(() => cell.classList.remove("changed"), MARKED_MS);
    }
  }
  const news = document.getElementById("news");
  if (changed > 0 && news !== null) news.textContent = news.dataset.changed.replace("{n}", changed);
}
