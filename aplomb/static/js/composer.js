// The two composers: which one is open, drafts, files, and the words on the button. They never share anything.
import { announce, csrf, fill } from "./saying.js";

const write = document.querySelector("[data-write]");
const forms = () => [...document.querySelectorAll("form[data-composer]")];
const state = new WeakMap();
const of = (form) => {
  if (!state.has(form)) state.set(form, { timer: 0, dirty: false, sending: false });
  return state.get(form);
};

// the page that follows at once may be drawn before the last words have reached the desk: it has them from the one before
const LEFT = "aplomb-left:";
const NAMES = ["text", "to", "cc"];
for (const form of forms()) {
  const left = JSON.parse(sessionStorage.getItem(LEFT + form.dataset.draft) || "null");
  sessionStorage.removeItem(LEFT + form.dataset.draft);
  if (!left || Date.now() - left.at > 10000) continue;
  for (const name of NAMES) if (form.elements[name]) form.elements[name].value = left[name];
  of(form).dirty = true;
  save(form);
}

// one composer at a time, once there are scripts
function choose(kind, { focus = true } = {}) {
  for (const form of forms()) form.hidden = form.dataset.composer !== kind;
  for (const tab of document.querySelectorAll("[data-tab]")) {
    const chosen = tab.dataset.tab === kind;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
  }
  const field = document.getElementById(`${kind}-text`);
  if (!focus || !field) return;
  field.focus();
  // a draft is gone on with at its end
  if (field.selectionEnd === 0) field.setSelectionRange(field.value.length, field.value.length);
}
if (write && document.querySelector("[data-tab]")) {
  write.classList.add("tabbed");
  const begun = forms().find((form) => form.elements.text.value.trim()) ?? forms()[0];
  choose(begun?.dataset.composer ?? "reply", { focus: false });
}
document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tab]");
  if (tab) choose(tab.dataset.tab);
});
document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("[data-tab]") || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  const other = [...document.querySelectorAll("[data-tab]")].find((tab) => tab !== event.target);
  if (other) { choose(other.dataset.tab, { focus: false }); other.focus(); }
});

// drafts
function body(form) {
  const given = new FormData();
  for (const name of ["text", "to", "cc"]) if (form.elements[name]) given.append(name, form.elements[name].value);
  given.append("csrfmiddlewaretoken", csrf());
  return given;
}
async function save(form) {
  const its = of(form);
  if (!its.dirty || its.sending) return;
  its.dirty = false;
  const place = form.querySelector("[data-state]");
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body: body(form), headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    place.textContent = await answer.text();
  } catch {
    its.dirty = true;
    place.textContent = form.dataset.unsaved;
    its.timer = setTimeout(() => save(form), 5000);
  }
}
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-composer]");
  if (!form || !["text", "to", "cc"].includes(event.target.name)) return;
  const its = of(form);
  its.dirty = true;
  clearTimeout(its.timer);
  its.timer = setTimeout(() => save(form), 800);
  if (event.target.name !== "text") wordButton(form);
});
addEventListener("pagehide", () => {
  for (const form of forms()) {
    if (!of(form).dirty || of(form).sending) continue;
    navigator.sendBeacon(form.dataset.draft, body(form));
    const left = Object.fromEntries(NAMES.map((name) => [name, form.elements[name]?.value]));
    sessionStorage.setItem(LEFT + form.dataset.draft, JSON.stringify({ ...left, at: Date.now() }));
  }
});

// sending: no draft is saved behind the back of what was sent
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target;
  if (!form.matches?.("form[data-composer]")) return;
  const its = of(form);
  clearTimeout(its.timer);
  its.sending = true;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target;
  if (!form.matches?.("form[data-composer]")) return;
  const its = of(form);
  its.sending = false;
  if (event.detail.successful && event.detail.xhr.status < 300) {
    its.dirty = false;
    requestAnimationFrame(() => {
      const talk = document.getElementById("talk");
      talk.scrollTop = talk.scrollHeight;
      setTimeout(() => { talk.scrollTop = talk.scrollHeight; }, 60);
      choose(form.dataset.composer, { focus: false });
      document.getElementById(`${form.dataset.composer}-text`)?.focus();
    });
  } else {
    its.dirty = true;
    its.timer = setTimeout(() => save(form), 800);
  }
});
// a composer that was started anew has its words and its place again
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (!event.target.matches?.("form[data-composer]") && !event.detail.target?.matches?.("form[data-composer]")) return;
  requestAnimationFrame(() => {
    for (const form of forms()) wordButton(form);
    const chosen = document.querySelector('[data-tab][aria-selected="true"]')?.dataset.tab ?? "note";
    choose(chosen, { focus: false });
    const reply = document.getElementById("reply-form");
    if (reply?.elements.text.value) choose("reply");
  });
});

