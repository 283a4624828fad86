// What the pages gain with scripts: what changed is marked for a moment, an opened explanation takes the focus, and a
// lost connection is said. Reading needs none of it.
"use strict";

const MARKED_MS = 4000;
let before = null;
let focusNext = null;

// What a reader has folded or unfolded stays so when the page updates itself.
htmx.config.morphIgnore.push("open");

document.addEventListener("htmx:before:request", (event) => {
  const asked = event.detail.ctx.sourceElement;
  focusNext = asked.hasAttribute("data-explains") ? "explanation" : asked.dataset.closes || null;
});

document.addEventListener("htmx:before:swap", (event) => {
  const { response, sourceElement } = event.detail.ctx;
  if (response.raw.redirected) {
    event.preventDefault(); // signed out in the meantime
    window.location.reload();
  } else if (response.status >= 400) {
    event.preventDefault(); // what is shown stays, with the notice that it may be out of date
  } else {
    before = sourceElement.id === "live" ? watched() : null;
  }
});

document.addEventListener("htmx:after:swap", () => {
  if (before !== null) mark(before);
  before = null;
  const target = focusNext === null ? null : document.getElementById(focusNext);
  focusNext = null;
  if (target !== null) {
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "nearest" });
  }
});

document.addEventListener("htmx:after:request", (event) => say(event.detail.ctx.response.status >= 500));
document.addEventListener("htmx:error", () => say(true));

function watched() {
  return new Map([...document.querySelectorAll("[data-watched]")].map((cell) => [cell.id, cell.textContent]));
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

function say(stale) {
  for (const notice of document.querySelectorAll("[data-stale]")) notice.hidden = !stale;
}
