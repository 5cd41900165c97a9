// The queue: walking through it by keys, and keeping it true without moving what is under the cursor.
import { announce, fill, isTyping } from "./saying.js";

const links = () => [...document.querySelectorAll("#list .row .subject")];

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]") || event.target.closest?.("details[open], nav")) return;
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const all = links();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
  next.focus({ preventScroll: true });
  next.closest(".row").scrollIntoView({ block: "nearest" });
  event.preventDefault();
});

const list = () => document.getElementById("list");
const bar = document.getElementById("newer");
let waiting = null;
let timer = 0;

function isBusy() {
  const place = list();
  return place.matches(":hover") || place.contains(document.activeElement);
}

async function fetchList() {
  const place = list();
  const address = new URL(place.dataset.list, location.href);
  address.searchParams.set("rows", String(links().length));
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

const numbers = (root) => [...root.querySelectorAll(".row")].map((row) => row.dataset.number);

async function refresh() {
  if (!list()?.dataset.list) return;
  let page = null;
  try { page = await fetchList(); } catch { return; }
  const fresh = page?.getElementById("list");
  if (!fresh) return;
  swapCounts(page.getElementById("queues"));
  if (!isBusy()) { show(fresh); return; }
  const before = numbers(list());
  const after = numbers(fresh);
  update(fresh);
  const moved = after.filter((number, at) => before[at] !== number).length;
  if (moved === 0 && before.length === after.length) { hideBar(); return; }
  const count = after.filter((number) => !before.includes(number)).length || 1;
  waiting = fresh;
  if (bar) {
    bar.textContent = fill(count === 1 ? bar.dataset.one : bar.dataset.many, { count });
    if (bar.hidden) announce(bar.textContent);
    bar.hidden = false;
  }
}

function hideBar() { waiting = null; if (bar) bar.hidden = true; }

/** The whole list anew; whoever had the focus in a row keeps it there. */
function show(fresh) {
  const focused = document.activeElement?.closest?.(".row")?.dataset.number;
  const place = list();
  place.replaceWith(fresh);
  window.htmx?.process(fresh);
  hideBar();
  if (focused) fresh.querySelector(`.row[data-number="${focused}"] .subject`)?.focus({ preventScroll: true });
}

/** Rows that are there say what is true now, in their places. */
function update(fresh) {
  for (const row of list().querySelectorAll(".row")) {
    const now = fresh.querySelector(`.row[data-number="${row.dataset.number}"]`);
    if (!now) { row.classList.add("gone"); continue; }
    if (now.innerHTML === row.innerHTML) continue;
    const held = row.contains(document.activeElement);
    row.className = now.className;
    for (const part of row.children) {
      const twin = now.querySelector(`:scope > .${part.classList[0]}`);
      if (!twin) continue;
      // a tick stays, and is for what the row says now
      if (part.matches(".pick")) { part.querySelector("input").value = twin.querySelector("input").value; continue; }
      if (held && part.classList.contains("what")) {
        part.querySelector(".subject").textContent = twin.querySelector(".subject").textContent;
        part.querySelector(".about").innerHTML = twin.querySelector(".about").innerHTML;
      } else part.innerHTML = twin.innerHTML;
    }
  }
}

function swapCounts(fresh) {
  const old = document.getElementById("queues");
  if (fresh && old && !old.contains(document.activeElement)) old.replaceWith(fresh);
}

bar?.addEventListener("click", () => {
  if (waiting) show(waiting);
  links()[0]?.focus({ preventScroll: true });
});

const soon = () => { clearTimeout(timer); timer = setTimeout(refresh, 250 + Math.random() * 200); };
document.addEventListener("aplomb:change", soon);
document.addEventListener("aplomb:tick", soon);
document.addEventListener("mouseout", (event) => {
  if (waiting && !event.relatedTarget) soon();
});