// somebody spoke while this was being written: say so (meanwhile.js: it counts as seen once the writer has looked)
document.addEventListener("aplomb:arrived", (event) => {
  const form = document.getElementById("reply-form");
  const { fresh } = event.detail;
  const newest = fresh.filter((each) => ["customer", "reply", "note"].includes(each.dataset.kind)).at(-1);
  if (!form || !newest || !form.elements.text.value.trim()) return;
  const box = document.createElement("div");
  box.className = "say";
  const { wroteMeanwhile, answeredMeanwhile, notedMeanwhile } = form.dataset;
  const words = { customer: wroteMeanwhile, reply: answeredMeanwhile, note: notedMeanwhile }[newest.dataset.kind];
  const body = document.createElement("div");
  body.className = "body";
  const link = document.createElement("a");
  link.href = `#${newest.id}`;
  link.textContent = form.dataset.look;
  body.append(fill(words, { name: newest.dataset.author }), " ", link);
  box.append(body);
  form.querySelector(".composer-says").replaceChildren(box);
});

// whoever is on the button
const bare = (text) => [...text.matchAll(/[^\s,;<>"]+@[^\s,;<>"]+/g)].map((match) => match[0]);
function wordButton(form) {
  const button = form.querySelector("[data-send][data-words-one]");
  if (!button) return;
  const names = JSON.parse(form.querySelector("[data-names]")?.dataset.names || "{}");
  const to = bare(form.elements.to.value);
  const copies = bare(form.elements.cc.value).length;
  const others = to.length - 1;
  const words = button.dataset;
  const shape = !to.length ? words.wordsNone : others && copies ? words.wordsBoth : others ? words.wordsMore : copies ? words.wordsCopy : words.wordsOne;
  const name = names[to[0]?.toLowerCase()] || to[0];
  button.querySelector("[data-words]").textContent = fill(shape, { name, others, copies });
  const shown = form.querySelector("[data-to-shown]");
  if (shown) shown.textContent = form.elements.to.value || "–";
}
for (const form of forms()) wordButton(form);

// files: chosen, dropped or pasted
function line(form, text, wrong) {
  const item = document.createElement("li");
  if (wrong) { item.className = "wrong"; item.setAttribute("role", "alert"); }
  const words = document.createElement("span");
  words.textContent = text;
  item.append(words);
  form.querySelector("[data-uploads]").append(item);
  if (wrong) setTimeout(() => item.remove(), 15000);
  return item;
}
function add(form, file) {
  const words = form.dataset;
  if (file.size === 0) { line(form, fill(words.empty, { name: file.name }), true); return; }
  if (file.size > Number(words.limit)) { line(form, fill(words.tooLarge, { name: file.name }), true); return; }
  const item = line(form, file.name, false);
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", file.name);
  item.append(bar);
  const given = new FormData();
  given.append("file", file, file.name || "image.png");
  const request = new XMLHttpRequest();
  request.open("POST", words.upload);
  request.setRequestHeader("X-CSRFToken", csrf());
  request.setRequestHeader("HX-Request", "true");
  request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; };
  const failed = (text) => { item.remove(); line(form, text || fill(words.failed, { name: file.name }), true); };
  request.onerror = () => failed();
  request.onload = () => {
    if (request.status !== 200) { failed(request.status === 422 || request.status === 507 ? request.responseText : ""); return; }
    item.insertAdjacentHTML("afterend", request.responseText);
    const kept = item.nextElementSibling;
    item.remove();
    window.htmx.process(kept);
    announce(file.name);
  };
  request.send(given);
}
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-composer]");
  if (!form || !event.target.matches("[data-files]")) return;
  for (const file of event.target.files) add(form, file);
  event.target.value = "";
});
document.addEventListener("paste", (event) => {
  const form = event.target.closest?.("form[data-composer]");
  if (!form || !event.clipboardData?.files.length) return;
  event.preventDefault();
  for (const file of event.clipboardData.files) add(form, file);
});
document.addEventListener("dragover", (event) => {
  if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
  event.preventDefault();
  event.target.closest?.("form[data-composer]")?.classList.add("is-over");
});
document.addEventListener("dragleave", (event) => event.target.closest?.("form[data-composer]")?.classList.remove("is-over"));
document.addEventListener("drop", (event) => {
  if (!event.dataTransfer?.files.length) return;
  event.preventDefault();
  const form = event.target.closest?.("form[data-composer]") ?? forms().find((each) => !each.hidden);
  form?.classList.remove("is-over");
  if (form) for (const file of event.dataTransfer.files) add(form, file);
});
