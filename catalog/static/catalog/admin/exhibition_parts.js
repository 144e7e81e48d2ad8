// The parts of an exhibition are moved by two buttons, by Alt and an arrow key, or by dragging. The numbers of their
// order, which do the same without this file, are written as they move.

const parts = document.querySelector("[data-parts]");
const group = parts?.querySelector(".inline-group");
const said = parts?.querySelector("[data-said]");
const { wordsUp, wordsDown, wordsBelow, wordsPlace } = parts?.dataset ?? {};
let held = null; // the row that is dragged
let below = null; // the row below which a new one is wanted

const rows = () => [...group.querySelectorAll("tbody tr.form-row:not(.empty-form)")];
const box = (row) => row.querySelector("input[name$='-position']");

/** Writes the order of the rows into their boxes. A row that says nothing yet gets no number, and so is not saved. */
function number() {
  rows().forEach((row, place) => {
    const fresh = !row.classList.contains("has_original");
    const typed = [...row.querySelectorAll("textarea, select, input[type=text]")].some((one) => one.value.trim());
    box(row).value = fresh && !typed ? "" : place + 1;
  });
}

function tell(row) {
  const all = rows();
  said.textContent = wordsPlace.replace("{number}", all.indexOf(row) + 1).replace("{count}", all.length);
}

function move(row, step) {
  const all = rows();
  const other = all[all.indexOf(row) + step];
  if (!other) return;
  if (step < 0) other.before(row);
  else other.after(row);
  number();
  tell(row);
}

function button(words, sign, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.title = words;
  made.innerHTML = `<span aria-hidden="true">${sign}</span><span class="visually-hidden"></span>`;
  made.lastChild.textContent = words;
  made.addEventListener("click", act);
  return made;
}

/** Puts the buttons beside the number, and lets the row be dragged by them. */
function equip(row) {
  const place = box(row).parentElement;
  if (place.querySelector(".part-moves")) return;
  const step = (event, by) => {
    move(row, by);
    event.currentTarget.focus();
  };
  const moves = document.createElement("span");
  moves.className = "part-moves";
  moves.draggable = true;
  moves.append(
    button(wordsUp, "↑", (event) => step(event, -1)),
    button(wordsDown, "↓", (event) => step(event, 1)),
    button(wordsBelow, "+", () => {
      below = row;
      group.querySelector(".add-row a").click();
    }),
  );
  place.append(moves);
}

if (group) {
  parts.classList.add("parts--moved");
  rows().forEach(equip);
  document.addEventListener("formset:added", (event) => {
    if (event.detail.formsetName !== parts.dataset.parts) return;
    const row = event.target;
    equip(row);
    if (below) below.after(row);
    below = null;
    number();
    row.querySelector("input[type=text]")?.focus();
    tell(row);
  });
  document.addEventListener("formset:removed", number);
  group.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target.closest("tr.form-row");
    // In the box of the record Alt and an arrow open the list of choices.
    if (!event.altKey || !step || !row || event.target.closest(".select2")) return;
    event.preventDefault();
    const at = event.target;
    move(row, step);
    at.focus();
  });
  group.addEventListener("dragstart", (event) => {
    if (!event.target.closest?.(".part-moves")) return;
    held = event.target.closest("tr.form-row");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setDragImage(held, 0, 0);
  });
  group.addEventListener("dragover", (event) => {
    const row = event.target.closest("tr.form-row:not(.empty-form)");
    if (!held || !row) return;
    event.preventDefault();
    const { top, height } = row.getBoundingClientRect();
    if (row !== held) row[event.clientY < top + height / 2 ? "before" : "after"](held);
  });
  group.addEventListener("drop", (event) => event.preventDefault());
  group.addEventListener("dragend", () => {
    if (held) {
      number();
      tell(held);
    }
    held = null;
  });
  group.closest("form").addEventListener("submit", number);
}
