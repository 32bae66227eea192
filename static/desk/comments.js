/* Comments are sent without leaving the page, so that what is being typed in the form stays. Words come from the page.
   What is typed in the box stays in this browser until it is sent. */
"use strict";

(() => {
  const panel = document.getElementById("comments");
  if (!panel) return;
  const list = panel.querySelector("[data-comments-list]");
  const add = panel.querySelector("[data-comment-add]");
  const text = add.querySelector("textarea");
  const trouble = panel.querySelector("[data-trouble]");
  const heading = panel.querySelector("h2");
  const said = panel.querySelector("[data-said]");
  const draft = `draft:${panel.dataset.user}:${new URL(add.action).pathname}:comment`;
  let isKept = true;

  /* In the form of all drafts, so that the list of what is not saved names it (unsaved.js). */
  function keep() {
    try {
      if (!text.value.trim()) localStorage.removeItem(draft);
      else {
        const fields = { [text.labels[0].textContent.trim()]: text.value };
        localStorage.setItem(draft, JSON.stringify({ at: Date.now(), title: document.title, url: window.location.pathname, fields }));
      }
      isKept = true;
    } catch {
      isKept = false;
    }
  }

  function putBack() {
    const kept = JSON.parse(localStorage.getItem(draft) || "null");
    if (kept && !text.value) [text.value] = Object.values(kept.fields);
  }

  function complain(sentence) {
    trouble.textContent = sentence;
  }

  /* What the form holds, with the token of now: whoever logged in again in another tab has a new one. */
  function contents(form) {
    const data = new FormData(form);
    const token = document.cookie.split("; ").find((cookie) => cookie.startsWith("csrftoken="));
    if (token) data.set("csrfmiddlewaretoken", token.slice("csrftoken=".length));
    return data;
  }

  /* The new list, or null after saying what was wrong. */
  async function send(form) {
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: contents(form),
        headers: { "X-Requested-With": "fetch" },
        redirect: "manual",
      });
      if (answer.ok) return await answer.text();
      if (answer.status === 422) complain(await answer.text());
      else complain(answer.type === "opaqueredirect" || answer.status === 403 ? panel.dataset.loggedOut : panel.dataset.failed);
    } catch {
      complain(panel.dataset.failed);
    }
    return null;
  }

  function show(words) {
    const open = list.querySelector("details")?.open;
    list.innerHTML = words;
    const details = list.querySelector("details");
    if (details && open) details.open = true;
    complain("");
  }

  panel.addEventListener("submit", async (event) => {
    const form = event.target;
    const isNew = form === add;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    const words = await send(form);
    delete form.dataset.busy;
    if (words === null) {
      if (isNew) text.focus();
      return;
    }
    show(words);
    said.textContent = isNew ? panel.dataset.saved : panel.dataset.done;
    if (isNew) {
      text.value = "";
      keep();
    }
    (isNew ? text : heading).focus({ preventScroll: !isNew });
  });

  putBack();
  text.addEventListener("input", keep);
  window.addEventListener("beforeunload", (event) => {
    if (!isKept) event.preventDefault();
  });
})();
