// Dragging a planned session to another day sends the form its page carries; without script its own page changes the day.
const form = document.getElementById("move");
let held = null;
document.addEventListener("dragstart", (event) => {
  held = event.target.closest("[data-move]");
  if (held) event.dataTransfer.setData("text/plain", held.textContent);
});
document.querySelectorAll("[data-day]").forEach((day) => {
  day.addEventListener("dragover", (event) => {
    if (!held) return;
    event.preventDefault();
    day.classList.add("over");
  });
  day.addEventListener("dragleave", () => day.classList.remove("over"));
  day.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!held || day.contains(held)) return;
    form.action = held.dataset.move;
    form.elements.held_on.value = day.dataset.day;
    form.requestSubmit();
  });
});
