// The page to print: its button, and the choice of what is on it at once.
const button = document.querySelector("[data-print]");
button.hidden = false;
button.addEventListener("click", () => print());
document.querySelector("form").addEventListener("change", (event) => event.currentTarget.requestSubmit());
document.querySelector("form button").hidden = true;
