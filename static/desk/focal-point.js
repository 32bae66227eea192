/* The focal point of a picture: shown on it, set by a click; the two numbers stay the form's truth. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const frame = document.querySelector(".focal-point");
  const across = document.getElementById("id_focal_x");
  const down = document.getElementById("id_focal_y");
  const file = document.getElementById("id_file");
  if (!frame || !across || !down) return;
  const image = frame.querySelector("img");
  const mark = document.createElement("span");
  mark.className = "mark";
  frame.append(mark);

  function place() {
    mark.hidden = image.hidden;
    mark.style.left = `${across.value}%`;
    mark.style.top = `${down.value}%`;
  }

  frame.addEventListener("click", (event) => {
    const box = image.getBoundingClientRect();
    const percent = (part, whole) => Math.min(100, Math.max(0, Math.round((100 * part) / whole)));
    across.value = percent(event.clientX - box.left, box.width);
    down.value = percent(event.clientY - box.top, box.height);
    place();
  });
  across.addEventListener("input", place);
  down.addEventListener("input", place);
  file?.addEventListener("change", () => {
    if (!file.files.length) return;
    image.src = URL.createObjectURL(file.files[0]);
    image.hidden = false;
    image.addEventListener("load", place, { once: true });
  });
  place();
});
