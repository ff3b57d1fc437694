// A place to choose a file, or to drop one on.

import { el } from "./dom.js";

export function dropBox({ id, accept, kind = "drop", describedby = null, onFile }, ...content) {
  const input = el("input", { id, type: "file", accept, "aria-describedby": describedby, onchange: () => { onFile(input.files[0]); input.value = ""; } });
  const box = el("label", { class: kind, for: id }, ...content, input);
  for (const name of ["dragover", "dragleave", "drop"]) box.addEventListener(name, (event) => {
    event.preventDefault();
    box.classList.toggle("over", name === "dragover");
    if (name === "drop") onFile(event.dataTransfer.files[0]);
  });
  return box;
}
