// Who else has this ticket open, and who writes. This tab says that it is open while somebody can see it, at once when they
// begin to write or stop, and goodbye when it is hidden or left. The answer to each is who else is there.
import { csrf } from "./saying.js";

const RENEW = 20_000;
// who has not typed for so long is thinking, or gone for coffee
const STILL_WRITING = 60_000;

const place = document.getElementById("who-looks");
const page = Array.from(crypto.getRandomValues(new Uint8Array(6)), (each) => each.toString(16).padStart(2, "0")).join("");
let typed = 0;
let writing = false;
let renewing = 0;
let expiring = 0;
let asked = 0;

function body(left) {
  const given = new FormData();
  given.append("page", page);
  given.append("writing", writing ? "1" : "0");
  if (left) given.append("left", "1");
  given.append("csrfmiddlewaretoken", csrf());
  return given;
}

async function renew() {
  clearTimeout(renewing);
  if (document.hidden) return;
  renewing = setTimeout(renew, RENEW);
  await ask({ method: "POST", body: body(false) });
}

async function ask(how = {}) {
  const turn = ++asked;
  try {
    const answer = await fetch(place.dataset.looks, { ...how, headers: { "HX-Request": "true" } });
    // the desk is away, or a later question has been answered already: what is shown goes by itself when its time is over
    if (!answer.ok || answer.redirected || turn !== asked) return;
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch { /* said by frame.js where it matters */ }
}

function show(fresh) {
  for (const [name, id] of [["looks", "who-looks"], ["writes", "who-writes"]]) {
    const now = fresh.querySelector(`[data-piece="${name}"]`);
    const there = document.getElementById(id);
    // the same words are not said twice to whoever listens
    if (now && there && there.innerHTML !== now.innerHTML) there.innerHTML = now.innerHTML;
  }
  expire();
}

/** A dead browser says no goodbye: whoever was not renewed goes when their time is over. */
function expire() {
  clearTimeout(expiring);
  let next = Infinity;
  for (const each of document.querySelectorAll("#who-looks [data-until], #who-writes [data-until]")) {
    const left = Date.parse(each.dataset.until) - Date.now();
    if (left <= 0) each.remove();
    else next = Math.min(next, left);
  }
  if (!document.querySelector("#who-looks [data-until]")) document.getElementById("who-looks").replaceChildren();
  if (next < Infinity) expiring = setTimeout(() => { if (!document.hidden) ask(); }, next + 500);
}

function setWriting(now) {
  if (now === writing) return;
  writing = now;
  renew();
}

const hasText = () => Boolean(document.getElementById("reply-text")?.value.trim());

if (place) {
  document.addEventListener("input", (event) => {
    if (event.target.id !== "reply-text") return;
    typed = Date.now();
    setWriting(hasText());
  });
  setInterval(() => { if (writing && (!hasText() || Date.now() - typed > STILL_WRITING)) setWriting(false); }, 3000);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.matches?.("#reply-form") && event.detail.successful) setTimeout(() => { writing = false; renew(); }, 50);
  });
  document.addEventListener("aplomb:looking", (event) => {
    if (event.detail.number === place.dataset.number && !document.hidden) ask();
  });
  // the line was down: who came meanwhile was told to nobody
  document.addEventListener("aplomb:change", (event) => { if (event.detail.kind === "Reconnected") renew(); });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { clearTimeout(renewing); navigator.sendBeacon(place.dataset.looks, body(true)); }
    else renew();
  });
  addEventListener("pagehide", () => navigator.sendBeacon(place.dataset.looks, body(true)));
  place.dataset.number = document.getElementById("ticket").dataset.number;
  renew();
}
