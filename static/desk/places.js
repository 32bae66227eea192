/* From a sentence to the field it is about: `?tab=ru#id_body_ru` opens that language's tab and puts the cursor there,
   without leaving the page if the page is this one. */
"use strict";

(() => {
  const LANGUAGES = ["be", "ru", "en"];

  /* Whoever has begun to type while the page was still loading is not taken away from there. */
  let isBusy = false;
  for (const kind of ["pointerdown", "keydown", "input"]) document.addEventListener(kind, () => (isBusy = true), { capture: true });

  function focusEditor(editor) {
    const focus = () => {
      if (isBusy) return;
      editor.container.$.scrollIntoView({ block: "center" });
      editor.focus();
    };
    if (editor.status === "ready") focus();
    else editor.on("instanceReady", focus);
  }

  function focusOn(target) {
    const folds = [target.closest("details"), ...target.querySelectorAll(".form-group details")];
    for (const fold of folds) if (fold) fold.open = true;
    const editor = window.CKEDITOR?.instances[target.id];
    if (editor) return focusEditor(editor);
    const choice = target.classList.contains("select2-hidden-accessible")
      ? target.nextElementSibling?.querySelector(".select2-selection")
      : target;
    const place = choice || target;
    if (!place.matches("a, button, input, select, textarea, [tabindex]")) place.tabIndex = -1;
    place.scrollIntoView({ block: "center" });
    place.focus({ preventScroll: true });
  }

  function goTo(search, hash) {
    const target = hash && document.getElementById(decodeURIComponent(hash.slice(1)));
    if (!target) return false;
    const tab = document.querySelectorAll('[role="tablist"] [role="tab"]')[LANGUAGES.indexOf(new URLSearchParams(search).get("tab"))];
    tab?.click();
    setTimeout(() => isBusy || focusOn(target), 60); // once the tab's panel is shown
    return true;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href*="#id_"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.pathname !== window.location.pathname) return;
    isBusy = false;
    if (goTo(link.search, link.hash)) event.preventDefault();
  });
  // After the tabs are made (desk.js).
  document.addEventListener("DOMContentLoaded", () => setTimeout(() => isBusy || goTo(window.location.search, window.location.hash), 100));
})();
