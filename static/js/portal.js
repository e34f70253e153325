// Small conveniences; every page works without them.
import { keepTyped } from "./keep.js";
import { remember, showTheWay } from "./lists.js";

keepTyped(document);
remember(document);
showTheWay(document);
document.addEventListener("htmx:afterSettle", () => remember(document));
document.addEventListener("htmx:replacedInHistory", () => remember(document));
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "/" && !typing) {
    const search = document.querySelector("#main .filters input[name=q]") || document.querySelector("[data-search]");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "?") {
    const help = document.getElementById("keys");
    if (help && !help.open) help.showModal();
    return;
  }
  if (event.key === "j" || event.key === "k") {
    const links = [...document.querySelectorAll("[data-rows] tbody tr")].map((row) => row.querySelector("a")).filter(Boolean);
    if (links.length) {
      const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
      const next = event.key === "j" ? Math.min(here + 1, links.length - 1) : Math.max(here - 1, 0);
      event.preventDefault();
      links[next].focus();
    }
  }
  const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (button) {
    event.preventDefault();
    if (button.tagName === "SUMMARY") button.parentElement.open = true;
    button.click();
  }
});

// Logging out: what the field's pages have not sent yet is asked about there; what they downloaded goes.
document.addEventListener("submit", (event) => {
  const page = event.target.dataset.leave;
  if (!page || !window.indexedDB || localStorage.getItem("field-unsent") === null) return;
  if (Number(localStorage.getItem("field-unsent")) > 0) {
    event.preventDefault();
    location.href = page;
  } else {
    indexedDB.deleteDatabase("field");
    localStorage.removeItem("field-unsent");
  }
});

// A double click sends once.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));

// What is folded on the screen is wanted on paper.
const folded = () => document.querySelectorAll("details[data-prints]");
window.addEventListener("beforeprint", () => folded().forEach((one) => { one.dataset.prints = one.open ? "open" : ""; one.open = true; }));
window.addEventListener("afterprint", () => folded().forEach((one) => { one.open = one.dataset.prints === "open"; }));

// At a desk the filters stand open; on a phone they fold away until asked for.
document.querySelectorAll("details.filters-fold").forEach((fold) => {
  if (!window.matchMedia("(min-width: 62rem)").matches) fold.open = false;
});

// An address that names a part of the page opens it.
function openNamed() {
  let name = "";
  try {
    name = decodeURIComponent(location.hash.slice(1));
  } catch (error) {
    return;
  }
  const part = name && !["main", "menu"].includes(name) && document.getElementById(name);
  if (!part) return;
  for (let fold = part.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  part.querySelectorAll("details.fold").forEach((fold) => (fold.open = true));
  part.scrollIntoView();
}
openNamed();
window.addEventListener("hashchange", openNamed);

// Picking rows: the box in the head picks the page; the buttons say how many.
document.addEventListener("change", (event) => {
  const form = event.target.closest("#picked");
  if (!form) return;
  const boxes = [...form.querySelectorAll("input[name=pk]")];
  if (event.target.matches("[data-pick-all]")) boxes.forEach((box) => (box.checked = event.target.checked));
  const every = form.querySelector("[name=all]");
  if (every && event.target === every) boxes.forEach((box) => (box.checked = every.checked));
  else if (every && !event.target.checked) every.checked = false;
  form.querySelector("[data-picked]").textContent = every && every.checked ? every.dataset.count : boxes.filter((box) => box.checked).length;
});

// Small menus close when one looks elsewhere.
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.drop[open]").forEach((drop) => {
    if (!drop.contains(event.target)) drop.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll("details.drop[open]").forEach((drop) => (drop.open = false));
});

document.querySelectorAll("[data-select]").forEach((field) => field.addEventListener("focus", () => field.select()));

// Many boxes to tick: a frame of their own, with a box to narrow them down.
document.querySelectorAll("form .mb-3").forEach((field) => {
  const boxes = [...field.querySelectorAll(".form-check input[type=checkbox]")].map((box) => box.closest(".form-check"));
  if (boxes.length < 15) return;
  const frame = boxes[0].parentElement;
  frame.classList.add("tick-many");
  const search = document.createElement("input");
  search.type = "search";
  search.className = "form-control tick-filter";
  search.placeholder = "输入名称缩小范围";
  search.setAttribute("aria-label", "缩小选项范围");
  search.addEventListener("input", () => boxes.forEach((box) => (box.hidden = !box.textContent.includes(search.value.trim()) && !box.querySelector("input").checked)));
  frame.before(search);
});

// A page that refreshes itself says when it no longer can.
const offline = document.querySelector("[data-offline]");
if (offline) {
  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach((name) => document.body.addEventListener(name, () => (offline.hidden = false)));
  document.body.addEventListener("htmx:afterSwap", () => (offline.hidden = true));
}
document.querySelectorAll("[data-fullscreen]").forEach((button) => {
  if (!document.documentElement.requestFullscreen) button.hidden = true;
  button.addEventListener("click", () => document.documentElement.requestFullscreen());
});

// On a wall nobody presses a key: the page looks for newer figures by itself.
if (document.body.dataset.reload) setTimeout(() => location.reload(), 1000 * Number(document.body.dataset.reload));
