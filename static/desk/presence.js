/* Says every quarter of a minute that this commentary is open here, and shows who else has it open. */
"use strict";

(() => {
  const { form, place } = desk.drafts;
  const EVERY = 15000; // milliseconds
  const url = place.dataset.presence;
  const parts = { here: document.getElementById("desk-here"), newer: document.getElementById("desk-newer") };

  const body = (more = {}) =>
    new URLSearchParams({ csrfmiddlewaretoken: desk.session.token(), seen: form.elements.seen_version.value, ...more });

  /* Only what is new is said aloud. */
  function say(part, sentence) {
    if (part.textContent !== sentence) part.textContent = sentence;
  }

  async function beat() {
    try {
      const { data } = await desk.session.ask(url, { method: "POST", body: body() });
      if (!data) return void (await desk.session.look());
      say(parts.here, data.here);
      say(parts.newer, data.newer);
    } catch {
      // The next one may get through.
    }
  }

  beat();
  setInterval(beat, EVERY);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) beat(); });
  window.addEventListener("pagehide", () => navigator.sendBeacon(url, body({ leaving: "1" })));
  window.addEventListener("pageshow", (event) => { if (event.persisted) beat(); });
})();
