/* Footnotes: a number in the text that leads to a note below it, and the note that leads back.
   The HTML is what the site renders: <sup><a id="fnref-1" href="#fn-1">1</a></sup> … <ol class="footnotes">. */
"use strict";

(() => {
  const element = (editor, html) => CKEDITOR.dom.element.createFromHtml(html, editor.document);

  function notesOf(editor) {
    return editor.editable().findOne("ol.footnotes");
  }

  function append(editor, text) {
    const note = element(editor, '<li id="fn-new"><a href="#fnref-new">↩</a></li>');
    note.append(new CKEDITOR.dom.text(`${text} `, editor.document), true);
    let notes = notesOf(editor);
    if (!notes) {
      notes = element(editor, '<ol class="footnotes"></ol>');
      editor.editable().append(notes);
    }
    notes.append(note);
  }

  /* Numbers follow the order in the text; a note whose number was deleted goes too. */
  function renumber(editor) {
    const notes = notesOf(editor);
    if (!notes) return;
    const references = editor.editable().find('a[id^="fnref-"]').toArray();
    const byName = new Map(notes.find("li[id]").toArray().map((note) => [note.getAttribute("id").slice(3), note]));
    const kept = references.map((reference) => byName.get(reference.getAttribute("id").slice(6)));
    byName.forEach((note) => note.remove());
    references.forEach((reference, index) => {
      const number = index + 1;
      const note = kept[index];
      reference.setAttributes({ id: `fnref-${number}`, href: `#fn-${number}`, "data-cke-saved-href": `#fn-${number}` });
      reference.setText(String(number));
      if (!note) return;
      note.setAttribute("id", `fn-${number}`);
      const back = note.findOne('a[href^="#fnref-"], a[data-cke-saved-href^="#fnref-"]');
      if (back) back.setAttributes({ href: `#fnref-${number}`, "data-cke-saved-href": `#fnref-${number}` });
      notes.append(note);
    });
    if (!notes.getChildCount()) notes.remove();
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
    append(editor, text);
    renumber(editor);
    goAfter(editor, reference);
    editor.fire("saveSnapshot");
  }

  function dialog(editor) {
    const words = editor.config.footnoteWords;
    return {
      title: words.title,
      minWidth: 320,
      minHeight: 120,
      contents: [
        {
          id: "note",
          elements: [
            { type: "textarea", id: "text", label: words.text, rows: 4, validate: CKEDITOR.dialog.validate.notEmpty(words.empty) },
          ],
        },
      ],
      onOk() {
        insert(editor, this.getValueOf("note", "text").trim());
      },
    };
  }

  CKEDITOR.plugins.add("footnote", {
    requires: "dialog",
    init(editor) {
      CKEDITOR.dialog.add("footnote", dialog);
      const command = new CKEDITOR.dialogCommand("footnote", { allowedContent: "ol(footnotes); li[id]; a[!href,id]; sup" });
      editor.addCommand("footnote", command);
      editor.ui.addButton("Footnote", {
        label: editor.config.footnoteWords.title,
        command: "footnote",
        icon: `${this.path}icon.svg`,
      });
    },
  });
})();
