// What several behaviours need: saying things to people, filling words, knowing who types. Nothing happens by loading it.

export const isTyping = (element) =>
  element instanceof HTMLElement && (element.isContentEditable || element.matches("input, textarea, select"));

/** Say something to whoever listens to the page rather than looks at it. */
export function announce(text) {
  const place = document.getElementById("announce");
  if (place) { place.textContent = ""; requestAnimationFrame(() => { place.textContent = text; }); }
}

/** Show a short word at the foot of the page. */
export function say(text, { wrong = false } = {}) {
  const place = document.getElementById("says");
  if (!place) return;
  const box = document.createElement("div");
  box.className = wrong ? "say wrong" : "say";
  if (wrong) box.setAttribute("role", "alert");
  const body = document.createElement("div");
  body.className = "body";
  body.textContent = text;
  box.append(body);
  place.replaceChildren(box);
}

export const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
export const csrf = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
