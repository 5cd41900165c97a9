// The ticket's page: what is new on it, mails on their way, original formatting, the two pages of a phone.
import { announce, fill } from "./frame.js";

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

function news() {
  const open = messages().filter((each) => all || UNSETTLED.has(each.dataset.delivery)).map((each) => each.dataset.id);
  all = false;
  const wasAtEnd = atEnd();
  const before = lastId();
  const address = `${page.dataset.news}?after=${before}&open=${open.slice(-60).join(",")}`;
  window.htmx.ajax("GET", address, { source: "#ticket", swap: "none" }).then(() => {
    const fresh = messages().filter((each) => Number(each.dataset.id) > before);
    for (const each of fresh) each.classList.add("arrived");
    if (fresh.length && wasAtEnd) toEnd();
    const author = fresh.at(-1)?.dataset.author;
    if (author) announce(fill(page.dataset.saysNew, { author }));
    if (fresh.length) document.dispatchEvent(new CustomEvent("aplomb:arrived", { detail: fresh }));
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

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const target = event.detail.target;
  const asked = event.detail.requestConfig ?? event.detail.xhr;
  if (!(target instanceof HTMLElement) || !target.matches("#rail, #ticket-head")) return;
  if (inUse(target) && !ownChange) { event.detail.shouldSwap = false; stale = true; return; }
  const focused = target.contains(document.activeElement) ? pathOf(document.activeElement, target) : null;
  const history = target.querySelector("details.history[open] .history-lines")?.innerHTML;
  const scroll = target.scrollTop;
  requestAnimationFrame(() => {
    const now = document.getElementById(target.id);
    if (!now) return;
    now.scrollTop = scroll;
    if (history) reopenHistory(now, history);
    if (focused) now.querySelector(focused)?.focus({ preventScroll: true });
  });
  void asked;
});

let ownChange = false;
document.addEventListener("htmx:beforeRequest", (event) => {
  ownChange = event.detail.requestConfig.verb === "post";
  if (ownChange) for (const open of document.querySelectorAll("details[data-closes][open], .edit-subject[open]")) {
    if (open.contains(event.target)) { open.querySelector("summary")?.focus({ preventScroll: true }); open.open = false; }
  }
});
document.addEventListener("htmx:afterRequest", () => { requestAnimationFrame(() => { ownChange = false; }); });

function reopenHistory(rail, html) {
  const box = rail.querySelector("details.history");
  if (!box) return;
  box.removeAttribute("hx-get");
  box.querySelector(".history-lines").innerHTML = html;
  box.open = true;
  window.htmx.ajax("GET", `/tickets/${page.dataset.number}/history`, { target: box.querySelector(".history-lines"), swap: "innerHTML" });
}

function pathOf(element, root) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.dataset.key) return `[data-key="${element.dataset.key}"]`;
  const summaries = [...root.querySelectorAll("summary")];
  const at = summaries.indexOf(element);
  return at < 0 ? null : `:is(dd, section, .title):has(> details > summary) summary`;
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
