// One box that ticks all boxes of a name: data-chooses="name" on its label.
for (const label of document.querySelectorAll("[data-chooses]")) {
  const all = label.querySelector("input");
  const boxes = [...label.closest("form").querySelectorAll(`input[name="${label.dataset.chooses}"]`)];
  const look = () => {
    const count = boxes.filter((each) => each.checked).length;
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  };
  all.addEventListener("change", () => { for (const each of boxes) each.checked = all.checked; });
  for (const each of boxes) each.addEventListener("change", look);
  label.hidden = false;
}
