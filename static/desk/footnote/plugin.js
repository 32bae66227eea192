/* Footnotes: a number in the text that leads to a note below it, and the note that leads back.
   The HTML is what the site renders: <sup><a id="fnref-1" href="#fn-1">1</a></sup> … <ol class="footnotes">.
   Numbers follow the order in the text, whatever is inserted, moved or deleted; a note goes with its number. */
"use strict";

(() => {
  const REFERENCE = 'a[id^="fnref-"]';
  const BACK = 'a[href^="#fnref-"], a[data-cke-saved-href^="#fnref-"]';
  const WAIT = 250; // milliseconds after a change

  /* What was in the notes when something was last copied, cut or dragged: the clipboard holds the number only. */
  let copied = new Map();

  const element = (editor, html) => CKEDITOR.dom.element.createFromHtml(html, editor.document);
  const notesOf = (editor) => editor.editable()?.findOne("ol.footnotes");
  const referencesOf = (editor) => editor.editable().find(REFERENCE).toArray();
  const nameOf = (part) => part.getAttribute("id").replace(/^fn(ref)?-/, "");
  const noteOf = (editor, reference) => notesOf(editor)?.findOne(`li[id="fn-${nameOf(reference)}"]`);

  /* What the editor's filter lets through. */
  function allowed(editor, html) {
    const fragment = CKEDITOR.htmlParser.fragment.fromHtml(html, "li");
    editor.filter.applyTo(fragment);
    const writer = new CKEDITOR.htmlParser.basicWriter();
    fragment.writeChildrenHtml(writer);
    return writer.getHtml(true);
  }

  function append(editor, name, html) {
    let notes = notesOf(editor);
    if (!notes) {
      notes = element(editor, '<ol class="footnotes"></ol>');
      editor.editable().append(notes);
    }
    const note = element(editor, `<li id="fn-${name}"></li>`);
    note.setHtml(`${allowed(editor, html)} <a href="#fnref-${name}">↩</a>`);
    notes.append(note);
  }

  /* The note without the arrow that leads back. */
  function contentOf(note) {
    const copy = note.clone(true, true);
    copy.find(BACK).toArray().forEach((back) => back.remove());
    return copy;
  }

  const textOf = (note) => contentOf(note).getText().replaceAll("↩", "").trim();
  const isPlain = (note) => !contentOf(note).findOne("a, strong, b, em, i, sub, sup, img, p, br, span");

  function link(anchor, id, address) {
    if (id) anchor.setAttribute("id", id);
    anchor.setAttributes({ href: address, "data-cke-saved-href": address });
  }

  /* Whether numbers and notes already stand as they must. */
  function isTidy(editor, references, notes) {
    const numbers = references.every((reference, index) => nameOf(reference) === String(index + 1) && reference.getText() === String(index + 1));
    const items = notes ? notes.find("li[id]").toArray() : [];
    const known = items.filter((note) => references.some((reference) => nameOf(reference) === nameOf(note)));
    const inOrder = known.every((note, index) => index === 0 || Number(nameOf(note)) > Number(nameOf(known[index - 1])));
    const isLast = !notes || !notes.getNext((node) => node.type === CKEDITOR.NODE_ELEMENT);
    return numbers && inOrder && isLast && known.length === items.length && (!notes || notes.getChildCount() > 0);
  }

  /* What was typed within a raised number belongs after it. */
  function setNumber(reference, number) {
    const [, strayed] = reference.getText().match(/^\W*\d*\W*([^]*)$/) || [];
    if (reference.getText() !== number) reference.setText(number);
    if (strayed?.trim()) new CKEDITOR.dom.text(strayed, reference.getDocument()).insertAfter(reference.getAscendant("sup") || reference);
  }

  function renumber(editor) {
    const notes = notesOf(editor);
    const references = referencesOf(editor);
    if (isTidy(editor, references, notes)) return;
    // One step of undo with what made it necessary.
    editor.fire("lockSnapshot");
    const items = notes ? notes.find("li[id]").toArray() : [];
    const byName = new Map(items.map((note) => [nameOf(note), note]));
    const kept = references.map((reference) => byName.get(nameOf(reference)));
    items.forEach((note) => setAside(editor, note));
    references.forEach((reference, index) => {
      const number = String(index + 1);
      link(reference, `fnref-${number}`, `#fn-${number}`);
      setNumber(reference, number);
      if (kept[index]) place(editor, notes, kept[index], number);
    });
    if (notes && !notes.getChildCount()) notes.remove();
    else if (notes) editor.editable().append(notes);
    editor.fire("unlockSnapshot");
  }

  /* A note that never had a number is somebody's words: it stays. */
  function setAside(editor, note) {
    if (editor.lonelyNotes?.has(note.$)) note.removeAttribute("id");
    else note.remove();
  }

  function place(editor, notes, note, number) {
    note.setAttribute("id", `fn-${number}`);
    let back = note.findOne(BACK);
    if (!back) {
      back = element(editor, "<a>↩</a>");
      note.appendText(" ");
      note.append(back);
    }
    link(back, "", `#fnref-${number}`);
    notes.append(note);
  }

  /* What is typed next belongs to the text, not to the raised number. */
  function goAfter(editor, reference) {
    const range = editor.createRange();
    range.setStartAfter(reference);
    range.collapse(true);
    editor.getSelection().selectRanges([range]);
  }

  function insert(editor, text) {
    editor.fire("saveSnapshot");
    editor.insertHtml('<sup><a href="#fn-new" id="fnref-new">0</a></sup>');
    const reference = editor.editable().findOne("#fnref-new").getParent();
    append(editor, "new", CKEDITOR.tools.htmlEncode(text));
    renumber(editor);
    goAfter(editor, reference);
    editor.fire("saveSnapshot");
  }

  function change(editor, reference, text) {
    editor.fire("saveSnapshot");
    const note = noteOf(editor, reference);
    note?.remove();
    append(editor, nameOf(reference), CKEDITOR.tools.htmlEncode(text));
    sortNotes(editor);
    editor.fire("saveSnapshot");
  }

  function sortNotes(editor) {
    const notes = notesOf(editor);
    referencesOf(editor).forEach((reference) => {
      const note = noteOf(editor, reference);
      if (note) notes.append(note);
    });
  }

  function remove(editor, reference) {
    editor.fire("saveSnapshot");
    (reference.getAscendant("sup") || reference).remove();
    renumber(editor);
    editor.fire("saveSnapshot");
  }

  /* A note with links or emphasis is edited where it stands: a plain field would lose them. */
  function goToNote(editor, note) {
    const range = editor.createRange();
    range.moveToElementEditStart(note);
    range.select();
    note.scrollIntoView();
    editor.focus();
  }

  function chosenReference(editor) {
    const start = editor.getSelection()?.getStartElement();
    const anchor = start?.getAscendant("a", true) || start?.getAscendant("sup", true)?.findOne("a");
    return anchor?.getAttribute("id")?.startsWith("fnref-") ? anchor : null;
  }

  function edit(editor, reference) {
    const note = noteOf(editor, reference);
    if (note && !isPlain(note)) return goToNote(editor, note);
    editor.footnoteToEdit = reference;
    editor.openDialog("footnote");
  }

  function dialog(editor) {
    const words = editor.config.footnoteWords;
    let edited = null;
    return {
      title: words.title,
      minWidth: 320,
      minHeight: 120,
      contents: [
        {
          id: "note",
          elements: [
            { type: "textarea", id: "text", label: words.text, rows: 4, validate: CKEDITOR.dialog.validate.notEmpty(words.empty) },
            {
              type: "button",
              id: "remove",
              label: words.remove,
              onClick() {
                this.getDialog().hide();
                remove(editor, edited);
                editor.focus();
              },
            },
          ],
        },
      ],
      onShow() {
        edited = editor.footnoteToEdit || null;
        editor.footnoteToEdit = null;
        const note = edited && noteOf(editor, edited);
        this.setValueOf("note", "text", note ? textOf(note) : "");
        const button = this.getContentElement("note", "remove").getElement();
        if (edited) button.show();
        else button.hide();
      },
      onOk() {
        const text = this.getValueOf("note", "text").trim();
        if (edited) change(editor, edited, text);
        else insert(editor, text);
      },
    };
  }

  /* --- What comes from elsewhere: another text of ours, the site, Word, Google Docs --- */

  const hashOf = (anchor) => (anchor.getAttribute("data-cke-saved-href") || anchor.getAttribute("href") || "").split("#")[1] || "";
  const leadsBack = (hash) => /fnref-|^_(ft|ed)nref\d+$|^(ftnt|edn|endnt)_ref\d+$|^sd(foot|end)note\d+anc$/.test(hash);
  const leadsToNote = (hash) => /(^|-)fn-\w+$|^_(ft|ed)n\d+$|^(ftnt|edn|endnt)\d+$|^sd(foot|end)note\d+sym$/.test(hash);
  /* A note of several paragraphs: an item of ours, a part of Word's or LibreOffice's list. */
  const WHOLE_NOTE = 'li, div[id^="ftn"], div[id^="edn"], div[id^="sdfootnote"], div[id^="sdendnote"]';
  const WORDS_LIST = 'div[style*="footnote-list"], div[style*="endnote-list"]';

  /* The note that a number leads to, taken out of what is pasted; its words as HTML, or what was copied here before. */
  function takeNote(pasted, hash) {
    const named = pasted.querySelector(`[id="${CSS.escape(hash)}"], [name="${CSS.escape(hash)}"]`);
    if (!named) return copied.get(hash.replace(/^.*fn-/, ""));
    const note = named.closest(WHOLE_NOTE) || named.closest("p, div") || named;
    [...note.querySelectorAll("a")].filter((anchor) => anchor === named || leadsBack(hashOf(anchor))).forEach((anchor) => anchor.remove());
    const box = note.parentElement;
    removeWithLine(note);
    if (box !== pasted && !box.textContent.trim()) removeWithLine(box);
    return withoutParagraph(note).innerHTML.replaceAll("↩", "").trim();
  }

  /* The notes stand under a line of their own. */
  function removeWithLine(part) {
    if (part.previousElementSibling?.tagName === "HR") part.previousElementSibling.remove();
    part.remove();
  }

  /* A note of one paragraph is its words. */
  const withoutParagraph = (note) => (note.children.length === 1 && note.firstElementChild.tagName === "P" ? note.firstElementChild : note);

  /* CKEditor's filters for Word, Google Docs and LibreOffice read the clipboard itself, not what came before them. */
  const filterOf = (editor, event) => editor.pasteTools?.handlers.find((filter) => filter.canHandle(event));

  function handOver(data, pasted, isFiltered) {
    data.dataValue = pasted.innerHTML;
    if (!isFiltered) return;
    const html = pasted.ownerDocument.documentElement.outerHTML;
    const read = data.dataTransfer.getData.bind(data.dataTransfer);
    data.dataTransfer.getData = (type, ...rest) => (type === "text/html" ? html : read(type, ...rest));
  }

  /* A note from Word, in the words of the filter that has been loaded for the text. */
  function tidyNote(editor, html) {
    if (!/class="?Mso|mso-|<o:p/.test(html)) return html;
    const note = new DOMParser().parseFromString(CKEDITOR.cleanWord(html, editor), "text/html").body;
    note.querySelectorAll("[lang]").forEach((part) => part.removeAttribute("lang")); // Word names it on every run
    return withoutParagraph(note).innerHTML.trim();
  }

  function takeFootnotes(editor, event) {
    const { data } = event;
    const isFiltered = Boolean(filterOf(editor, event));
    const html = (isFiltered && CKEDITOR.plugins.pastetools.getClipboardData(data, "text/html")) || data.dataValue || "";
    // The same paste comes again once a filter is loaded.
    if (data.footnotesTaken || !/<a\b[^>]*#/i.test(html)) return;
    data.footnotesTaken = true;
    const pasted = new DOMParser().parseFromString(html, "text/html").body;
    const anchors = [...pasted.querySelectorAll("a[href]")].filter((anchor) => leadsToNote(hashOf(anchor)));
    if (!anchors.length) return;
    const notes = [];
    let lost = 0;
    for (const anchor of anchors) {
      const place = anchor.closest("sup") || anchor;
      const note = takeNote(pasted, hashOf(anchor));
      if (note === undefined || note === "") {
        place.remove();
        lost += 1;
        continue;
      }
      const name = `new${Date.now()}${notes.length}`;
      const sup = pasted.ownerDocument.createElement("sup");
      sup.innerHTML = `<a href="#fn-${name}" id="fnref-${name}">0</a>`;
      place.replaceWith(sup);
      notes.push([name, note]);
    }
    pasted.querySelectorAll(WORDS_LIST).forEach((list) => list.textContent.trim() || list.remove());
    handOver(data, pasted, isFiltered);
    if (lost) editor.showNotification(editor.config.footnoteWords.lost, "warning");
    editor.once("afterPaste", () => {
      for (const [name, note] of notes) {
        const reference = editor.editable().findOne(`a[data-cke-saved-href="#fn-${name}"]`);
        reference?.setAttribute("id", `fnref-${name}`); // which some filters take away
        if (reference) append(editor, name, tidyNote(editor, note));
      }
      renumber(editor);
    });
  }

  function remember(editor) {
    const items = notesOf(editor)?.find("li[id]").toArray() || [];
    if (!items.length) return;
    copied = new Map(items.map((note) => [nameOf(note), contentOf(note).getHtml().trim()]));
  }

  CKEDITOR.plugins.add("footnote", {
    requires: "dialog,notification",
    init(editor) {
      const words = editor.config.footnoteWords;
      CKEDITOR.dialog.add("footnote", dialog);
      editor.addCommand("footnote", {
        allowedContent: "ol(footnotes); li[id]; a[!href,id]; sup",
        exec() {
          const reference = chosenReference(editor);
          if (reference) edit(editor, reference);
          else editor.openDialog("footnote");
        },
      });
      editor.setKeystroke(CKEDITOR.CTRL + CKEDITOR.ALT + 70 /* F, as in Word */, "footnote");
      editor.ui.addButton("Footnote", { label: words.title, command: "footnote", icon: `${this.path}icon.svg` });

      editor.on(
        "doubleclick",
        (event) => {
          const anchor = event.data.element.getAscendant("a", true);
          if (!anchor?.getAttribute("id")?.startsWith("fnref-")) return;
          event.data.dialog = "";
          event.stop();
          edit(editor, anchor);
        },
        null,
        null,
        -1, // before links make it theirs
      );

      let waiting = 0;
      let isChanged = false;
      const tidy = () => {
        clearTimeout(waiting);
        if (!isChanged || editor.mode !== "wysiwyg" || editor.readOnly || !editor.editable()) return;
        isChanged = false;
        renumber(editor);
      };
      editor.on("change", () => {
        isChanged = true;
        clearTimeout(waiting);
        waiting = setTimeout(tidy, WAIT);
      });
      editor.on("beforeGetData", tidy);
      editor.on("paste", (event) => takeFootnotes(editor, event), null, null, 2);
      editor.on("contentDom", () => {
        const notes = notesOf(editor)?.find("li[id]").toArray() || [];
        const known = new Set(referencesOf(editor).map(nameOf));
        editor.lonelyNotes = new Set(notes.filter((note) => !known.has(nameOf(note))).map((note) => note.$));
        for (const kind of ["copy", "cut", "dragstart"]) editor.editable().attachListener(editor.editable(), kind, () => remember(editor), null, null, 0);
      });
    },
  });
})();
