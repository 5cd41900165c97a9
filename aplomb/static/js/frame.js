// What every page does: words that fade, menus that close, the side column on narrow screens, trouble with the line.

import { isTyping, say } from "./saying.js";

const place = document.getElementById("says");
if (place) {
  const later = new WeakSet();
  const fade = () => {
    for (const box of place.querySelectorAll(".say")) {
      if (later.has(box)) continue;
      later.add(box);
      const stays = box.matches(".wrong, [data-stays]") ? 15000 : 6000;
      const go = () => (box.matches(":hover, :focus-within") ? setTimeout(go, 2000) : box.remove());
      setTimeout(go, stays);
    }
  };
  new MutationObserver(fade).observe(place, { childList: true, subtree: true });
  fade();
}

const words = document.body.dataset;
document.addEventListener("htmx:sendError", () => say(words.saysLost, { wrong: true }));
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  say(status === 403 || status === 401 ? words.saysSignedOut : words.saysFailed, { wrong: true });
});
// an answer that is a page of sign-in, not a piece: say so instead of swapping it in
document.addEventListener("htmx:beforeSwap", (event) => {
  if (/\/account\/login|\/in$/.test(new URL(event.detail.xhr.responseURL || location.href).pathname)) {
    event.detail.shouldSwap = false;
    say(words.saysSignedOut, { wrong: true });
  }
});

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details[data-closes][open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  const menu = event.target.closest("[data-menu]");
  const side = document.getElementById("side");
  if (menu && side) menu.setAttribute("aria-expanded", String(side.classList.toggle("open")));
  else if (side?.classList.contains("open") && !side.contains(event.target)) closeSide(side);
  const copy = event.target.closest("[data-copy]");
  if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => say(copy.dataset.copied));
});

function closeSide(side) {
  side.classList.remove("open");
  document.querySelector("[data-menu]")?.setAttribute("aria-expanded", "false");
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = event.target.closest?.("details[data-closes][open]") || document.querySelector("details[data-closes][open]");
  const side = document.getElementById("side");
  if (open) { open.open = false; open.querySelector("summary")?.focus(); }
  else if (side?.classList.contains("open")) closeSide(side);
});

// arrows walk through an open menu
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const menu = event.target.closest?.("details.menu-of[open]");
  if (!menu || isTyping(event.target)) return;
  const items = [...menu.querySelectorAll(".menu-body :is(a, button, input)")];
  if (!items.length) return;
  const at = items.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
  items[(at + items.length) % items.length].focus();
  event.preventDefault();
});
