/* A picture within a text: chosen, dropped or pasted. It goes to our own server first and comes back as a figure with
   an alternative text and a caption that says whose it is. No text ever holds a picture's bytes, or another server's picture. */
"use strict";

(() => {
  const isPicture = (file) => file.type.startsWith("image/");

  function filesOf(transfer) {
    return Array.from({ length: transfer.getFilesCount() }, (_none, index) => transfer.getFile(index)).filter(Boolean);
  }

  /* Drops every picture that is not on our server from HTML that comes from elsewhere. */
  function withoutForeign(html, home) {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    const foreign = [...parsed.querySelectorAll("img")].filter((image) => !isOurs(image.getAttribute("src"), home));
    foreign.forEach((image) => image.remove());
    return foreign.length ? { html: parsed.body.innerHTML, count: foreign.length } : { html, count: 0 };
  }

  function isOurs(source, home) {
    const address = new URL(source || "about:blank", window.location.href);
    return address.origin === window.location.origin && address.pathname.startsWith(home);
  }

  function figure(editor, picture, said) {
    const caption = [said.caption, said.credit].filter(Boolean).join(" ");
    const image = new CKEDITOR.dom.element("img", editor.document);
    // The editor keeps the address in an attribute of its own, so that no browser makes it absolute.
    image.setAttributes({ src: picture.file, "data-cke-saved-src": picture.file, alt: said.alt });
    image.setAttributes({ width: String(picture.width), height: String(picture.height) });
    const words = new CKEDITOR.dom.element("figcaption", editor.document);
    words.setText(caption);
    const whole = new CKEDITOR.dom.element("figure", editor.document);
    whole.append(image);
    if (caption) whole.append(words);
    return whole;
  }

  /* {picture} or {refusal}, a sentence. */
  async function bring(editor, file, said) {
    const words = editor.config.pictureWords;
    const language = editor.config.contentsLanguage;
    const body = new FormData();
    body.append("file", file);
    body.append(`alt_${language}`, said.alt);
    body.append(`caption_${language}`, said.caption);
    body.append("credit", said.credit);
    body.append("for_text", "yes");
    const answer = await window.pictureUpload.ask(editor.config.pictureUpload, body);
    if (answer?.status === 201) return { picture: answer.text };
    return { refusal: answer?.loggedOut ? words.loggedOut : answer?.errors?.join(" ") || words.failed };
  }

  function insert(editor, picture, said) {
    editor.focus();
    editor.fire("saveSnapshot");
    const whole = figure(editor, picture, said);
    const [paragraph] = editor.elementPath()?.elements.slice(-2, -1) || [];
    if (paragraph) whole.insertAfter(paragraph); // a picture splits no sentence
    else editor.insertElement(whole);
    const after = whole.getNext() || new CKEDITOR.dom.element("p", editor.document);
    if (!after.getParent()) {
      after.appendBogus();
      after.insertAfter(whole);
    }
    const range = editor.createRange();
    range.moveToElementEditStart(after);
    range.select();
    editor.fire("saveSnapshot");
  }

  function textField(id, label, help, rules = {}) {
    return { type: "text", id, label, title: help, maxLength: 300, ...rules };
  }

  function dialog(editor) {
    const words = editor.config.pictureWords;
    let chosen = null;

    function choose(self, file) {
      chosen = file;
      self.getContentElement("picture", "file").getElement().findOne(".picture-chosen").setText(file ? file.name : "");
    }

    return {
      title: words.title,
      minWidth: 340,
      minHeight: 180,
      contents: [
        {
          id: "picture",
          elements: [
            {
              type: "html",
              id: "file",
              html: `<div><a role="button" tabindex="0" href="#" class="cke_dialog_ui_button picture-choose"><span class="cke_dialog_ui_button"></span></a> <span class="picture-chosen" role="status"></span></div>`,
              focus() {
                this.getElement().findOne(".picture-choose").focus();
              },
            },
            textField("alt", words.alt, words.altHelp, { validate: CKEDITOR.dialog.validate.notEmpty(words.altEmpty) }),
            textField("caption", words.caption, ""),
            textField("credit", words.credit, words.creditHelp, { validate: CKEDITOR.dialog.validate.notEmpty(words.creditEmpty), maxLength: 200 }),
          ],
        },
      ],
      onLoad() {
        const button = this.getContentElement("picture", "file").getElement().findOne(".picture-choose");
        button.findOne("span").setText(words.file);
        button.on("click", (event) => {
          event.data.preventDefault();
          window.pictureUpload.chooseFile((file) => choose(this, file));
        });
        button.on("keydown", (event) => {
          if (event.data.getKey() !== 32 && event.data.getKey() !== 13) return;
          event.data.preventDefault();
          event.data.stopPropagation();
          button.$.click();
        });
      },
      onShow() {
        choose(this, editor.pictureToBring || null);
        editor.pictureToBring = null;
        if (chosen) setTimeout(() => this.getContentElement("picture", "alt").focus(), 50);
      },
      onOk() {
        if (!chosen) {
          alert(words.none); // as CKEditor's own dialogs do
          return false;
        }
        const said = Object.fromEntries(["alt", "caption", "credit"].map((id) => [id, this.getValueOf("picture", id).trim()]));
        this.disableButton("ok");
        bring(editor, chosen, said).then(({ picture, refusal }) => {
          this.enableButton("ok");
          if (refusal) return alert(refusal);
          this.hide();
          insert(editor, picture, said);
        });
        return false; // it closes once the picture is here
      },
    };
  }

  /* A picture without words beside it: what Word and browsers put on the clipboard beside text is only its likeness. */
  function takeFile(editor, event) {
    const transfer = event.data.dataTransfer;
    const files = transfer ? filesOf(transfer) : [];
    const words = editor.config.pictureWords;
    if (!files.some(isPicture) || transfer.getData("text/plain")) return;
    event.cancel();
    if (files.length > 1) {
      editor.showNotification(words.one, "warning");
    } else {
      editor.pictureToBring = files[0];
      editor.execCommand("picture");
    }
  }

  function dropForeign(editor, event) {
    const { html, count } = withoutForeign(event.data.dataValue || "", editor.config.pictureHome);
    if (!count) return;
    event.data.dataValue = html;
    editor.showNotification(editor.config.pictureWords.foreign, "warning");
  }

  CKEDITOR.plugins.add("picture", {
    requires: "dialog,notification",
    init(editor) {
      const words = editor.config.pictureWords;
      CKEDITOR.dialog.add("picture", dialog);
      editor.addCommand("picture", new CKEDITOR.dialogCommand("picture", { allowedContent: "figure; figcaption; img[!src,alt,width,height]" }));
      editor.ui.addButton("Picture", { label: words.title, command: "picture", icon: `${this.path}icon.svg` });

      // First of all listeners, some of which would write the bytes into the text; the second sees the HTML that is read.
      editor.on("paste", (event) => takeFile(editor, event), null, null, 0);
      editor.on("paste", (event) => dropForeign(editor, event), null, null, 4);
    },
  });
})();
