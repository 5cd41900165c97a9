// Parts of a form that matter only for one choice: data-shown-when="name=value". Without this all of them are there.
for (const part of document.querySelectorAll("[data-shown-when]")) {
  const [name, value] = part.dataset.shownWhen.split("=");
  const form = part.closest("form");
  const look = () => { part.hidden = new FormData(form).get(name) !== value; };
  form.addEventListener("change", look);
  look();
}
