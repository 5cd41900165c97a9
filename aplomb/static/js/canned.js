// Canned replies in the reply composer: chosen from a list or by /shortcut, put in at the cursor, made personal place by place.
import { announce, fill } from "./saying.js";

const MARK = /\[\[([^[\]\n]{1,300})\]\]/g;
const SHORTCUT = /(^|\n)\/([\p{L}\p{N}-]{0,30})$/u;
const field = () => document.getElementById("reply-text");
const strip = () => document.querySelector("[data-marks]");
const sheet = document.getElementById("canned");
const finder = document.getElementById("canned-find");
const way = () => document.querySelector("[data-canned]");

const marks = (text) => [...text.matchAll(MARK)].map((found) => ({ words: found[1].trim(), start: found.index, end: found.index + found[0].length }));

// one list at a time: which of its options Enter would take
function choose(list, index, holder) {
  const options = [...list.children];
  const at = options.length ? (index + options.length) % options.length : -1;
  for (const [place, option] of options.entries()) option.setAttribute("aria-selected", String(place === at));
  if (at < 0) { holder.removeAttribute("aria-activedescendant"); return; }
  holder.setAttribute("aria-activedescendant", options[at].id);
  options[at].scrollIntoView({ block: "nearest" });
}
const chosen = (list) => list.querySelector('[aria-selected="true"]');
const step = (list, by, holder) => choose(list, [...list.children].indexOf(chosen(list)) + by, holder);

