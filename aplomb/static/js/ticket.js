// The ticket's page: what is new on it, mails on their way, original formatting, the two pages of a phone.
import { announce, fill } from "./saying.js";

const page = document.getElementById("ticket");
const talk = () => document.getElementById("talk");
const messages = () => [...document.querySelectorAll("#messages .msg, .talk > .msg")];
const WHOLE = new Set(["TextErased", "TextRedacted", "MessageWithdrawn", "TextWithheld"]);
const UNSETTLED = new Set(["queued", "kept", "failed"]);

const lastId = () => Math.max(0, ...messages().map((each) => Number(each.dataset.id)));
const atEnd = () => { const box = talk(); return box.scrollHeight - box.scrollTop - box.clientHeight < 80; };
const toEnd = () => { const box = talk(); box.scrollTop = box.scrollHeight; };

// a conversation opens where it is going on
if (location.hash.startsWith("#message-")) document.querySelector(location.hash)?.scrollIntoView();
else toEnd();

let timer = 0;
let all = false;
let stale = false;

const seenVersion = () => document.querySelector('#seen [name="seen_version"]');
// messages that this page itself sent are no news to it
const own = new Set();
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.target.matches?.("form[data-composer]") || !event.detail.successful) return;
  for (const match of event.detail.xhr.responseText.matchAll(/id="(message-\d+)"/g)) own.add(match[1]);
  // the answer has the message only; state, due and participants follow, also when the live line is down
  clearTimeout(timer);
  timer = setTimeout(news, 150 + Math.random() * 150);
});

// whoever reads the end keeps reading the end, whatever grows above or below
let followsEnd = true;
talk().addEventListener("scroll", () => { followsEnd = atEnd(); }, { passive: true });
const sizes = new ResizeObserver(() => { if (followsEnd) toEnd(); });
sizes.observe(talk());
sizes.observe(document.getElementById("messages"));

function news() {
  const open = messages().filter((each) => all || UNSETTLED.has(each.dataset.delivery)).map((each) => each.dataset.id);
  all = false;
  const wasAtEnd = atEnd();
  const before = lastId();
  const known = new Set(messages().map((each) => each.id));
  const seen = seenVersion()?.value;
  const address = `${page.dataset.news}?after=${before}&open=${open.slice(-60).join(",")}`;
  window.htmx.ajax("GET", address, { source: "#ticket", swap: "none" }).then(() => {
    const fresh = messages().filter((each) => !known.has(each.id) && Number(each.dataset.id) > before && !own.has(each.id));
    for (const each of fresh) each.classList.add("arrived");
    if (fresh.length && wasAtEnd) toEnd();
    const author = fresh.at(-1)?.dataset.author;
    if (author) announce(fill(page.dataset.saysNew, { author }));
    if (fresh.length) document.dispatchEvent(new CustomEvent("aplomb:arrived", { detail: { fresh, seen } }));
  });
}

document.addEventListener("aplomb:change", (event) => {
  const { number, kind } = event.detail;
  if (number !== page.dataset.number && kind !== "Reconnected") return;
  if (WHOLE.has(kind)) all = true;
  clearTimeout(timer);
  timer = setTimeout(news, 150 + Math.random() * 150);
});
document.addEventListener("aplomb:tick", () => { clearTimeout(timer); timer = setTimeout(news, 500); });

// nothing is swapped away while somebody is in it: it waits until they have left
const inUse = (element) =>
  element.matches("#rail, #ticket-head") &&
  (element.querySelector("details[open]:not(.history)") || (element.contains(document.activeElement) && document.activeElement.matches("input")));

