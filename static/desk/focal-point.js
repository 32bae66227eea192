/* The focal point of a picture: shown on it, set by a click or with the arrow keys, with what will be left of the picture
   beside it. The two numbers of the form stay the truth. */
"use strict";

(() => {
  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const within = (value) => Math.min(100, Math.max(0, Math.round(Number(value) || 0)));

  function numbersOf(root) {
    const field = (name) => root.querySelector(`input[name="${name}"]`);
    return { across: field("focal_x"), down: field("focal_y") };
  }

  /* Sets up the parts of `root`: a form, or the page. */
  function start(root) {
    const part = root.querySelector(".focal");
    const { across, down } = numbersOf(root);
    if (!part || !across || !down) return;
    const button = part.querySelector(".focal-point");
    const image = button.querySelector("img");
    const mark = button.querySelector(".mark");
    const crop = part.querySelector(".crop");

    function place() {
      const [x, y] = [within(across.value), within(down.value)];
      mark.style.left = `${x}%`;
      mark.style.top = `${y}%`;
      crop.querySelector("img").style.objectPosition = `${x}% ${y}%`;
      button.setAttribute("aria-label", part.dataset.label.replace("{x}", x).replace("{y}", y));
    }

    function set(x, y) {
      across.value = within(x);
      down.value = within(y);
      for (const number of [across, down]) number.dispatchEvent(new Event("input", { bubbles: true }));
    }

    button.addEventListener("click", (event) => {
      if (!event.detail) return; // Enter and Space point nowhere
      const box = image.getBoundingClientRect();
      if (!box.width || !box.height) return; // it has not come yet
      set((100 * (event.clientX - box.left)) / box.width, (100 * (event.clientY - box.top)) / box.height);
    });
    button.addEventListener("keydown", (event) => {
      if (!(event.key in STEPS) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const [x, y] = STEPS[event.key].map((step) => step * (event.shiftKey ? 10 : 1));
      set(Number(across.value) + x, Number(down.value) + y);
    });
    for (const number of [across, down]) number.addEventListener("input", place);
    root.querySelector('input[type="file"][name="file"]')?.addEventListener("change", ({ target }) => {
      if (!target.files.length) return;
      const address = URL.createObjectURL(target.files[0]);
      for (const shown of part.querySelectorAll("img")) shown.src = address;
      button.hidden = crop.hidden = false;
      place();
    });
    place();
  }

  window.focalPoint = start;
  document.addEventListener("DOMContentLoaded", () => {
    const form = document.getElementById("picture_form");
    if (form) start(form);
  });
})();
