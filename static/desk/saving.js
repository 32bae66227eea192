/* Saving: Ctrl+S, a question before unsaved work is left, and a look at the session before anything is sent. */
"use strict";

(() => {
  const { form, place, isDirty, keep, ready } = desk.drafts;
  const buttonFor = (name) => document.querySelector(`button[form="${form.id}"][name="${name}"], #${form.id} [name="${name}"]`);
  const saveButton = buttonFor("_continue") || buttonFor("_save");
  let isSent = false;
  let isAsking = false;
  let isLetThrough = false;

  /* The desk is asked first: a form that arrives after the session has ended would come back empty. */
  async function send(event) {
    const { submitter } = event;
    if (isLetThrough || event.defaultPrevented || submitter?.formTarget) return;
    event.preventDefault();
    if (isAsking || isSent) return;
    isAsking = true;
    if (window.CKEDITOR) Object.values(CKEDITOR.instances).forEach((editor) => editor.updateElement());
    keep();
    const isReady = await desk.session.isReady();
    isAsking = false;
    if (!isReady) return;
    if (submitter === saveButton) rememberPlace();
    isSent = isLetThrough = true;
    form.requestSubmit(submitter);
    isLetThrough = false;
    close();
  }

  /* Nothing is typed into a form that is on its way: it would be lost with the page. */
  function close() {
    setTimeout(() => { form.inert = true; });
    setTimeout(open, 20000); // milliseconds; the answer never came
    window.addEventListener("keydown", (event) => { if (event.key === "Escape") open(); }, { once: true });
  }

  function open() {
    isSent = form.inert = false;
  }

  function save() {
    saveButton?.click();
  }

  function onKey(event) {
    const isSave = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.code === "KeyS";
    if (!isSave) return;
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) save();
  }

  function announce() {
    if (!saveButton) return;
    saveButton.title = place.dataset.shortcut;
    saveButton.setAttribute("aria-keyshortcuts", "Control+S Meta+S");
    const hint = Object.assign(document.createElement("kbd"), { textContent: "Ctrl+S", className: "desk-key" });
    hint.setAttribute("aria-hidden", "true");
    saveButton.append(" ", hint);
  }

  form.addEventListener("submit", send);
  window.addEventListener("pageshow", open);
  document.addEventListener("keydown", onKey);
  window.addEventListener("beforeunload", (event) => {
    if (!isSent && isDirty()) event.preventDefault();
  });
  if (window.CKEDITOR) {
    const listen = (editor) => {
      if (editor.document && editor.document.$ !== document) editor.document.on("keydown", ({ data }) => onKey(data.$));
    };
    const prepare = (editor) => { listen(editor); editor.on("contentDom", () => listen(editor)); };
    Object.values(CKEDITOR.instances).filter((editor) => editor.status === "ready").forEach(prepare);
    CKEDITOR.on("instanceReady", ({ editor }) => prepare(editor));
  }
  if (saveButton) announce();
  if (!place.dataset.presence) setInterval(() => { if (isDirty()) desk.session.look(); }, 60000);

  /* --- After a save one goes on where one was --- */

  const PLACE = "desk-place";

  function rememberPlace() {
    const editor = window.CKEDITOR?.currentInstance;
    const { activeElement: input } = document;
    const caret = editor ? editor.getSelection()?.createBookmarks2(true) : [input?.selectionStart, input?.selectionEnd];
    const tab = document.querySelector('[role="tab"][aria-selected="true"]')?.id;
    const content = { path: window.location.pathname, tab, field: input?.name, editor: editor?.name, caret, scroll: scrollY };
    sessionStorage.setItem(PLACE, JSON.stringify(content));
  }

  function goBack() {
    const kept = JSON.parse(sessionStorage.getItem(PLACE) || "null");
    sessionStorage.removeItem(PLACE);
    if (kept?.path !== window.location.pathname || place.dataset.unsaved === "yes") return;
    if (kept.tab) document.getElementById(kept.tab)?.click();
    setTimeout(() => putCaret(kept), 50);
    const status = document.getElementById("desk-saved");
    saveButton?.after(status);
    status.textContent = status.dataset.words;
  }

  function putCaret(kept) {
    const editor = window.CKEDITOR?.instances[kept.editor];
    const input = kept.field && form.elements[kept.field];
    if (editor) {
      editor.focus();
      if (kept.caret) editor.getSelection()?.selectBookmarks(kept.caret);
    } else if (input?.focus) {
      input.focus();
      if (Number.isInteger(kept.caret?.[0])) input.setSelectionRange?.(...kept.caret);
    }
    window.scrollTo(0, kept.scroll);
  }

  ready.then(goBack);

  /* --- Choosing between two versions --- */

  for (const choice of document.querySelectorAll(".conflict .choice")) {
    const input = document.getElementById(choice.dataset.input);
    const putIn = choice.querySelector("[data-do=put-in]");
    choice.querySelector(".to-field")?.addEventListener("click", (event) => {
      event.preventDefault();
      goTo(input || form.elements[choice.dataset.input.replace(/^id_/, "")]);
    });
    if (!putIn || !input) continue;
    putIn.hidden = false;
    putIn.addEventListener("click", () => {
      const raw = choice.querySelector(".raw").value;
      const editor = desk.typed.editorOf(input);
      if (editor) editor.setData(raw);
      else input.value = raw;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      choice.querySelector("[value=mine]").checked = true;
      goTo(input);
    });
  }

  function goTo(input) {
    const panel = input?.closest?.('[role="tabpanel"]');
    if (panel) document.getElementById(panel.getAttribute("aria-labelledby"))?.click();
    setTimeout(() => {
      const editor = input && desk.typed.editorOf(input);
      (editor ? editor.container.$ : input)?.scrollIntoView({ block: "center" });
      if (editor) editor.focus();
      else input?.focus?.();
    }, 50);
  }

  document.getElementById("conflict")?.focus();
})();
