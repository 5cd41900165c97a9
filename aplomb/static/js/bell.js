// The bell: how many notices one has not seen, kept true while the page is open. It never takes the focus.
import { announce, csrf } from "./saying.js";

const bell = () => document.getElementById("bell");
const others = new BroadcastChannel("aplomb-live");
const WHOLE = new Set(["Reconnected", "Behind"]);
let timer = 0;
let stale = false;

function soon() {
  // a tab in the background looks when somebody looks at it
  if (document.hidden) { stale = true; return; }
  clearTimeout(timer);
  timer = setTimeout(refresh, 150 + Math.random() * 250);
}

async function ask(address, options = {}) {
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true", "X-CSRFToken": csrf() }, ...options });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch { return null; }
}

async function refresh() {
  stale = false;
  const { bell: address, newest, ticket } = bell().dataset;
  const page = await ask(`${address}?${new URLSearchParams({ after: newest, ticket })}`);
  if (page) show(page.getElementById("bell"));
  await refreshList();
}

/** The same element says what is true now: whoever has the focus on it keeps it. */
function show(fresh) {
  const place = bell();
  if (!fresh || !place) return;
  const isNewer = Number(fresh.dataset.newest) > Number(place.dataset.newest);
  place.innerHTML = fresh.innerHTML;
  place.dataset.newest = fresh.dataset.newest;
  place.toggleAttribute("data-here", "here" in fresh.dataset);
  if (isNewer && fresh.dataset.says) announce(fresh.dataset.says);
  if ("here" in place.dataset) whenSomebodyIsThere(seeHere);
}

/** What is of the ticket on this page is seen by looking at it. */
async function seeHere() {
  const place = bell();
  if (!place || !("here" in place.dataset) || document.hidden) return;
  const page = await ask(place.dataset.seen, { method: "POST", body: new URLSearchParams({ ticket: place.dataset.ticket }) });
  if (!page) return;
  show(page.getElementById("bell"));
  others.postMessage({ kind: "Notice", number: "", entry: 0 });
}

/** An open page alone proves nobody in front of it: a hand on keys, pointer or wheel does. */
function whenSomebodyIsThere(then) {
  const signs = ["pointermove", "pointerdown", "keydown", "wheel", "touchstart"];
  const seen = new AbortController();
  for (const sign of signs) {
    addEventListener(sign, () => { if (!seen.signal.aborted) { seen.abort(); then(); } }, { signal: seen.signal, passive: true });
  }
}

const list = () => document.getElementById("notices-list");
const bar = document.getElementById("newer-notices");
let waiting = null;

async function refreshList() {
  if (!list()?.dataset.list) return;
  const page = await ask(list().dataset.list);
  const fresh = page?.getElementById("notices-list");
  if (!fresh || fresh.innerHTML === list().innerHTML) return;
  const isBusy = list().matches(":hover") || list().contains(document.activeElement);
  if (!isBusy || !bar) { showList(fresh); return; }
  if (!fresh.querySelector(".notice")?.id || fresh.querySelector(".notice").id === list().querySelector(".notice")?.id) return;
  waiting = fresh;
  bar.hidden = false;
}

function showList(fresh) {
  list().replaceWith(fresh);
  window.htmx?.process(fresh);
  waiting = null;
  if (bar) bar.hidden = true;
}

bar?.addEventListener("click", () => {
  if (waiting) showList(waiting);
  list().querySelector("a")?.focus({ preventScroll: true });
});

document.addEventListener("aplomb:notice", soon);
document.addEventListener("aplomb:change", (event) => { if (WHOLE.has(event.detail.kind)) soon(); });
document.addEventListener("htmx:afterRequest", (event) => {
  // the form itself is swapped away by now, and the event comes from what stood around it
  if (event.detail.requestConfig?.elt?.matches?.("form[data-notice]") && event.detail.successful) soon();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  if (stale) soon();
  else seeHere();
});
// whoever came to this page looks at it
if (bell()) seeHere();
