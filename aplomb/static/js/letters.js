// The editor of letters: the preview follows what is typed, and a variable is put in where the cursor is.
const form = document.querySelector("form[data-letter]");
const button = form?.querySelector("[data-preview]");
const frames = document.querySelector("[data-frames]");
let timer = 0;
let count = 0;

function fit(frame) {
  const inner = frame.contentDocument?.documentElement;
  if (inner) frame.height = Math.min(Math.max(inner.scrollHeight + 4, 160), 2400);
}

// each time a new frame: what loads into it leaves no step behind for the browser's way back
function show() {
  const old = frames.querySelector("iframe:not(.coming)");
  for (const each of frames.querySelectorAll(".coming")) each.remove();
  const next = document.createElement("iframe");
  next.name = `letter-preview-${count += 1}`;
  next.title = old.title;
  next.className = "coming";
  frames.append(next);
  const sent = document.createElement("form");
  sent.method = "post";
  sent.action = button.formAction;
  sent.target = next.name;
  sent.hidden = true;
  for (const [name, value] of new FormData(form)) {
    const input = document.createElement("textarea");
    input.name = name;
    input.value = value;
    sent.append(input);
  }
  document.body.append(sent);
  next.addEventListener("load", () => {
    if (next.contentWindow.location.href === "about:blank") return;
    fit(next);
    old.remove();
    next.className = "";
  });
  sent.submit();
  sent.remove();
}

if (form && button && frames) {
  const later = () => { clearTimeout(timer); timer = setTimeout(show, 500); };
  form.addEventListener("input", later);
  button.addEventListener("click", (event) => { event.preventDefault(); show(); });
  show();
}

for (const each of document.querySelectorAll("[data-puts]")) {
  each.addEventListener("click", () => {
    const text = form.elements.body;
    text.focus();
    const words = `{${each.dataset.puts}}`;
    if (!document.execCommand("insertText", false, words)) {
      text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
}
