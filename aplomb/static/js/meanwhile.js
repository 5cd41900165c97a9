// What others did while a reply was being written counts as seen only once the writer has looked: until then the form goes
// on naming what was there when they began, and the desk shows the difference before it sends.

const form = () => document.getElementById("reply-form");
const isWriting = () => Boolean(form()?.elements.text.value.trim());
let held = null;
let source = null;

// an own answer comes with an emptied composer: it is seen
document.addEventListener("htmx:beforeSwap", (event) => { source = event.detail.requestConfig?.elt ?? null; });
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (!(target instanceof HTMLElement) || target.id !== "seen") return;
  if (source?.matches?.("form[data-composer]") || !isWriting()) { held = null; return; }
  held = fragment.querySelector("#seen")?.cloneNode(true) ?? held;
  event.detail.shouldSwap = false;
});

function release() {
  if (!held) return;
  held.removeAttribute("hx-swap-oob");
  document.getElementById("seen")?.replaceWith(held);
  held = null;
}

document.addEventListener("input", (event) => { if (event.target.id === "reply-text" && !isWriting()) release(); });
document.addEventListener("click", (event) => {
  // whoever goes to look at what came has seen it
  const link = event.target.closest?.('#reply-form .composer-says a[href^="#message-"]');
  if (link && !event.target.closest(".meanwhile, .ask")) release();
  if (!event.target.closest?.("[data-back-to-text]")) return;
  form()?.querySelector(".composer-says")?.replaceChildren();
  const field = form()?.elements.text;
  field?.focus();
  field?.setSelectionRange(field.value.length, field.value.length);
});
