// A phone's photo made small enough for a weak network: at most 1600 pixels a side. What cannot be shrunk goes as it is.
const SIDE = 1600, SMALL_ENOUGH = 400 * 1024;

async function drawn(file, side, quality) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((done) => canvas.toBlob((blob) => done({ blob, canvas }), "image/jpeg", quality));
}

async function shrink(file) {
  if (!file.type.startsWith("image/") || file.size <= SMALL_ENOUGH) return file;
  try {
    const { blob } = await drawn(file, SIDE, 0.82);
    return blob && blob.size < file.size ? blob : file;
  } catch {
    return file;
  }
}

async function thumbnail(file) {
  try {
    return (await drawn(file, 160, 0.6)).canvas.toDataURL("image/jpeg", 0.6);
  } catch {
    return "";
  }
}

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
