/* A picture brought to the commentary's form: dropped, pasted or chosen; shown with what it lacks; described in a dialog.
   Nothing else on the form is touched. Without this the choice among pictures and their own pages remain. */
"use strict";

(() => {
  const csrf = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

  function picturesIn(transfer) {
    return [...(transfer?.files || [])];
  }

  /* The server's answer: {status, …}, or null where there was none. A redirect means that the log-in has ended. */
  async function ask(address, body) {
    const options = { headers: { "X-CSRFToken": csrf() }, redirect: "manual" };
    try {
      const response = await fetch(address, body ? { ...options, method: "POST", body } : options);
      if (response.type === "opaqueredirect") return { status: 0, loggedOut: true };
      return { ...(await response.json()), status: response.status };
    } catch {
      return null;
    }
  }

  /* The input never enters the page: Unfold expects beside each of those a text field of its own. */
  function chooseFile(take) {
    const input = Object.assign(document.createElement("input"), { type: "file", accept: "image/*" });
    input.addEventListener("change", () => take(input.files[0]));
    input.click();
  }

  class Place {
    constructor(part, field) {
      this.part = part;
      this.field = field;
      this.words = part.dataset;
      this.dialog = document.getElementById("picture-dialog");
      (field.closest(".field-row") || field.closest(".form-row") || field.parentElement.parentElement).append(part);
      part.hidden = false;
      this.listen();
      if (field.value) this.show();
    }

    find(selector) {
      return this.part.querySelector(selector);
    }

    listen() {
      if (this.find(".choose")) {
        this.find(".choose").addEventListener("click", () => chooseFile((file) => this.bring([file])));
        this.listenForDrops();
        document.addEventListener("paste", (event) => {
          const isText = event.target.closest?.("input:not([type=file]), textarea, [contenteditable]");
          const files = picturesIn(event.clipboardData);
          if (isText || !files.length || this.dialog.open) return;
          event.preventDefault();
          this.bring(files);
        });
      }
      this.find(".describe").addEventListener("click", () => this.openDialog());
      // Select2 speaks through Django's jQuery only.
      window.django?.jQuery(this.field).on("change", () => this.show());
      this.dialog.addEventListener("click", (event) => {
        if (event.target.closest(".close")) this.dialog.close();
      });
      this.dialog.addEventListener("submit", (event) => this.describe(event));
    }

    /* The whole window takes the drop: a picture dropped beside the place must not replace the page and what was typed. */
    listenForDrops() {
      const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
      const ownFileField = (event) => event.target.closest?.('input[type="file"]');
      const over = (is) => this.part.classList.toggle("over", is);
      document.addEventListener("dragover", (event) => {
        if (!carriesFiles(event) || ownFileField(event)) return;
        event.preventDefault();
        over(true);
      });
      document.addEventListener("dragleave", (event) => event.relatedTarget || over(false));
      document.addEventListener("drop", (event) => {
        over(false);
        if (!carriesFiles(event) || ownFileField(event)) return;
        event.preventDefault();
        this.bring(picturesIn(event.dataTransfer));
      });
    }

    say(sentence, isRefusal = false) {
      const message = this.find(".message");
      message.textContent = sentence;
      message.setAttribute("role", isRefusal ? "alert" : "status");
      message.classList.toggle("refusal", isRefusal);
    }

    sayWhy(answer) {
      if (answer?.loggedOut) this.say(this.words.loggedOut, true);
      else this.say(answer?.errors?.join(" ") || this.words.failed, true);
    }

    async bring(files) {
      if (files.length !== 1) return this.say(this.words.one, true);
      const [file] = files;
      if (file.type && !file.type.startsWith("image/")) return this.say(this.words.noPicture, true);
      const megabytes = Number(this.words.limit) / 1024 / 1024;
      if (file.size > this.words.limit) return this.say(this.words.tooLarge.replace("{limit}", megabytes), true);
      this.say(this.words.uploading);
      const body = new FormData();
      body.append("file", file);
      const picture = await ask(this.words.upload, body);
      if (picture?.status !== 201) return this.sayWhy(picture);
      this.choose(picture);
      this.say(this.words.uploaded);
      this.openDialog();
    }

    choose(picture) {
      const option = new Option(picture.name, picture.pk, true, true);
      this.field.append(option);
      if (window.django?.jQuery) window.django.jQuery(this.field).trigger("change");
      else this.field.dispatchEvent(new Event("change", { bubbles: true }));
    }

    /* What is known of the picture that is chosen now; an answer that comes late for another is let go. */
    async show() {
      const chosen = this.field.value;
      this.asked = chosen;
      if (!chosen) return this.find(".chosen").setAttribute("hidden", "");
      const picture = await ask(this.words.describe.replace("/0/", `/${chosen}/`));
      if (this.asked === chosen && picture?.status === 200) this.picture = this.draw(picture);
      return this.picture;
    }

    draw(picture) {
      this.find(".chosen").hidden = false;
      const thumbnail = this.find(".thumbnail");
      thumbnail.hidden = !picture.thumbnail;
      if (picture.thumbnail) thumbnail.src = picture.thumbnail;
      this.find(".name").textContent = picture.name;
      const gaps = picture.gaps.length ? picture.gaps : [this.words.complete];
      this.find(".gaps").replaceChildren(...gaps.map((gap) => Object.assign(document.createElement("li"), { textContent: gap })));
      this.find(".gaps").classList.toggle("none", !picture.gaps.length);
      this.find(".describe").hidden = !picture.form;
      return picture;
    }

    fill(html) {
      const body = this.dialog.querySelector(".body");
      body.innerHTML = html; // our own server's form
      window.focalPoint?.(body);
    }

    async openDialog() {
      const picture = await this.show();
      if (!picture?.form) return;
      this.fill(picture.form);
      if (!this.dialog.open) this.dialog.showModal();
      const first = [...this.dialog.querySelectorAll(".field input, .field select, .field textarea")].find((field) => !field.value);
      first?.focus();
    }

    async describe(event) {
      event.preventDefault();
      event.stopPropagation();
      const answer = await ask(event.target.getAttribute("action"), new FormData(event.target));
      if (answer?.status === 200) {
        this.picture = this.draw(answer);
        this.field.selectedOptions[0].textContent = answer.name;
        const shown = this.field.nextElementSibling?.querySelector(".select2-selection__rendered");
        if (shown) [...shown.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).forEach((node) => (node.textContent = answer.name));
        this.dialog.close();
        this.say(this.words.saved);
      } else if (answer?.status === 422) {
        this.fill(answer.form);
        this.dialog.querySelector(".refusals")?.scrollIntoView({ block: "nearest" });
        this.dialog.querySelector(".field .refusals")?.parentElement.querySelector("input, select, textarea")?.focus();
      } else {
        this.refuseInDialog(answer);
      }
    }

    refuseInDialog(answer) {
      const sentence = document.createElement("p");
      sentence.className = "refusals";
      sentence.setAttribute("role", "alert");
      sentence.textContent = answer?.loggedOut ? this.words.loggedOut : answer?.errors?.join(" ") || this.words.failed;
      const form = this.dialog.querySelector("form");
      form.querySelector(":scope > .refusals")?.remove();
      form.append(sentence);
    }
  }

  window.pictureUpload = { ask, chooseFile };
  document.addEventListener("DOMContentLoaded", () => {
    const part = document.getElementById("picture-place");
    const field = document.getElementById("id_picture");
    if (part && field) new Place(part, field);
  });
})();
