// A button that copies what a field holds: data-copies="id of the field".
for (const button of document.querySelectorAll("[data-copies]")) {
  const field = document.getElementById(button.dataset.copies);
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.querySelector("span").textContent = button.dataset.done;
  });
}
for (const field of document.querySelectorAll("input.secret")) field.addEventListener("focus", () => field.select());
