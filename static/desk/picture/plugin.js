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

  async function bring(editor, file, said) {
    const language = editor.config.contentsLanguage;
    const body = new FormData();
    body.append("file", file);
    body.append(`alt_${language}`, said.alt);
    body.append(`caption_${language}`, said.caption);
    body.append("credit", said.credit);
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const words = editor.config.pictureWords;
    try {
      const options = { method: "POST", body, headers: { "X-CSRFToken": token }, redirect: "manual" };
      const response = await fetch(editor.config.pictureUpload, options);
      if (response.type === "opaqueredirect") return { refusal: words.loggedOut };
      const answer = await response.json();
      return response.status === 201 ? { picture: answer } : { refusal: answer.errors.join(" ") };
    } catch {
      return { refusal: words.failed };
    }
  }

  function insert(editor, picture, said) {
    editor.focus();
    editor.fire("saveSnapshot");
    const whole = figure(editor, picture, said);
    editor.insertElement(whole);
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
    const input = (self) => self.getContentElement("picture", "file").getElement().findOne("input").$;

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
              html: `<div><label class="cke_dialog_ui_labeled_label">${words.file} <input type="file" accept="image/*" class="cke_dialog_ui_input_file"></label><p class="picture-chosen"></p></div>`,
              focus() {
                this.getElement().findOne("input").focus();
              },
            },
            textField("alt", words.alt, words.altHelp, { validate: CKEDITOR.dialog.validate.notEmpty(words.altEmpty) }),
            textField("caption", words.caption, ""),
            textField("credit", words.credit, words.creditHelp, { validate: CKEDITOR.dialog.validate.notEmpty(words.creditEmpty), maxLength: 200 }),
          ],
        },
      ],
      onLoad() {
        input(this).addEventListener("change", ({ target }) => {
          [chosen] = target.files;
        });
      },
      onShow() {
        chosen = editor.pictureToBring || null;
        editor.pictureToBring = null;
        input(this).value = "";
        input(this).closest("label").hidden = Boolean(chosen);
        this.getContentElement("picture", "file").getElement().findOne(".picture-chosen").setText(chosen ? chosen.name : "");
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
