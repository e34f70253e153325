// What was typed outlives a login that ended meanwhile: kept on this device alone, and only until it arrives.
const PREFIX = "typed:";
const KEPT_FOR = 12 * 3600 * 1000;

export function worthKeeping(field) {
  return Boolean(field.name) && field.name !== "csrfmiddlewaretoken" && !["password", "file", "hidden", "submit"].includes(field.type);
}

export function valuesOf(fields) {
  return fields.filter(worthKeeping).map((field) => [field.name, field.type === "checkbox" || field.type === "radio" ? field.checked : field.value, field.value]);
}

export function restore(fields, kept) {
  let changed = 0;
  fields.filter(worthKeeping).forEach((field) => {
    const tick = field.type === "checkbox" || field.type === "radio";
    const found = kept.find(([name, , value]) => name === field.name && (!tick || value === field.value));
    if (!found || (tick ? field.checked : field.value) === found[1]) return;
    if (tick) field.checked = found[1];
    else field.value = found[1];
    changed += 1;
  });
  return changed;
}

export function isFresh(entry, now) {
  return Boolean(entry) && now - entry.at < KEPT_FOR;
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch (error) {
    return null;
  }
}

export function keepTyped(page) {
  const form = page.querySelector("form[data-keep]");
  // What arrived is not kept: the page after it shows neither its form nor an error.
  const sent = sessionStorage.getItem("sent");
  if (sent && page.querySelector(".alert-success")) {
    localStorage.removeItem(sent);
    sessionStorage.removeItem("sent");
  }
  if (!form) return;
  const key = PREFIX + form.dataset.keep + location.pathname;
  const entry = read(key);
  if (isFresh(entry, Date.now()) && !page.querySelector(".invalid-feedback, .is-invalid, .alert-danger")) {
    if (restore([...form.elements], entry.values)) {
      const note = page.createElement("p");
      note.className = "alert alert-info py-2";
      note.setAttribute("role", "status");
      note.textContent = "已恢复上次没有提交成功的内容；照片要重新选择。";
      form.before(note);
    }
  } else if (entry) {
    localStorage.removeItem(key);
  }
  const save = () => localStorage.setItem(key, JSON.stringify({ at: Date.now(), values: valuesOf([...form.elements]) }));
  form.addEventListener("input", save);
  form.addEventListener("submit", () => {
    save();
    sessionStorage.setItem("sent", key);
  });
}
