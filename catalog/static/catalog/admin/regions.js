// Where people are in the picture: draw a rectangle on the preview, or type its four numbers. The numbers are saved;
// the rectangles only show them.

const SIDES = ["left", "top", "width", "height"];
const words = document.querySelector("script[data-words-draw]").dataset;
const picture = document.querySelector("img.preview");
const group = document.querySelector("#depictions-group");

const boxesOf = (row) => SIDES.map((side) => row.querySelector(`input[name$="-${side}"]`));
const rounded = (number) => String(Math.round(number * 100) / 100);
const within = (number) => Math.min(Math.max(number, 0), 100);

const start = () => {
  const frame = document.createElement("div");
  frame.className = "region-frame";
  picture.before(frame);
  frame.append(picture);
  const said = document.createElement("p");
  said.className = "help region-said";
  said.setAttribute("role", "status");
  frame.after(said);
  let drawing = null;

  /** Shows the rectangles of all rows according to their numbers. */
  const show = () => {
    frame.querySelectorAll(".region-box").forEach((old) => old.remove());
    rows().forEach((row, index) => {
      const numbers = boxesOf(row).map((box) => parseFloat(box.value));
      if (numbers.some(Number.isNaN)) {
        return;
      }
      const made = document.createElement("div");
      made.className = `region-box${row === drawing ? " region-box-current" : ""}`;
      made.textContent = index + 1;
      SIDES.forEach((side, place) => {
        made.style[side] = `${numbers[place]}%`;
      });
      frame.append(made);
    });
  };
  const rows = () => [...group.querySelectorAll("tr.form-row:not(.empty-form)")].filter((row) => boxesOf(row)[0]);

  const addButtons = () => {
    for (const row of rows()) {
      if (row.querySelector(".region-draw")) {
        continue;
      }
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button region-draw";
      button.textContent = words.wordsDraw;
      button.addEventListener("click", () => {
        drawing = row;
        said.textContent = words.wordsDrawing;
        frame.classList.add("region-frame-open");
        picture.scrollIntoView({ block: "nearest" });
        boxesOf(row)[0].focus({ preventScroll: true });
        show();
      });
      boxesOf(row)[0].after(button);
    }
  };

  const at = (event) => {
    const { left, top, width, height } = picture.getBoundingClientRect();
    return [within(((event.clientX - left) / width) * 100), within(((event.clientY - top) / height) * 100)];
  };
  let from = null;
  frame.addEventListener("pointerdown", (event) => {
    if (drawing) {
      event.preventDefault();
      from = at(event);
      frame.setPointerCapture(event.pointerId);
    }
  });
  frame.addEventListener("pointermove", (event) => {
    if (!from) {
      return;
    }
    const to = at(event);
    const [left, top] = [Math.min(from[0], to[0]), Math.min(from[1], to[1])];
    const numbers = [left, top, Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])];
    boxesOf(drawing).forEach((box, place) => {
      box.value = rounded(numbers[place]);
    });
    show();
  });
  frame.addEventListener("pointerup", () => {
    if (from) {
      boxesOf(drawing)[0].dispatchEvent(new Event("change", { bubbles: true }));
      from = null;
      drawing = null;
      frame.classList.remove("region-frame-open");
      said.textContent = "";
      show();
    }
  });
  picture.addEventListener("dragstart", (event) => event.preventDefault());
  group.addEventListener("input", show);
  document.addEventListener("formset:added", () => {
    addButtons();
    show();
  });
  document.addEventListener("formset:removed", show);
  addButtons();
  show();
};

if (picture && group) {
  start();
}
