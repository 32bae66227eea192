/* A preview leaves its form as it is: whatever waits for the form to be saved (the warning before leaving, a draft that is
   forgotten) does not hear of it, and the editors' texts go along. Without this script previews still open. */
"use strict";

document.addEventListener(
  "submit",
  (event) => {
    if (event.submitter?.formTarget !== "_blank") return;
    for (const editor of Object.values(window.CKEDITOR?.instances ?? {})) editor.updateElement();
    event.stopImmediatePropagation();
  },
  true,
);

/* Copying the address of a preview link, where the browser lets pages copy. */
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copies]")) button.hidden = false;
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copies]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copies);
  field.select();
  await navigator.clipboard.writeText(field.value);
  button.textContent = button.dataset.done;
});
