// Passkeys: hands the page's question to the browser and its answer to the page's form. The form is what is sent; this
// file sends nothing itself. Without it, or without a device, the other ways on the page stay.
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

const RESPONSES = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

function asked(question) {
  const options = { ...question.publicKey, challenge: bytes(question.publicKey.challenge) };
  if (options.user) {
    options.user = { ...options.user, id: bytes(options.user.id) };
    options.excludeCredentials = named(options.excludeCredentials);
    return navigator.credentials.create({ publicKey: options });
  }
  options.allowCredentials = named(options.allowCredentials);
  return navigator.credentials.get({ publicKey: options });
}

function told(credential) {
  const response = {};
  for (const name of RESPONSES) if (credential.response[name]) response[name] = text(credential.response[name]);
  const id = text(credential.rawId);
  return JSON.stringify({ id, rawId: id, type: credential.type, response, clientExtensionResults: {} });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const trouble = form.querySelector("[data-passkey-trouble]");
  if (!window.PublicKeyCredential) {
    trouble.hidden = false;
    continue;
  }
  form.addEventListener("submit", async (event) => {
    if (form.elements.passkey.value) return;
    event.preventDefault();
    trouble.hidden = true;
    try {
      form.elements.passkey.value = told(await asked(JSON.parse(form.dataset.passkey)));
      form.requestSubmit();
    } catch {
      trouble.hidden = false;
    }
  });
}