let asked = 0;
async function load(list, find, holder) {
  const number = ++asked;
  const answer = await fetch(`${way().dataset.canned}?find=${encodeURIComponent(find)}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const rows = await answer.text();
  // what was typed since asks again
  if (number !== asked) return false;
  list.innerHTML = rows;
  for (const [place, option] of [...list.children].entries()) option.id = `${list.id}-${place + 1}`;
  choose(list, 0, holder);
  return true;
}

function tell(text) {
  const place = document.getElementById("reply-says");
  if (!place) return;
  const box = document.createElement("div");
  box.className = "say ask";
  box.setAttribute("role", "status");
  const body = document.createElement("div");
  body.className = "body";
  body.textContent = text;
  box.append(body);
  place.replaceChildren(box);
}

// where the cursor was when the list was opened
let range = null;
async function insert(option, [start, end]) {
  const text = field();
  let answer;
  try {
    const got = await fetch(option.dataset.cannedText, { headers: { "HX-Request": "true" } });
    if (!got.ok || got.redirected) throw new Error(String(got.status));
    answer = await got.json();
  } catch { tell(strip().dataset.failed); text.focus(); return; }
  const before = text.value.slice(0, start), after = text.value.slice(end);
  const lead = before.trim() && !/\n\n$/.test(before) ? (before.endsWith("\n") ? "\n" : "\n\n") : "";
  const tail = after.trim() && !after.startsWith("\n") ? "\n\n" : "";
  text.focus();
  text.setSelectionRange(start, end);
  // so that Ctrl+Z takes it out again; where the browser no longer knows how, without
  if (!document.execCommand("insertText", false, lead + answer.text + tail)) {
    text.setRangeText(lead + answer.text + tail, start, end, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (answer.says) tell(answer.says);
  const first = marks(text.value).find((mark) => mark.start >= start);
  if (first && first.start < start + lead.length + answer.text.length) select(first);
  draw();
}

function select(mark) {
  const text = field();
  // leaving and coming back brings the place into view
  text.blur();
  text.setSelectionRange(mark.start, mark.end);
  text.focus();
  announce(mark.words);
}

// the strip below: how many places, and a way to each
function draw() {
  const place = strip(), text = field();
  if (!place || !text) return;
  const found = marks(text.value);
  place.hidden = !found.length;
  const key = found.map((mark) => `${mark.words}\n`).join("");
  if (place.dataset.drawn === key) return;
  place.dataset.drawn = key;
  const count = document.createElement("b");
  count.textContent = found.length === 1 ? place.dataset.one : fill(place.dataset.more, { count: found.length });
  const ways = found.map((mark, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button bare tiny";
    button.textContent = mark.words;
    button.setAttribute("aria-label", fill(place.dataset.go, { words: mark.words }));
    button.addEventListener("click", () => { const now = marks(field().value)[index]; if (now) select(now); });
    return button;
  });
  place.replaceChildren(count, ...ways);
}

// in the sheet
if (sheet) {
  const list = document.getElementById("canned-list"), none = document.getElementById("canned-none");
  let timer = 0;
  const look = () => load(list, finder.value, finder).then((is_new) => { if (is_new) none.hidden = list.children.length > 0; }).catch(() => { sheet.close(); tell(strip().dataset.failed); });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-canned]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    document.getElementById("tab-reply")?.click();
    range = [field().selectionStart, field().selectionEnd];
    finder.value = "";
    sheet.showModal();
    finder.focus();
    look();
  });
  finder.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 120); });
  const take = (option) => { sheet.close(); insert(option, range); };
  sheet.addEventListener("keydown", (event) => {
    if (event.isComposing || event.target !== finder) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") step(list, event.key === "ArrowDown" ? 1 : -1, finder);
    else if (event.key === "Enter") { const option = chosen(list); if (option) take(option); }
    else return;
    event.preventDefault();
  });
  // the first Escape closes the sheet, also while its field is typed in
  sheet.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); event.preventDefault(); sheet.close(); } });
  list.addEventListener("click", (event) => { const option = event.target.closest("[role=option]"); if (option) take(option); });
  sheet.addEventListener("close", () => { if (document.activeElement === document.body) field()?.focus(); });
}

// by /shortcut at the beginning of a line
let inline = null;
function shut() { inline?.remove(); inline = null; asked += 1; field()?.removeAttribute("aria-activedescendant"); field()?.removeAttribute("aria-controls"); }
function typed(text) {
  const found = text.selectionStart === text.selectionEnd && text.value.slice(0, text.selectionStart).match(SHORTCUT);
  return found ? { find: found[2], range: [text.selectionStart - found[2].length - 1, text.selectionStart] } : null;
}
document.addEventListener("input", (event) => {
  if (event.target !== field()) return;
  draw();
  const now = typed(field());
  if (!now || !strip()) { shut(); return; }
  const list = document.createElement("ul");
  list.id = "canned-inline";
  list.className = "canned-inline";
  list.setAttribute("role", "listbox");
  list.tabIndex = 0;
  list.setAttribute("aria-label", strip().dataset.label);
  load(list, now.find, field()).then((is_new) => {
    if (!is_new) return;
    inline?.remove();
    inline = list.children.length ? list : null;
    if (!inline) return;
    field().after(inline);
    field().setAttribute("aria-controls", list.id);
    choose(list, 0, field());
    list.addEventListener("pointerdown", (press) => press.preventDefault());
    list.addEventListener("click", (click) => { const option = click.target.closest("[role=option]"); if (option) pick(option); });
  }).catch(() => shut());
});
function pick(option) { const now = typed(field()); shut(); if (now) insert(option, now.range); }
document.addEventListener("focusout", (event) => { if (event.target === field()) shut(); });

// before the keys of the page: a list that is open has the arrows, Tab goes from place to place and then on
document.addEventListener("keydown", (event) => {
  const text = field();
  if (event.target !== text || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (inline) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") step(inline, event.key === "ArrowDown" ? 1 : -1, text);
    else if (event.key === "Escape") shut();
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && chosen(inline)) pick(chosen(inline));
    else return;
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  if (event.key !== "Tab") return;
  const found = marks(text.value);
  const next = event.shiftKey
    ? found.findLast((mark) => mark.end <= text.selectionStart)
    : found.find((mark) => mark.start >= text.selectionEnd || (mark.start === text.selectionStart && text.selectionEnd < mark.end));
  if (next) { event.preventDefault(); select(next); }
}, true);

// a composer that came anew, or a text that came back
document.addEventListener("htmx:afterSettle", () => requestAnimationFrame(draw));
document.addEventListener("htmx:oobAfterSwap", () => requestAnimationFrame(draw));
draw();
