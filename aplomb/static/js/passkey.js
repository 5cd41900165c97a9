// Passkeys: the browser makes or uses one, its answer goes with the form. Forms that only use one are shown where that works.
const knows = Boolean(window.PublicKeyCredential?.parseCreationOptionsFromJSON);

const WHY = {
  NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known", SecurityError: "address",
};

function tell(form, word) {
  const place = form.querySelector("[data-passkey-says]");
  place.textContent = form.querySelector("[data-passkey-words]").dataset[word];
  place.setAttribute("role", "alert");
  place.hidden = false;
}

async function options(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.dataset.optionsFrom, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).request_options;
}

async function credential(form) {
  const given = (await options(form)).publicKey;
  if (form.dataset.passkey === "use") {
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(given) });
  }
  // one that signs in alone: the device keeps it and asks who holds it
  given.authenticatorSelection = {
    ...given.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required",
  };
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(given) });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (knows) form.hidden = false;
  else if (!form.hidden) { tell(form, "old"); form.querySelector("button").disabled = true; }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      form.elements.credential.value = JSON.stringify((await credential(form)).toJSON());
      form.submit();
    } catch (error) {
      tell(form, WHY[error?.name] ?? "failed");
      button.disabled = false;
    }
  });
}
