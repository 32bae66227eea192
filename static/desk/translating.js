/* The translation, block by block. Each block gets an editor when it is first entered; the text as a whole stands in the
   form's own field, which is what is saved, kept as a draft, and restored. */
"use strict";

(() => {
  const place = document.getElementById("translating");
  const form = place.closest("form");
  const whole = form.elements[place.dataset.body];
  const { targets, config } = JSON.parse(document.getElementById("block-editor").textContent);
  const slots = [...place.querySelectorAll(".words")];
  const editors = new Map();
  let written = whole.defaultValue; // a browser may have put back what was typed before a reload

  const infoOf = (slot) => targets[slot.dataset.slot];
  const numberOfSlots = () => slots.length;

  /* --- From the blocks to the whole --- */

  function isBlank(html) {
    const parsed = new DOMParser().parseFromString(html, "text/html").body;
    return !parsed.textContent.trim() && !parsed.querySelector("img, hr");
  }

  function read(slot) {
    const editor = editors.get(slot);
    const html = editor?.status === "ready" ? editor.getData() : slot.innerHTML;
    return isBlank(html) ? "" : html.trim();
  }

  function keep(slot) {
    const html = read(slot);
    if (html === infoOf(slot).target) return;
    infoOf(slot).target = html;
    offerCopy(slot);
    written = slots.map((one) => infoOf(one).target).filter(Boolean).join("\n");
    whole.value = written;
    whole.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* --- From the whole to the blocks: a draft was restored, or another version was put in --- */

  function groups(html) {
    const body = new DOMParser().parseFromString(html, "text/html").body;
    return [...body.children].map((one) => one.outerHTML);
  }

  function spread() {
    if (whole.value === written) return;
    written = whole.value;
    const found = groups(written);
    const filled = slots.filter((slot) => infoOf(slot).target);
    const places = found.length === filled.length ? filled : slots;
    for (const slot of slots) put(slot, "");
    places.forEach((slot, index) => {
      put(slot, index === places.length - 1 ? found.slice(index).join("\n") : found[index] || "");
    });
  }

  function put(slot, html) {
    infoOf(slot).target = html;
    const editor = editors.get(slot);
    if (editor?.status === "ready") editor.setData(html);
    else slot.innerHTML = html;
    offerCopy(slot);
  }

  /* --- Editors --- */

  const EMPTY = { ul: "<ul><li></li></ul>", ol: "<ol><li></li></ol>", h2: "<h2></h2>", h3: "<h3></h3>", h4: "<h4></h4>", blockquote: "<blockquote><p></p></blockquote>" };

  /* How many characters stand before the caret, so that it finds its way back when the editor takes over. */
  function caretIn(slot) {
    const selection = getSelection();
    if (!selection.rangeCount || !slot.contains(selection.anchorNode)) return null;
    const range = document.createRange();
    range.selectNodeContents(slot);
    range.setEnd(selection.anchorNode, selection.anchorOffset);
    return range.toString().length;
  }

  function placeCaret(slot, offset) {
    const walker = document.createTreeWalker(slot, NodeFilter.SHOW_TEXT);
    let left = offset;
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (left <= node.length) {
        getSelection().collapse(node, left);
        return;
      }
      left -= node.length;
    }
    getSelection().selectAllChildren(deepest(slot));
    getSelection().collapseToEnd();
  }

  function deepest(element) {
    let found = element;
    while (found.lastElementChild && found.lastElementChild.tagName !== "BR") found = found.lastElementChild;
    return found;
  }

  /* An empty block of the kind that the original has, with the caret in it. */
  function prepare(slot) {
    slot.innerHTML = EMPTY[infoOf(slot).tag] || "<p></p>";
    const inside = deepest(slot);
    inside.append(document.createElement("br"));
    getSelection().collapse(inside, 0);
  }

  function begin(slot) {
    if (editors.has(slot) || !window.CKEDITOR) return;
    if (!slot.textContent.trim() && !slot.querySelector("img")) prepare(slot);
    const editor = CKEDITOR.inline(slot, { ...config, title: slot.getAttribute("aria-label") });
    let caret = null;
    editors.set(slot, editor);
    editor.on("loaded", () => { // what was typed until now
      caret = caretIn(slot);
      editor.setData(slot.innerHTML, null, true);
    }, null, null, 1);
    editor.on("instanceReady", () => {
      if (document.activeElement === slot) {
        editor.focusManager.focus(editor.editable());
        if (caret !== null) placeCaret(slot, caret);
      }
    });
    editor.on("change", () => keep(slot));
  }

  /* --- From a conflict to the place of it --- */

  const textOf = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent.replace(/\s+/g, " ").trim();

  /* The first block that the saved version does not have; whoever looks for the folded field wants to see it. */
  function goToBlock() {
    const raw = document.querySelector(`.choice[data-input="${whole.id}"] .raw`);
    const theirs = textOf(raw?.value || "");
    const slot = slots.find((one) => infoOf(one).target && !theirs.includes(textOf(infoOf(one).target))) || slots[0];
    slot?.scrollIntoView({ block: "center" });
    slot?.focus({ preventScroll: true });
  }

  /* --- Beginning --- */

  function offerCopy(slot) {
    const button = slot.parentElement.querySelector("[data-do=copy]");
    if (button) button.hidden = Boolean(infoOf(slot).target) || !infoOf(slot).source;
  }

  function copy(slot) {
    put(slot, infoOf(slot).source);
    infoOf(slot).target = "";
    keep(slot);
    slot.focus();
  }

  function add(slot) {
    slot.contentEditable = "true";
    slot.hidden = false;
    put(slot, infoOf(slot).target);
    slot.addEventListener("focus", () => begin(slot));
    slot.addEventListener("input", () => keep(slot));
  }

  function more() {
    const pair = place.querySelector("[data-more]");
    const slot = document.createElement("div");
    slot.className = "words readonly";
    slot.lang = whole.lang;
    slot.dataset.slot = String(targets.length);
    slot.setAttribute("role", "textbox");
    slot.setAttribute("aria-multiline", "true");
    slot.setAttribute("aria-label", place.dataset.place.replace("{number}", String(numberOfSlots() + 1)));
    targets.push({ source: "", tag: "p", target: "" });
    pair.lastElementChild.prepend(slot);
    pair.lastElementChild.querySelector("[data-do=more]").hidden = true;
    slots.push(slot);
    add(slot);
    slot.focus();
  }

  function start() {
    CKEDITOR.disableAutoInline = true;
    place.querySelector(".whole").classList.add("folded");
    whole.scrollIntoView = () => {};
    whole.focus = goToBlock;
    slots.forEach(add);
    place.querySelector("[data-more]").hidden = false;
    place.addEventListener("click", ({ target }) => {
      if (target.dataset.do === "copy") copy(target.parentElement.querySelector(".words"));
      if (target.dataset.do === "more") more();
    });
    for (const name of ["input", "change"]) whole.addEventListener(name, spread);
    form.addEventListener("click", () => setTimeout(spread));
    window.addEventListener("pageshow", spread);
    spread();
  }

  if (window.CKEDITOR) start();
})();
