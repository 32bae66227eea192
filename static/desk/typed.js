/* What is typed in a form of the desk: read out by names that survive another order of the rows, and filled in again.
   A key is a field's name; in a row that is stored, forecasts#12.statement_be; in the second new row, forecasts+1.due.
   Passwords, files and hidden fields are never read. */
"use strict";

window.desk ||= {};

desk.typed = (() => {
  const UNREAD = new Set(["password", "file", "hidden", "submit", "button", "image", "reset"]);
  const ROW = /^(\w+)-(\d+)-(\w+)$/;

  const editorOf = (input) => window.CKEDITOR?.instances[input.id];

  function fieldsOf(form) {
    return [...form.elements].filter((input) => {
      if (!input.name || input.disabled || UNREAD.has(input.type) || input.name.includes("__prefix__")) return false;
      return !input.closest(".conflict") && !input.readOnly;
    });
  }

  /* Which new row of its inline this one is: counted from 0. */
  function newRows(form, prefix) {
    const rows = new Set();
    for (const input of form.elements) {
      const [, name, index] = ROW.exec(input.name || "") || [];
      if (name === prefix && !form.elements[`${prefix}-${index}-id`]?.value) rows.add(Number(index));
    }
    return [...rows].sort((one, other) => one - other);
  }

  function keyOf(form, input) {
    const [, prefix, index, field] = ROW.exec(input.name) || [];
    if (!prefix || !form.elements[`${prefix}-TOTAL_FORMS`]) return input.name;
    const stored = form.elements[`${prefix}-${index}-id`]?.value;
    if (stored) return `${prefix}#${stored}.${field}`;
    return `${prefix}+${newRows(form, prefix).indexOf(Number(index))}.${field}`;
  }

  const unix = (text) => text.replaceAll("\r\n", "\n");
  const texts = new WeakMap(); // of editors, which take long to ask; null where one has changed since

  /* CKEditor tells of a change late; the page it writes on tells of every letter. */
  function watch(editor, then) {
    const tell = () => { texts.set(editor, null); then(); };
    const listen = () => editor.document?.on("input", tell);
    for (const name of ["change", "afterSetData"]) editor.on(name, tell);
    editor.on("contentDom", listen);
    listen();
  }

  function textOf(editor) {
    if (!texts.get(editor)) texts.set(editor, { text: editor.getData() });
    return texts.get(editor).text;
  }

  function valueOf(input) {
    const editor = editorOf(input);
    if (editor) return editor.status === "ready" ? textOf(editor) : editor.element.getValue();
    if (input.type === "checkbox") return input.checked ? "on" : "";
    return unix(input.value);
  }

  /* What the page came with; a browser may have put earlier words into its fields. */
  function originalOf(input) {
    const editor = editorOf(input);
    if (editor?.status === "ready" && input.value === input.defaultValue) return textOf(editor);
    if (input.type === "checkbox") return input.defaultChecked ? "on" : "";
    if (input.tagName !== "SELECT") return unix(input.defaultValue);
    return ([...input.options].find((option) => option.defaultSelected) || input.options[0])?.value ?? "";
  }

  function collect(form, value, isChosen) {
    const values = new Map();
    for (const input of fieldsOf(form)) {
      const key = keyOf(form, input);
      if (input.type !== "radio") values.set(key, value(input));
      else if (isChosen(input) || !values.has(key)) values.set(key, isChosen(input) ? input.value : "");
    }
    return values;
  }

  const read = (form) => collect(form, valueOf, (input) => input.checked);
  const original = (form) => collect(form, originalOf, (input) => input.defaultChecked);

  function inputsFor(form, key) {
    return fieldsOf(form).filter((input) => keyOf(form, input) === key);
  }

  function chosenWords(form, key) {
    const [input, ...more] = inputsFor(form, key);
    if (input?.type === "radio") return [input, ...more].find((one) => one.checked)?.closest("label")?.textContent.trim() || "";
    return input?.tagName === "SELECT" ? input.selectedOptions[0]?.text || "" : "";
  }

  const isBox = (form, key) => inputsFor(form, key)[0]?.type === "checkbox";

  /* Where this browser has no words for the days of the page's language, in numbers. */
  function moment(at) {
    const language = document.documentElement.lang;
    const isKnown = Intl.DateTimeFormat.supportedLocalesOf(language).length;
    return new Date(at).toLocaleString(isKnown ? language : "de", { dateStyle: isKnown ? "long" : "medium", timeStyle: "short" });
  }

  function choose(select, value, words) {
    if (![...select.options].some((option) => option.value === value)) select.add(new Option(words || value, value));
    select.value = value;
  }

  function fill(input, value, words) {
    const editor = editorOf(input);
    if (editor) editor.setData(value);
    else if (input.type === "checkbox") input.checked = value === "on";
    else if (input.type === "radio") input.checked = input.value === value;
    else if (input.tagName === "SELECT") choose(input, value, words);
    else input.value = value;
    if (editor) return;
    for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, { bubbles: true }));
  }

  /* A row that has been deleted by others meanwhile comes back as a new one. */
  function placeFor(form, key, moved) {
    const [, prefix, row, field] = /^(\w+)([#+]\d+)\.(\w+)$/.exec(key) || [];
    if (!prefix || inputsFor(form, key).length) return key;
    if (!moved.has(prefix + row)) {
      const before = newRows(form, prefix).length;
      document.querySelector(`#${prefix}-group a.add-row`)?.click();
      if (newRows(form, prefix).length === before) return key;
      moved.set(prefix + row, `${prefix}+${before}`);
    }
    return `${moved.get(prefix + row)}.${field}`;
  }

  function write(form, values, words = {}) {
    const moved = new Map();
    const lost = [];
    for (const [key, value] of Object.entries(values)) {
      const inputs = inputsFor(form, placeFor(form, key, moved));
      if (!inputs.length) lost.push(key);
      for (const input of inputs) fill(input, value, words[key]);
    }
    return lost;
  }

  /* A tab's name may go on with the state of its language: "Russian · draft". */
  /* A new row that is not on the form has its words in the empty one. */
  function wordsOf(form, key) {
    const [, prefix, name] = /^(\w+)[#+]\d+\.(\w+)$/.exec(key) || [];
    const [input = prefix && document.getElementById(`id_${prefix}-__prefix__-${name}`)] = inputsFor(form, key);
    const label = input?.type !== "radio" && input?.id && document.querySelector(`label[for="${CSS.escape(input.id)}"]`);
    const row = input?.closest(".fieldset, fieldset, .form-row, .field-line");
    return label?.textContent || input?.getAttribute("aria-label") || row?.querySelector("label, legend")?.textContent || name || key;
  }

  function labelOf(form, key, newRow) {
    const [input] = inputsFor(form, key);
    const tab = document.getElementById(input?.closest('[role="tabpanel"]')?.getAttribute("aria-labelledby") || "");
    const [languageName] = tab?.firstChild.textContent.trim().split(" · ") || []; // beside where it stands
    const language = /_(be|ru|en)$/.exec(key)?.[1] || "";
    const where = languageName ? ` (${languageName})` : key.includes("+") ? ` (${newRow})` : "";
    return { label: wordsOf(form, key).replace(/[\s*:]+/g, " ").trim() + where, language };
  }

  return { read, original, write, watch, labelOf, chosenWords, isBox, moment, editorOf };
})();
