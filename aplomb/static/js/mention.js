// @ in a note opens a list of colleagues who see the ticket: arrows choose, Enter or Tab takes, Escape closes. What is written
// is read again by the desk, so that the list is only a help.
import { announce, fill } from "./saying.js";

const MOST = 8;
const known = new Map();
const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

async function people(field) {
  const address = field.dataset.mentions;
  if (!known.has(address)) {
    const asking = fetch(address, { headers: { "HX-Request": "true" } })
      .then(async (answer) => (answer.ok && !answer.redirected ? (await answer.json()).people : Promise.reject(new Error("refused"))));
    known.set(address, asking);
    asking.catch(() => known.delete(address));
  }
  try { return await known.get(address); } catch { return []; }
}

/** What is being typed after an @ that can begin a name: {from, text}, or null. */
function begun(field) {
  if (field.selectionStart !== field.selectionEnd) return null;
  const before = field.value.slice(Math.max(0, field.selectionStart - 80), field.selectionStart);
  const at = before.lastIndexOf("@");
  if (at < 0) return null;
  const text = before.slice(at + 1);
  if (/[\n@`]/.test(text) || /^\s/.test(text) || /[\p{L}\p{N}._%+\-/@:=&']/u.test(before[at - 1] ?? " ")) return null;
  return { from: field.selectionStart - text.length, text };
}

function matching(all, text) {
  const wanted = bare(text);
  const starts = (name) => bare(name).split(/\s+/).some((word) => word.startsWith(wanted)) || bare(name).startsWith(wanted);
  return all.filter((each) => !wanted || starts(each.name) || starts(each.full)).slice(0, MOST);
}

const lists = new WeakMap();
function listOf(field) {
  if (!lists.has(field)) {
    const list = document.createElement("ul");
    list.id = `${field.id}-people`;
    list.className = "mentions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", field.dataset.mentionsLabel);
    list.hidden = true;
    field.after(list);
    field.setAttribute("aria-autocomplete", "list");
    lists.set(field, list);
    list.addEventListener("pointerdown", (event) => {
      const item = event.target.closest("[role=option]");
      // the field keeps the focus
      event.preventDefault();
      if (item) take(field, item);
    });
  }
  return lists.get(field);
}

function close(field) {
  const list = lists.get(field);
  if (!list || list.hidden) return;
  list.hidden = true;
  list.replaceChildren();
  field.removeAttribute("aria-activedescendant");
  field.removeAttribute("aria-controls");
}

function choose(field, item) {
  for (const each of listOf(field).children) each.setAttribute("aria-selected", String(each === item));
  field.setAttribute("aria-activedescendant", item.id);
  item.scrollIntoView({ block: "nearest" });
}

async function look(field) {
  const now = begun(field);
  // more words than a name has: the list has been passed by
  if (!now || now.text.split(/\s+/).length > 4) { close(field); return; }
  const found = matching(await people(field), now.text);
  const still = begun(field);
  if (!still || still.text !== now.text || document.activeElement !== field) return;
  if (!found.length) { close(field); return; }
  const list = listOf(field);
  const wasClosed = list.hidden;
  const count = list.children.length;
  list.replaceChildren(...found.map((each, at) => {
    const item = document.createElement("li");
    item.id = `${list.id}-${at}`;
    item.setAttribute("role", "option");
    item.dataset.name = each.name;
    const name = document.createElement("b");
    name.textContent = each.name;
    const more = document.createElement("span");
    more.textContent = [each.full === each.name ? "" : each.full, each.teams].filter(Boolean).join(" · ");
    item.append(name, " ", more);
    return item;
  }));
  list.hidden = false;
  field.setAttribute("aria-controls", list.id);
  choose(field, list.firstElementChild);
  if (wasClosed || count !== found.length) announce(fill(field.dataset.mentionsCount, { count: found.length }));
}

function take(field, item) {
  const now = begun(field);
  if (!now) { close(field); return; }
  const end = field.selectionStart;
  const after = /^\s/.test(field.value.slice(end)) ? "" : " ";
  field.setRangeText(item.dataset.name + after, now.from, end, "end");
  if (!after) field.setSelectionRange(field.selectionEnd + 1, field.selectionEnd + 1);
  close(field);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  close(field);
}

const isField = (element) => element instanceof HTMLTextAreaElement && element.dataset.mentions;
document.addEventListener("input", (event) => { if (isField(event.target) && !event.isComposing) look(event.target); });
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!isField(field) || event.isComposing) return;
  const list = lists.get(field);
  if (!list || list.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
  const items = [...list.children];
  const at = items.findIndex((each) => each.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    choose(field, items[(at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length]);
  } else if (event.key === "Enter" || event.key === "Tab") take(field, items[at] ?? items[0]);
  else if (event.key === "Escape") close(field);
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
document.addEventListener("focusout", (event) => { if (isField(event.target)) close(event.target); });
