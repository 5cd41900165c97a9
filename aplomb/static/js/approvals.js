// Decisions: j and k walk through them, a goes to "Agree", x to the reason of a refusal; the lists stay true by themselves.
import { isTyping } from "./saying.js";

const place = () => document.getElementById("approvals");
const cards = () => [...document.querySelectorAll(".approval")];
let timer = 0;
let stale = false;

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const all = cards();
  const at = all.indexOf(document.activeElement.closest?.(".approval"));
  const step = { j: 1, k: -1 }[event.key];
  if (step && all.length) {
    all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)].focus();
    event.preventDefault();
    return;
  }
  const wanted = { a: "[data-agreeing]", x: "[data-refusing]" }[event.key];
  const found = wanted && (at < 0 ? document : all[at]).querySelector(wanted);
  if (found) { found.focus(); event.preventDefault(); }
});

// a reason that is being written is never swapped away
const isBusy = () => [...document.querySelectorAll("#approvals textarea")].some((each) => each.value.trim() || each === document.activeElement);

function refresh() {
  if (!place()) return;
  if (isBusy()) { stale = true; return; }
  stale = false;
  const id = document.activeElement.closest?.(".approval")?.id;
  window.htmx.ajax("GET", place().dataset.list, { target: "#approvals", swap: "outerHTML" })
    .then(() => { if (id) document.getElementById(id)?.focus({ preventScroll: true }); });
}

const soon = () => { clearTimeout(timer); timer = setTimeout(refresh, 200 + Math.random() * 200); };
document.addEventListener("aplomb:change", (event) => {
  const { kind } = event.detail;
  if (kind.startsWith("Approval") || kind === "Reconnected" || kind === "Behind") soon();
});
document.addEventListener("aplomb:notice", soon);
document.addEventListener("aplomb:tick", soon);
document.addEventListener("focusout", () => { if (stale) soon(); });
if (location.hash.startsWith("#approval-")) document.querySelector(location.hash)?.focus();
