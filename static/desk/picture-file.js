/* On a picture's own page: a file dropped or pasted anywhere is the file that is chosen. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const field = document.querySelector('#picture_form input[type="file"][name="file"]');
  if (!field) return;

  function take(files, event) {
    if (files.length !== 1) return;
    event.preventDefault();
    field.files = files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  }

  const isOwn = (event) => event.target.closest?.('input[type="file"]');
  document.addEventListener("dragover", (event) => {
    if ([...event.dataTransfer.types].includes("Files") && !isOwn(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!isOwn(event)) take(event.dataTransfer.files, event);
  });
  document.addEventListener("paste", (event) => take(event.clipboardData.files, event));
});
