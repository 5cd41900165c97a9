// A small mark in the rows of tickets that somebody else has open now.
const rows = () => [...document.querySelectorAll("#list .row[data-number]")];
const place = document.querySelector("[data-looks-list]");
let timer = 0;
let shown = {};

async function ask() {
  if (document.hidden || !rows().length) return;
  const numbers = rows().slice(0, 300).map((row) => row.dataset.number).join(",");
  try {
    const answer = await fetch(`${place.dataset.looksList}?numbers=${numbers}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) return;
    shown = (await answer.json()).rows;
    mark();
  } catch { /* next time */ }
}

function mark() {
  for (const row of rows()) {
    const found = shown[row.dataset.number];
    const old = row.querySelector(".looked-at");
    if (!found) { old?.remove(); continue; }
    const now = old ?? document.createElement("span");
    const words = found.writes ? place.dataset.writes : place.dataset.looks;
    const text = words.replace("{names}", found.names);
    if (old && old.dataset.says === text) continue;
    now.className = found.writes ? "looked-at writes" : "looked-at";
    now.dataset.says = text;
    now.title = text;
    const said = document.createElement("span");
    said.textContent = found.names;
    const rest = document.createElement("span");
    rest.className = "sr";
    rest.textContent = ` ${text}`;
    now.replaceChildren(place.content.firstElementChild.cloneNode(true), said, rest);
    if (!old) (row.querySelector(".about") ?? row).append(now);
  }
}

const soon = () => { clearTimeout(timer); timer = setTimeout(ask, 300 + Math.random() * 300); };
if (place) {
  document.addEventListener("aplomb:looking", (event) => {
    if (rows().some((row) => row.dataset.number === event.detail.number)) soon();
  });
  document.addEventListener("aplomb:tick", soon);
  // rows that were drawn anew have their marks again
  new MutationObserver((changes) => {
    if (changes.some((each) => [...each.addedNodes].some((node) => node.matches?.("#list, .row, .rows")))) mark();
  }).observe(document.querySelector(".queue") ?? document.body, { childList: true, subtree: true });
  soon();
}
