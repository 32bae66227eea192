/* What is corrected on the page of what Word files say stays in this browser until drafts are made of it. The page is the
   answer to an upload, so the whole form is kept, and offered back where files are uploaded (review-offer.js). */
"use strict";

desk.drafts = (() => {
  const place = document.getElementById("desk-saving");
  const form = document.getElementById(place.dataset.form);
  const trouble = document.getElementById("desk-trouble");
  const DELAY = 800; // milliseconds after the first key that is not kept yet
  const UNKEPT = new Set(["csrfmiddlewaretoken", "again"]);
  const token = form.elements.draft.value || Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => (byte % 36).toString(36)).join("");
  const name = `draft:${place.dataset.user}:${form.dataset.back}:${token}`;
  const changed = new Set(); // editors whose text is not in the form yet
  let isTouched = place.dataset.unsaved === "yes";
  let timer = 0;

  /* What a person reads in the list of what is not saved: each file's name with its texts. */
  function texts() {
    const files = [...form.querySelectorAll("[name^=files-][name$=-name]")].map((input) => input.name.replace(/name$/, ""));
    const words = (prefix) => ["title", "lead", "body"].map((field) => form.elements[prefix + field].value).filter(Boolean).join("<br>");
    return Object.fromEntries(files.map((prefix) => [form.elements[`${prefix}name`].value, words(prefix)]));
  }

  function keep() {
    clearTimeout(timer);
    timer = 0;
    if (!isTouched) return;
    for (const editor of changed) editor.updateElement();
    changed.clear();
    const entries = [...new FormData(form)].filter(([field]) => !UNKEPT.has(field));
    try {
      const fields = texts();
      localStorage.setItem(name, JSON.stringify({ at: Date.now(), title: place.dataset.title, url: form.dataset.back, fields, entries }));
    } catch {
      trouble.textContent = place.dataset.full;
    }
  }

  function touch() {
    isTouched = true;
    if (!timer) timer = setTimeout(keep, DELAY);
  }

  form.elements.draft.value = token;
  navigator.locks?.request(name, () => new Promise(() => {}));
  for (const kind of ["input", "change"]) form.addEventListener(kind, touch);
  const watch = (editor) => desk.typed.watch(editor, () => { changed.add(editor); touch(); });
  if (window.CKEDITOR) {
    Object.values(CKEDITOR.instances).filter((editor) => editor.status === "ready").forEach(watch);
    CKEDITOR.on("instanceReady", ({ editor }) => watch(editor));
  }
  window.addEventListener("pagehide", () => { if (timer) keep(); });
  if (isTouched) keep();

  return { form, place, isDirty: () => isTouched, keep, ready: Promise.resolve() };
})();
