/* A newsletter on its way: its parts are asked for every two seconds while the page is seen, and exchanged where they
   have changed. Without this script the page shows how far it was when it was loaded. */
"use strict";

(() => {
  const EVERY = 2000; // milliseconds
  const PATIENCE = 10000;
  const live = document.getElementById("sending-live");
  const trouble = document.getElementById("sending-trouble");
  let timer = 0;

  const goesOn = () => document.getElementById("live-head").dataset.goesOn === "yes";

  /* Where the keyboard was in a part that is exchanged, it is again: on the same button, else on the part. */
  function exchange(part, fresh) {
    const active = part.contains(document.activeElement) ? document.activeElement : null;
    const target = active?.getAttribute("formaction") ?? active?.getAttribute("href");
    part.replaceChildren(...fresh.childNodes);
    if (!active) return;
    const same = [...part.querySelectorAll("[formaction], [href]")].find(
      (one) => (one.getAttribute("formaction") ?? one.getAttribute("href")) === target,
    );
    part.tabIndex = -1;
    (same ?? part).focus();
  }

  async function look() {
    const options = { credentials: "same-origin", redirect: "error", signal: AbortSignal.timeout(PATIENCE) };
    const response = await fetch(live.dataset.url, options);
    if (!response.ok) throw new Error(response.status);
    const answer = document.createElement("template");
    answer.innerHTML = await response.text();
    for (const fresh of answer.content.querySelectorAll("[id^=live-]")) {
      const part = document.getElementById(fresh.id);
      if (part.dataset.goesOn !== fresh.dataset.goesOn) part.dataset.goesOn = fresh.dataset.goesOn;
      if (part.innerHTML !== fresh.innerHTML) exchange(part, fresh);
    }
  }

  async function turn() {
    try {
      await look();
      trouble.textContent = "";
    } catch {
      trouble.textContent ||= trouble.dataset.words;
    }
    plan();
  }

  function plan() {
    clearTimeout(timer);
    if (goesOn() && !document.hidden) timer = setTimeout(turn, EVERY);
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && goesOn()) turn();
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) turn(); });
  plan();
})();
