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

export async function shrink(file) {
  if (!file.type.startsWith("image/") || file.size <= SMALL_ENOUGH) return file;
  try {
    const { blob } = await drawn(file, SIDE, 0.82);
    return blob && blob.size < file.size ? blob : file;
  } catch {
    return file;
  }
}

export async function thumbnail(file) {
  try {
    return (await drawn(file, 160, 0.6)).canvas.toDataURL("image/jpeg", 0.6);
  } catch {
    return "";
  }
}
