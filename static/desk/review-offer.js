/* Where Word files are uploaded: a review of some that was not finished is offered back (kept by review.js). */
"use strict";

(() => {
  const offer = document.getElementById("review-offer");
  const form = offer.querySelector("form");
  const prefix = `draft:${offer.dataset.user}:${window.location.pathname}:`;

  function found() {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(prefix));
    return names.map((name) => ({ name, ...JSON.parse(localStorage.getItem(name)) })).sort((one, other) => other.at - one.at);
  }

  function show(draft) {
    const title = offer.querySelector("h2");
    title.textContent = title.dataset.words.replace("{when}", desk.typed.moment(draft.at));
    offer.querySelector(".what").textContent = Object.keys(draft.fields).join(", ");
    form.onsubmit = () => {
      form.querySelectorAll("[data-kept]").forEach((input) => input.remove());
      for (const [name, value] of draft.entries) {
        const input = Object.assign(document.createElement("textarea"), { name, value, hidden: true });
        input.dataset.kept = "";
        form.append(input);
      }
    };
    form.querySelector("button[type=button]").onclick = () => {
      localStorage.removeItem(draft.name);
      look();
    };
    offer.hidden = false;
  }

  /* Other windows of this browser hold a lock while they are open. */
  async function look() {
    const { held = [] } = (await navigator.locks?.query()) || {};
    const isOpen = new Set(held.map((lock) => lock.name));
    const [latest] = found().filter((draft) => !isOpen.has(draft.name));
    offer.hidden = true;
    if (latest) show(latest);
  }

  look();
})();
