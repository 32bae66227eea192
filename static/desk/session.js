/* A session that ends while a form is open: noticed before anything is sent, and mended without leaving the page. */
"use strict";

desk.session = (() => {
  const place = document.getElementById("desk-saving");
  const dialog = document.getElementById("log-in-again");
  const trouble = document.getElementById("desk-trouble");
  const expired = document.getElementById("desk-expired");
  const PATIENCE = 10000; // milliseconds

  async function ask(url, options = {}) {
    const response = await fetch(url, { credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE), ...options });
    const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
    return { status: response.status, data: isJson ? await response.json() : null };
  }

  function useToken(token) {
    document.querySelectorAll('input[name="csrfmiddlewaretoken"]').forEach((input) => { input.value = token; });
  }

  const token = () => document.querySelector('input[name="csrfmiddlewaretoken"]').value;

  /* "mine", "expired", "other" or "offline". */
  async function state() {
    try {
      const { data } = await ask(place.dataset.session);
      if (!data) return "offline";
      if (data.user === place.dataset.user) useToken(data.csrf);
      else place.dataset.csrf = data.csrf;
      return data.user === null ? "expired" : data.user === place.dataset.user ? "mine" : "other";
    } catch {
      return "offline";
    }
  }

  async function logIn() {
    const refusal = dialog.querySelector(".refusal");
    const password = dialog.querySelector("#log-in-again-password");
    const body = new URLSearchParams({
      username: dialog.querySelector("#log-in-again-name").value,
      password: password.value,
      next: place.dataset.session,
      csrfmiddlewaretoken: place.dataset.csrf || token(),
    });
    try {
      const { status, data } = await ask(place.dataset.login, { method: "POST", body });
      if (data?.user === place.dataset.user) {
        useToken(data.csrf);
        return true;
      }
      refusal.textContent = status === 200 ? refusal.dataset.wrong : refusal.dataset.locked;
    } catch {
      refusal.textContent = refusal.dataset.offline;
    }
    password.select();
    return false;
  }

  /* Resolves to whether this person is logged in (again). */
  function logInAgain(why) {
    for (const part of dialog.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== why;
    dialog.querySelector(".refusal").textContent = "";
    dialog.showModal();
    dialog.querySelector("#log-in-again-password").focus();
    return new Promise((resolve) => {
      const onSubmit = async (event) => {
        if (event.submitter?.dataset.do !== "log-in") return;
        event.preventDefault();
        if (await logIn()) dialog.close("in");
      };
      const onClose = () => {
        dialog.removeEventListener("submit", onSubmit);
        dialog.querySelector("#log-in-again-password").value = "";
        resolve(dialog.returnValue === "in");
        dialog.returnValue = "";
      };
      dialog.addEventListener("submit", onSubmit);
      dialog.addEventListener("close", onClose, { once: true });
    });
  }

  /* Said once, while writing goes on; the button opens the dialogue. */
  function sayExpired(why) {
    if (trouble.dataset.says === why) return;
    trouble.dataset.says = why;
    trouble.textContent = `${expired.dataset.words} `;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = expired.dataset.button;
    button.addEventListener("click", async () => {
      if (await logInAgain(why)) sayNothing();
    });
    trouble.append(button);
  }

  function sayNothing() {
    trouble.textContent = "";
    trouble.dataset.says = "";
  }

  /* Whether a form may be sent now. */
  async function isReady() {
    const found = await state();
    if (found === "mine") return true;
    if (found === "offline") {
      trouble.textContent = dialog.querySelector(".refusal").dataset.offline;
      trouble.scrollIntoView({ block: "center" });
      return false;
    }
    const isIn = await logInAgain(found);
    if (isIn) sayNothing();
    else sayExpired(found);
    return isIn;
  }

  async function look() {
    const found = await state();
    if (found === "mine") sayNothing();
    else if (found !== "offline") sayExpired(found);
    return found;
  }

  return { ask, isReady, look, token };
})();
