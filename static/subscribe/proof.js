// The proof of work of the sign-up form (ALTCHA, version 2). The form is sent once, whoever presses how often.
const field = document.querySelector("[data-challenge]");
const challenge = JSON.parse(field.dataset.challenge);
const { nonce, salt, cost, keyPrefix } = challenge.parameters;
const hex = (number, length) => number.toString(16).padStart(length, 0);
const bytes = (text) => Uint8Array.from(text.match(/../g), (pair) => `0x${pair}`);

async function solve(counter) {
  const key = await crypto.subtle.importKey("raw", bytes(nonce + hex(counter, 8)), "PBKDF2", false, ["deriveBits"]);
  const work = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  const derived = new Uint8Array(await crypto.subtle.deriveBits(work, key, 256));
  const derivedKey = Array.from(derived, (byte) => hex(byte, 2)).join("");
  return derivedKey.startsWith(keyPrefix) ? { counter, derivedKey } : solve(counter + 1);
}

if (crypto.subtle) {
  let goesOn = "goesOn" in field.dataset;
  document.querySelectorAll("[data-either]").forEach((text) => { text.hidden = !text.hidden; });
  field.form.onsubmit = (event) => {
    if (goesOn || !field.value) event.preventDefault();
    goesOn = true;
  };
  window.onpageshow = (event) => { goesOn &&= !event.persisted; };
  field.value = btoa(JSON.stringify({ challenge, solution: await solve(0) }));
  if (goesOn) field.form.submit();
}
