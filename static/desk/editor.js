/* Before the editors start: CKEditor may speak Belarusian (lang/be.js beside its own), and a heading is called so. */
"use strict";

if (window.CKEDITOR) {
  CKEDITOR.lang.languages.be = 1;

  CKEDITOR.on("instanceReady", ({ editor }) => {
    const isDark = () => document.documentElement.classList.contains("dark");
    const dress = () => editor.document?.getBody().$.classList.toggle("dark", isDark());
    editor.on("contentDom", dress);
    new MutationObserver(dress).observe(document.documentElement, { attributeFilter: ["class"] });
    dress();
  });
}
