// Attachments in a dialog: opened by mouse or Enter, left and right go to the next, Escape closes and gives the focus back.
const links = () => [...document.querySelectorAll("a[data-preview]")].filter((each) => each.checkVisibility?.() ?? true);
let dialog = null;
let current = null;
let asked = 0;

function build(words) {
  const made = document.createElement("dialog");
  made.className = "looking";
  made.setAttribute("aria-labelledby", "look-name");
  const bar = document.createElement("div");
  bar.className = "look-bar";
  const button = (text, act, className = "button quiet tiny") => {
    const one = document.createElement("button");
    one.type = "button";
    one.className = className;
    one.textContent = text;
    one.addEventListener("click", act);
    bar.append(one);
    return one;
  };
  button(`← ${words.before}`, () => go(-1)).dataset.before = "";
  button(`${words.after} →`, () => go(1)).dataset.after = "";
  const count = document.createElement("span");
  count.className = "soft";
  count.setAttribute("aria-live", "polite");
  bar.append(count);
  button(words.close, () => made.close(), "button bare tiny end");
  const place = document.createElement("div");
  place.className = "look-place";
  place.tabIndex = -1;
  place.autofocus = true;
  made.append(bar, place);
  made.addEventListener("close", () => { current?.focus(); current = null; });
  made.addEventListener("click", (event) => { if (event.target === made) made.close(); });
  document.body.append(made);
  return made;
}

// on the document: a button that was just disabled holds no focus, and keys would be lost
document.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!dialog?.open || !step || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  go(document.dir === "rtl" ? -step : step);
});

function go(step) {
  const all = links();
  const next = all[all.indexOf(current) + step];
  if (next) show(next);
}

async function show(link) {
  current = link;
  const all = links();
  const turn = ++asked;
  const place = dialog.querySelector(".look-place");
  dialog.querySelector("[data-before]").disabled = all.indexOf(link) <= 0;
  dialog.querySelector("[data-after]").disabled = all.indexOf(link) >= all.length - 1;
  dialog.querySelector(".look-bar .soft").textContent = `${all.indexOf(link) + 1} / ${all.length}`;
  try {
    const answer = await fetch(link.dataset.preview, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const text = await answer.text();
    if (turn === asked) place.innerHTML = text;
  } catch {
    // where nothing can be shown here the file's own page says why
    if (turn === asked) location.assign(link.dataset.preview);
    return;
  }
  const picture = place.querySelector(".look-picture");
  picture?.addEventListener("error", () => { picture.hidden = true; place.querySelector(".look-broken").hidden = false; });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-preview]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  dialog ??= build(link.dataset);
  if (!dialog.open) dialog.showModal();
  show(link);
});
