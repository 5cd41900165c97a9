// A box under each password field that shows what is being typed. The words come from data-reveals of the form.
for (const form of document.querySelectorAll("form[data-reveals]")) {
  for (const field of form.querySelectorAll('input[type="password"][autocomplete="new-password"]')) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    label.className = "reveal";
    box.type = "checkbox";
    label.append(box, form.dataset.reveals);
    field.after(label);
    box.addEventListener("change", () => { field.type = box.checked ? "text" : "password"; });
    form.addEventListener("submit", () => { field.type = "password"; });
  }
}
