// Small conveniences; every page works without them.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "/" && !typing) {
    const search = document.querySelector("input[name=q]");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (button) {
    event.preventDefault();
    if (button.tagName === "SUMMARY") button.parentElement.open = true;
    button.click();
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

// At a desk the filters stand open; on a phone they fold away until asked for.
document.querySelectorAll("details.filters-fold").forEach((fold) => {
  if (!window.matchMedia("(min-width: 62rem)").matches) fold.open = false;
});
