// Clears what was carried over into a new form, and nothing that was typed since. Without script the button is a link to
// an empty form.

const place = document.querySelector(".carried[data-carried]");
const button = place?.querySelector("a.button");

function put(box, value) {
  box.value = value;
  // Select2 draws what is chosen when the event of its select says so.
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

button?.setAttribute("role", "button");
button?.addEventListener("click", (event) => {
  event.preventDefault();
  for (const [name, value] of Object.entries(JSON.parse(place.dataset.carried))) {
    const box = document.getElementById(`id_${name}`);
    if (box) put(box, value);
  }
  place.remove();
  document.querySelector("#id_title")?.focus();
});
button?.addEventListener("keydown", (event) => {
  if (event.key !== " ") return;
  event.preventDefault();
  button.click();
});
