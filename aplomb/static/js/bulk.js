// Ticking rows and acting on them: ticks outlive updates of the list, x ticks, shift makes a range, a new key for each go.
import { announce, fill, isTyping } from "./saying.js";

const form = document.querySelector("[data-bulk]");
const ticked = new Map();
let last = null;

const boxes = () => [...document.querySelectorAll("#list .pick input")];
const numberOf = (box) => box.value.split(":")[0];

function count() {
  ticked.clear();
  for (const box of boxes()) if (box.checked) ticked.set(numberOf(box), box.value);
  const place = form.querySelector("[data-bulk-count]");
  const text = ticked.size ? fill(ticked.size === 1 ? form.dataset.one : form.dataset.many, { count: ticked.size }) : "";
  if (place.textContent !== text) place.textContent = text;
}
const renew = () => { form.querySelector("[data-bulk-key]").value = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`; };

function range(to) {
  const all = boxes();
  const from = all.findIndex((box) => numberOf(box) === last);
  const until = all.indexOf(to);
  if (from < 0) return;
  for (const box of all.slice(Math.min(from, until), Math.max(from, until) + 1)) box.checked = to.checked;
}

if (form) {
  renew();
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("#list .pick input");
    if (box) {
      if (event.shiftKey && last) range(box);
      last = numberOf(box);
      count();
    }
    if (event.target.closest?.("[data-bulk-all]")) { for (const each of boxes()) each.checked = true; count(); }
    if (event.target.closest?.("[data-bulk-none]")) { untick(); document.querySelector("#list .subject")?.focus(); }
    if (event.target.closest?.("[data-bulk-close]")) document.getElementById("bulk-result").replaceChildren();
  });
  // shift and a click on the word beside the box selects text otherwise
  document.addEventListener("mousedown", (event) => { if (event.shiftKey && event.target.closest?.(".pick")) event.preventDefault(); });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) && !event.target.matches(".pick input")) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key.toLowerCase() === "x") {
      const row = document.activeElement?.closest?.("#list .row");
      const box = row?.querySelector(".pick input");
      if (!box) return;
      event.preventDefault();
      box.checked = !box.checked;
      if (event.shiftKey && last) range(box);
      last = numberOf(box);
      count();
    }
  });
  // in the capture phase: an open menu is what Escape closes first
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && ticked.size && !document.querySelector("details[open], dialog[open]")) untick();
  }, true);

  // the list is drawn anew, or rows are added below: what was ticked and is still there stays so
  const watch = new MutationObserver(() => {
    for (const box of boxes()) if (ticked.has(numberOf(box))) box.checked = true;
    count();
  });
  watch.observe(document.querySelector(".queue"), { childList: true, subtree: true });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target !== form) return;
    for (const open of form.querySelectorAll("details[open]")) open.open = false;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const result = document.querySelector(".bulk-said");
    if (!result || !(event.target.id === "bulk-result" || event.target.matches?.(".bulk-said") || event.target.contains?.(result))) return;
    const settled = new Set(result.dataset.unticked.split(" "));
    for (const box of boxes()) if (settled.has(numberOf(box))) box.checked = false;
    count();
    renew();
    announce(result.querySelector(".body p").textContent.trim());
    document.dispatchEvent(new CustomEvent("aplomb:tick"));
  });
  document.addEventListener("htmx:afterRequest", (event) => { if (event.target === form) renew(); });
  count();
}

function untick() {
  for (const box of boxes()) box.checked = false;
  last = null;
  count();
}
