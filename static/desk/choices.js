/* Django's search-as-you-type choices (Select2) have no name of their own for a screen reader: they get their field's. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  function name(select) {
    const box = select.nextElementSibling?.querySelector(".select2-selection");
    const chosen = box?.querySelector(".select2-selection__rendered");
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const words = label?.textContent.replace("*", "").trim() || select.getAttribute("aria-label");
    if (!chosen || !words) return;
    chosen.setAttribute("aria-label", words);
    box.setAttribute("aria-labelledby", chosen.id);
    if (!label) return;
    label.id ||= `label-${select.id}`;
    box.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
  }

  const nameAll = () => document.querySelectorAll("select.admin-autocomplete").forEach(name);
  window.django?.jQuery(() => setTimeout(nameAll)); // after Django has made them
  window.addEventListener("load", nameAll);
  document.addEventListener("formset:added", () => setTimeout(nameAll));
});
