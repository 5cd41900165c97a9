// Keys. Whatever carries data-key is pressed, opened or focused by it; nothing fires while somebody types.
import { isTyping } from "./saying.js";

let began = "";

function press(element) {
  if (element.matches("input, textarea")) { element.focus(); element.select?.(); return; }
  element.click();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isTyping(event.target) && !event.isComposing) { event.target.blur(); return; }
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    const form = event.target.closest?.("form[data-composer]");
    const button = form?.querySelector("[data-send]");
    if (button) { event.preventDefault(); form.requestSubmit(button); }
    return;
  }
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") { document.getElementById("keys-sheet")?.showModal(); event.preventDefault(); return; }
  const key = event.key.length === 1 ? event.key.toLowerCase() : "";
  if (!key) return;
  if (began === "g") {
    began = "";
    const to = { q: "/", m: "/?assignee=me", n: "/notices" }[key];
    if (to) { event.preventDefault(); location.assign(to); }
    return;
  }
  if (key === "g") { began = "g"; setTimeout(() => { began = ""; }, 1200); return; }
  const found = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].filter((each) => !each.disabled);
  // the last one: of several replies on their way, the newest is undone
  const element = found.at(-1);
  if (element) { event.preventDefault(); press(element); }
});
