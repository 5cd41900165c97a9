// Side conversations: their drafts, what is new in them, and nothing that touches the composers of replies and notes.
import { announce, csrf, fill } from "./saying.js";

const place = document.getElementById("sides");
const forms = () => [...document.querySelectorAll("form[data-side-composer]")];
const timers = new WeakMap();
const dirty = new WeakSet();

function body(form) {
  const given = new FormData();
  for (const name of ["text", "to"]) given.append(name, form.elements[name].value);
  given.append("csrfmiddlewaretoken", csrf());
  return given;
}

async function save(form) {
  if (!dirty.has(form) || !form.isConnected) return;
  dirty.delete(form);
  const state = form.querySelector("[data-state]");
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body: body(form), headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    state.textContent = await answer.text();
  } catch {
    dirty.add(form);
    state.textContent = place.dataset.unsaved;
    later(form, 5000);
  }
}
function later(form, wait) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), wait));
}
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-side-composer]");
  if (!form || !["text", "to"].includes(event.target.name)) return;
  dirty.add(form);
  later(form, 800);
});
addEventListener("pagehide", () => {
  for (const form of forms()) if (dirty.has(form)) navigator.sendBeacon(form.dataset.draft, body(form));
});
// no draft is saved behind the back of what was sent
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.target.matches?.("form[data-side-composer]")) return;
  clearTimeout(timers.get(event.target));
  dirty.delete(event.target);
});
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key !== "Enter") return;
  const form = event.target.closest?.("form[data-side-composer]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[data-send]"));
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-to]");
  if (!button) return;
  const field = button.closest("form").elements.to;
  if (!field.value.includes(button.dataset.addTo)) field.value = `${field.value}, ${button.dataset.addTo}`;
  button.hidden = true;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

// what is new: the line and the words anew, never a composer in which somebody may be writing
const KINDS = new Set(["SideBegun", "MessageAsked", "MessageTold", "SideSettled", "SideReopened", "DeliveryChanged", "MessageWithdrawn", "TextErased", "TextRedacted", "Reconnected"]);
let timer = 0;
const ids = (root) => new Set([...root.querySelectorAll(".side-msg")].map((each) => each.id));

async function refresh() {
  let page = null;
  try {
    const answer = await fetch(place.dataset.sides, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) return;
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch { return; }
  const known = ids(place);
  for (const fresh of page.querySelectorAll(".side-talk")) {
    const now = document.getElementById(fresh.id);
    if (!now) { place.append(fresh); window.htmx.process(fresh); continue; }
    for (const part of ["head", "said"]) swap(now.querySelector(`#${fresh.id}-${part}`), fresh.querySelector(`#${fresh.id}-${part}`));
    const write = now.querySelector(".side-write");
    const renewed = fresh.querySelector(".side-write");
    const isSettled = (box) => !box?.querySelector("form[data-side-composer]");
    if (write && renewed && isSettled(write) !== isSettled(renewed)) swap(write, renewed);
  }
  const author = [...place.querySelectorAll(".side-msg.told")].filter((each) => !known.has(each.id)).at(-1)?.dataset.author;
  if (author) announce(fill(place.dataset.new, { author }));
}
function swap(now, fresh) {
  if (!now || !fresh || now.innerHTML === fresh.innerHTML || now.querySelector(".htmx-request")) return;
  const held = now.contains(document.activeElement) && now.localName !== "summary";
  if (held && now.querySelector("input, textarea")?.matches(":focus")) return;
  now.innerHTML = fresh.innerHTML;
  window.htmx.process(now);
}
if (place) {
  document.addEventListener("aplomb:change", (event) => {
    const { number, kind } = event.detail;
    if ((number !== place.dataset.number && kind !== "Reconnected") || !KINDS.has(kind)) return;
    if (kind === "DeliveryChanged" && !place.children.length) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, 200 + Math.random() * 150);
  });
  // a mail whose seconds are over is sent soon: its state follows without the live line too
  setInterval(() => {
    const leaving = [...place.querySelectorAll(".leaving[data-leaves]")];
    if (leaving.some((each) => Date.parse(each.dataset.leaves) + 3000 < Date.now()) && !document.hidden) refresh();
  }, 5000);
  if (location.hash.startsWith("#side-")) document.querySelector(location.hash)?.scrollIntoView();
}