// nor is what somebody has just pressed: the answer to it would find nobody and be lost (an undone text, above all)
let answered = null;
document.addEventListener("htmx:beforeSwap", (event) => { answered = event.detail.requestConfig.elt; });
const isAsking = (element) => [...element.querySelectorAll(".htmx-request")].some((each) => each !== answered);

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (!(target instanceof HTMLElement)) return;
  if (target.matches(".msg, #rail, #ticket-head") && isAsking(target)) { event.detail.shouldSwap = false; return; }
  // one's own answer and the news may bring the same message: it stands once
  if (target.id === "messages") {
    for (const each of [...fragment.querySelectorAll(".msg[id]")]) if (document.getElementById(each.id)) each.remove();
    return;
  }
  if (!target.matches("#rail, #ticket-head")) return;
  if (inUse(target)) { event.detail.shouldSwap = false; stale = true; return; }
  const focused = target.contains(document.activeElement) ? pathOf(document.activeElement, target) : null;
  const history = target.querySelector("details.history[open] .history-lines")?.innerHTML;
  const scroll = target.scrollTop;
  requestAnimationFrame(() => {
    const now = document.getElementById(target.id);
    if (!now) return;
    now.scrollTop = scroll;
    if (history) reopenHistory(now, history);
    if (focused) focused(now)?.focus({ preventScroll: true });
  });
});

// a menu closes when something was chosen in it, and the focus goes back to where it was opened
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.requestConfig.verb !== "post") return;
  for (const open of document.querySelectorAll("details[data-closes][open], .edit-subject[open]")) {
    if (!open.contains(event.target)) continue;
    open.querySelector("summary")?.focus({ preventScroll: true });
    open.open = false;
  }
});

function reopenHistory(rail, html) {
  const box = rail.querySelector("details.history");
  if (!box) return;
  box.removeAttribute("hx-get");
  box.querySelector(".history-lines").innerHTML = html;
  box.open = true;
  window.htmx.ajax("GET", `/tickets/${page.dataset.number}/history`, { target: box.querySelector(".history-lines"), swap: "innerHTML" });
}

/** A way to find the same element again after its part of the page was swapped. */
function pathOf(element, root) {
  if (element.id) return (now) => now.querySelector(`#${CSS.escape(element.id)}`);
  if (element.dataset.key) return (now) => now.querySelector(`[data-key="${element.dataset.key}"]`) ?? now.querySelector("summary");
  const at = [...root.querySelectorAll("summary, a, button")].indexOf(element);
  const tag = element.localName;
  return (now) => {
    const found = [...now.querySelectorAll("summary, a, button")][at];
    return found?.localName === tag ? found : null;
  };
}

document.addEventListener("toggle", (event) => {
  if (stale && event.target instanceof HTMLDetailsElement && !event.target.open) {
    stale = false;
    clearTimeout(timer);
    timer = setTimeout(news, 100);
  }
}, true);

// seconds until a reply leaves
setInterval(() => {
  for (const box of document.querySelectorAll(".leaving[data-leaves]")) {
    const left = Math.ceil((Date.parse(box.dataset.leaves) - Date.now()) / 1000);
    const words = box.querySelector("[data-count]");
    const text = left > 0 ? fill(box.dataset.words, { seconds: left }) : box.dataset.now;
    if (words.textContent !== text) words.textContent = text;
    if (left <= 0) {
      box.querySelector("form")?.remove();
      if (left < -3 && left % 5 === 0 && !document.hidden) { clearTimeout(timer); timer = setTimeout(news, 50); }
    }
  }
}, 500);

// a mail's own formatting, in a frame without scripts
document.addEventListener("toggle", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLDetailsElement) || !box.dataset.frame || !box.open || box.querySelector("iframe")) return;
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-same-origin allow-popups allow-popups-to-escape-sandbox");
  frame.title = box.dataset.title;
  frame.referrerPolicy = "no-referrer";
  frame.src = box.dataset.frame;
  const images = box.querySelector("[data-images]");
  frame.addEventListener("load", () => {
    const inner = frame.contentDocument;
    if (!inner?.body) return;
    const fit = () => { frame.height = Math.min(inner.documentElement.scrollHeight + 4, 6000); };
    fit();
    for (const image of inner.images) image.addEventListener("load", fit);
    images.hidden = !inner.querySelector("[data-remote-src]");
  });
  images.addEventListener("click", () => { frame.src = `${box.dataset.frame}?images=1`; images.hidden = true; });
  box.querySelector(".frame").append(frame);
}, true);

// on a phone the rail is a page of its own
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-page]");
  if (!link) return;
  event.preventDefault();
  const onRail = link.dataset.page === "rail";
  page.classList.toggle("on-rail", onRail);
  (onRail ? document.querySelector("#rail a, #rail summary") : document.getElementById("main"))?.focus();
});
