/* On every page of the desk: drops the drafts that were saved, and asks before a log-out leaves unsaved ones behind. */
"use strict";

(() => {
  function dropSaved(home) {
    for (const cookie of document.cookie.split("; ")) {
      const [, token] = /^saved-([0-9a-z]+)=/.exec(cookie) || [];
      if (!token) continue;
      for (const name of Object.keys(localStorage)) {
        if (name.startsWith("draft:") && name.endsWith(`:${token}`)) localStorage.removeItem(name);
      }
      document.cookie = `saved-${token}=; path=${home}; max-age=0; samesite=strict`;
    }
  }

  dropSaved("/admin/");

  document.addEventListener("DOMContentLoaded", () => {
    const here = document.getElementById("unsaved-here");
    if (here) here.hidden = !Object.keys(localStorage).some((name) => name.startsWith(`draft:${here.dataset.user}:`));
    const logOut = document.getElementById("logout-form");
    logOut?.addEventListener("submit", (event) => {
      const hasDrafts = Object.keys(localStorage).some((name) => name.startsWith("draft:"));
      if (!hasDrafts || logOut.dataset.asked) return;
      event.preventDefault();
      window.location.assign(logOut.getAttribute("action").replace(/logout\/$/, "unsaved/?leaving"));
    });
  });
})();
