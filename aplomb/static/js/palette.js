// The palette: Ctrl-K lists all that this page offers, and tickets, customers and macros as one types.
import { announce, fill } from "./saying.js";

const dialog = document.getElementById("palette");
const field = dialog?.querySelector("input");
const list = dialog?.querySelector("[role=listbox]");
const none = dialog?.querySelector("[data-palette-none]");
let offered = [];
let shown = [];
let at = 0;
let timer = 0;
let asked = 0;
let before = null;

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ς", "σ");

function label(element) {
  const copy = element.cloneNode(true);
  for (const each of copy.querySelectorAll("kbd, .count, svg")) each.remove();
  if (copy.matches("input")) return element.getAttribute("aria-label") || document.querySelector(`label[for="${element.id}"]`)?.textContent.trim() || "";
  return (element.getAttribute("aria-label") || copy.textContent).replace(/\s+/g, " ").trim();
}

// what is in a closed menu counts: the palette is the other way to it
function offers() {
  const found = new Map();
  const own = document.querySelectorAll("main :is([data-key], .menu-body :is(a[href], button)), .rail :is([data-key], .menu-body :is(a[href], button))");
  const others = document.querySelectorAll("[data-key], nav.side a, .bar .end :is(a[href], .menu-body button)");
  // what belongs to the page itself comes first
  for (const element of [...own, ...others]) {
    if (element.disabled || element.closest("[hidden], dialog") || element.matches("[data-opens-palette]")) continue;
    const word = label(element);
    if (!word || found.has(word)) continue;
    // of a field's menu the field is named: a state or a person alone would not say what it does
    const name = element.closest("details.menu-of")?.closest("dd")?.previousElementSibling;
    const of = name && !element.dataset.key ? label(name) : "";
    found.set(of ? `${of}: ${word}` : word, { word: of ? `${of}: ${word}` : word, note: element.dataset.key ?? "", element });
  }
  return [...found.values()];
}

function matching(text) {
  const words = folded(text).split(/\s+/).filter(Boolean);
  const scored = offered.map((each) => {
    const word = folded(each.word);
    if (!words.every((part) => word.includes(part))) return [each, -1];
    return [each, words.length && word.startsWith(words[0]) ? 2 : words.some((part) => word.includes(` ${part}`)) ? 1 : 0];
  });
  return scored.filter(([, score]) => score >= 0).sort((one, other) => other[1] - one[1]).map(([each]) => each);
}

function draw(further = []) {
  shown = [...matching(field.value).slice(0, field.value ? 12 : 60), ...further];
  at = 0;
  list.replaceChildren(...shown.map((each, place) => {
    const item = document.createElement("li");
    item.id = `palette-${place}`;
    item.setAttribute("role", "option");
    item.dataset.place = place;
    const word = document.createElement("span");
    word.dir = "auto";
    word.textContent = each.word;
    item.append(word);
    if (each.note) {
      const note = document.createElement(each.element ? "kbd" : "span");
      note.className = "soft small";
      note.textContent = each.note;
      item.append(note);
    }
    return item;
  }));
  none.hidden = shown.length > 0;
  mark();
}

function mark() {
  for (const item of list.children) item.setAttribute("aria-selected", String(Number(item.dataset.place) === at));
  const chosen = list.children[at];
  if (chosen) { field.setAttribute("aria-activedescendant", chosen.id); chosen.scrollIntoView({ block: "nearest" }); }
  else field.removeAttribute("aria-activedescendant");
}

function look() {
  clearTimeout(timer);
  const mine = ++asked;
  const text = field.value.trim();
  if (text.length < 2 && !dialog.dataset.ticket) return;
  timer = setTimeout(async () => {
    try {
      const address = `${dialog.dataset.from}?${new URLSearchParams({ find: text, ticket: dialog.dataset.ticket })}`;
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (!answer.ok || mine !== asked || !dialog.open) return;
      const { lines } = await answer.json();
      const kept = at;
      draw(lines);
      at = Math.min(kept, Math.max(0, shown.length - 1));
      mark();
      announce(shown.length ? fill(shown.length === 1 ? dialog.dataset.countOne : dialog.dataset.count, { count: shown.length }) : dialog.dataset.none);
    } catch { /* what the page itself offers stays */ }
  }, 150);
}

function open() {
  if (dialog.open) { dialog.close(); return; }
  for (const other of document.querySelectorAll("dialog[open]")) other.close();
  before = document.activeElement;
  offered = offers();
  field.value = "";
  dialog.showModal();
  draw();
  look();
}

function choose(place) {
  const chosen = shown[place];
  if (!chosen) return;
  dialog.close();
  if (chosen.url) { location.assign(chosen.url); return; }
  const element = chosen.element;
  const menu = element.closest("details");
  if (menu) menu.open = true;
  if (element.matches("input, textarea, select")) { element.focus(); element.select?.(); } else element.click();
}

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-opens-palette]")) open(); });
  field.addEventListener("input", () => { draw(); look(); });
  field.addEventListener("keydown", (event) => {
    const last = shown.length - 1;
    const to = { ArrowDown: at >= last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, PageDown: Math.min(last, at + 8), PageUp: Math.max(0, at - 8) }[event.key];
    if (to !== undefined) { event.preventDefault(); at = Math.max(0, to); mark(); return; }
    if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); choose(at); }
  });
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) choose(Number(item.dataset.place));
  });
  // a click beside the sheet closes it
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => { asked += 1; if (document.activeElement === document.body) before?.focus?.(); });
}
