// A new ticket: what is typed survives going from one way to the other.
import { isTyping } from "./saying.js";

const form = document.querySelector("[data-new]");
const KEPT = ["reach", "name", "subject", "text"];
const KEY = "aplomb-new-ticket";

for (const link of document.querySelectorAll(".tabs a")) {
  link.addEventListener("click", () => {
    const given = Object.fromEntries(KEPT.map((name) => [name, form.elements[name]?.value ?? ""]));
    sessionStorage.setItem(KEY, JSON.stringify(given));
  });
}
const before = JSON.parse(sessionStorage.getItem(KEY) || "null");
sessionStorage.removeItem(KEY);
if (before) for (const name of KEPT) if (form.elements[name] && !form.elements[name].value) form.elements[name].value = before[name];

const wrong = form.querySelector('[aria-invalid="true"]');
if (wrong) wrong.focus();
else if (!isTyping(document.activeElement)) form.elements.reach?.focus();
