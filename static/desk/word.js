/* Files that are dropped anywhere on the page are uploaded at once: the next page asks before anything is saved. */
"use strict";

(() => {
  const input = document.querySelector(".drop-here input[type=file]");
  if (!input) return;
  const root = document.documentElement;
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.querySelector(".can-drop").hidden = false;
  input.hasChangeListener = true; // Unfold's would write the name into a text field, which stands beside its own inputs

  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    root.classList.add("is-dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) root.classList.remove("is-dropping");
  });
  document.addEventListener("drop", (event) => {
    root.classList.remove("is-dropping");
    if (!hasFiles(event)) return;
    event.preventDefault();
    input.files = event.dataTransfer.files;
    input.form.requestSubmit();
  });
})();
