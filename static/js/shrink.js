import { shrink } from "./photos.js";

// In a plain form the chosen files are replaced by small ones; when they were taken is told beside them.
document.querySelectorAll("input[type=file][data-shrink]").forEach((input) => {
  input.addEventListener("change", async () => {
    if (typeof DataTransfer === "undefined") return;
    const button = input.form.querySelector("[type=submit]");
    button.disabled = true;
    const chosen = new DataTransfer();
    const taken = [];
    for (const file of input.files) {
      const small = await shrink(file);
      chosen.items.add(small === file ? file : new File([small], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" }));
      taken.push(new Date(file.lastModified).toISOString());
    }
    input.files = chosen.files;
    if (input.form.elements.taken) input.form.elements.taken.value = taken.join(" ");
    button.disabled = false;
  });
});
