// A list pasted into a box that takes many values, or into the box of a row: every value gets its choice or its row. The
// server says what each value means (catalog/admin/pasting.py); what it does not know stands marked until somebody
// chooses, creates or leaves it out. Nothing is saved before the form is. Without script a box takes one value.

const place = document.querySelector(".pasted[data-pasted]");
const form = place?.closest("form");
const words = place?.dataset;
const $ = window.django?.jQuery;

const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// --- Boxes and rows --------------------------------------------------------------------------------

// The box of the form in which something was pasted: Select2 draws others in its stead.
function boxAt(target) {
  const own = target.closest?.("input[data-pasted-into]");
  if (own) return own;
  const drawn = target.closest?.(".select2-dropdown")
    ? document.querySelector("select + .select2-container--open")
    : target.closest?.(".select2-container");
  const select = drawn?.previousElementSibling;
  return select?.matches("select[data-pasted-into]") ? select : null;
}

const rowsOf = (group) => [...group.querySelectorAll("tr.form-row:not(.empty-form)")];
const boxIn = (row, field) => row.querySelector(`[data-pasted-into$=" ${field}"]`);
const isFree = (box) => box && !box.value && !box.closest("td")?.querySelector(".pasted-open");

function changed(box) {
  box.dispatchEvent(new Event("input", { bubbles: true }));
  // jQuery hears events of the browser too, and Select2 draws what was chosen.
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function choose(select, { id, text }) {
  let option = [...select.options].find((one) => one.value === String(id));
  if (!option) {
    option = new Option(text, id);
    select.add(option);
  }
  option.selected = true;
  changed(select);
}

// A further row that has what the row of the box has chosen beside it: the role, the language.
function addRow(group, like) {
  const before = rowsOf(group).length;
  group.querySelector(".add-row a")?.click();
  const row = rowsOf(group).at(-1);
  if (rowsOf(group).length === before) return null;
  for (const from of like?.querySelectorAll("select:not([data-pasted-into])") ?? []) {
    const to = row.querySelector(`[name$="-${CSS.escape(from.name.split("-").at(-1))}"]`);
    if (!from.value || !to) continue;
    if (to.classList.contains("admin-autocomplete")) choose(to, { id: from.value, text: from.selectedOptions[0].text });
    else to.value = from.value;
  }
  return row;
}

function removeRow(row) {
  row.querySelector(".inline-deletelink")?.click();
}

// --- What is not clear -----------------------------------------------------------------------------

function button(label, act, about = "") {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  made.textContent = label;
  if (about) made.setAttribute("aria-label", `${label}: ${about}`);
  made.addEventListener("click", act);
  return made;
}

// Marks a value below a box, with what can be done about it. ``leave`` undoes what was made for the value.
function mark(box, value, asNew, leave) {
  const note = document.createElement("div");
  note.className = "pasted-open";
  // What a browser keeps of the form (kept_entries.js) has this too.
  note.dataset.text = value.text;
  note.dataset.box = box.name;
  const said = note.appendChild(document.createElement("p"));
  said.textContent = say(value.several ? words.wordsSeveral : words.wordsUnknown, value);
  let isMaking = false;
  const settle = () => {
    $(box).off("change", look);
    note.remove();
    if (!form.querySelector(".pasted-open")) place.hidden = true;
  };
  function look() {
    if (isMaking || (!box.multiple && box.value)) settle();
  }
  for (const choice of value.choices) {
    note.append(button(choice.text, () => { settle(); choose(box, choice); }, value.text));
  }
  const link = (box.closest(".related-widget-wrapper") ?? box.parentElement).querySelector(".add-related");
  if (link) {
    note.append(button(words.wordsCreate, () => {
      isMaking = true;
      const usual = link.href;
      const address = new URL(usual, document.baseURI);
      for (const [name, said] of Object.entries({ ...asNew.others, [asNew.field]: value.text })) {
        address.searchParams.set(name, said);
      }
      link.href = address;
      link.click();
      link.href = usual;
    }, value.text));
  }
  note.append(button(words.wordsLeave, () => { settle(); leave(); }, value.text));
  // Select2 tells jQuery alone.
  $(box).on("change", look);
  (box.closest("td") ?? box.closest(".flex-container")?.parentElement ?? box.parentElement).append(note);
  return settle;
}

// --- Taking over -----------------------------------------------------------------------------------

function tell(text, undo) {
  const said = document.createElement("p");
  said.textContent = text;
  place.replaceChildren(said);
  if (undo) place.append(button(words.wordsUndo, undo));
  place.hidden = false;
}

async function ask(into, text) {
  const [model, field] = into.split(" ");
  const body = new URLSearchParams({ model, field, text });
  body.set("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
  const response = await fetch(words.pasted, { method: "POST", body, headers: { Accept: "application/json" } });
  const answer = await response.json();
  if (!response.ok && !answer.said) throw new Error(response.status);
  return answer;
}

// Puts the values into a box that takes many.
function intoMany(box, values, asNew) {
  const before = new Set([...box.selectedOptions].map((option) => option.value));
  const settled = [];
  for (const value of values) {
    if (value.found) choose(box, value.found);
    else settled.push(mark(box, value, asNew, () => {}));
  }
  return () => {
    for (const settle of settled) settle();
    for (const option of box.options) option.selected = before.has(option.value);
    changed(box);
  };
}

// Puts each value into a row: the one pasted into, where its box is empty, and further ones.
function intoRows(group, field, first, values, asNew) {
  const like = first?.closest("tr");
  const made = [];
  const rest = [];
  for (const value of values) {
    let box = isFree(first) && !made.length ? first : null;
    const row = box ? like : addRow(group, like);
    box ??= row && boxIn(row, field);
    if (!box) {
      rest.push(value.text);
      continue;
    }
    const empty = () => {
      if (row !== like) return removeRow(row);
      box.value = "";
      return changed(box);
    };
    if (!(box instanceof HTMLSelectElement)) {
      box.value = value.text;
      changed(box);
      made.push(empty);
    } else if (value.found) {
      choose(box, value.found);
      made.push(empty);
    } else {
      const settle = mark(box, value, asNew, empty);
      made.push(() => { settle(); empty(); });
    }
  }
  if (rest.length) tell(say(words.wordsFull, { rest: rest.join("; ") }));
  return { undo: () => { for (const one of made.reverse()) one(); }, rest };
}

async function take(into, box, group, text) {
  let answer;
  try {
    answer = await ask(into, text);
  } catch {
    return tell(words.wordsFailed);
  }
  if (answer.said) return tell(answer.said);
  // The keys of pasting have opened its list in the meantime.
  if (box?.matches("select")) $(box).select2("close");
  const values = answer.values;
  if (!values.length) return undefined;
  let undo;
  if (box?.multiple) undo = intoMany(box, values, answer.new);
  else {
    const { undo: back, rest } = intoRows(group, into.split(" ")[1], box, values, answer.new);
    if (rest.length) return undefined;
    undo = back;
  }
  form.dispatchEvent(new Event("entries-taken"));
  const unclear = values.filter((value) => value.choices).length;
  const isChosen = Boolean(answer.new);
  tell(
    say(isChosen ? words.wordsDone : words.wordsRows, { all: values.length, known: values.length - unclear, unclear }),
    () => {
      undo();
      // A text that was one value after all.
      if (box && !isChosen && !box.value) {
        box.value = text.trim().replace(/\s+/g, " ");
        changed(box);
      }
      place.hidden = true;
      box?.focus();
    },
  );
  (form.querySelector(".pasted-open button") ?? place.querySelector("button")).focus();
  return undefined;
}

function pasted(event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!/[\n\r|;\t]/.test(text.trim())) return;
  const box = boxAt(event.target);
  if (!box || !form.contains(box)) return;
  event.preventDefault();
  event.stopPropagation();
  take(box.dataset.pastedInto, box, box.closest(".inline-group"), text);
}

// --- The button that asks for a list ---------------------------------------------------------------

function openDialog(boxes, from, act) {
  const dialog = document.createElement("dialog");
  dialog.className = "paste-dialog";
  const inner = dialog.appendChild(document.createElement("form"));
  inner.method = "dialog";
  const label = inner.appendChild(document.createElement("label"));
  label.textContent = words.wordsHow;
  const area = label.appendChild(document.createElement("textarea"));
  area.rows = 8;
  let which = null;
  if (boxes.length > 1) {
    const into = inner.appendChild(document.createElement("label"));
    into.append(`${words.wordsInto} `);
    which = into.appendChild(document.createElement("select"));
    for (const { label: name, into: value } of boxes) which.add(new Option(name, value));
  }
  const line = inner.appendChild(document.createElement("p"));
  line.append(
    button(words.wordsTake, () => {
      dialog.close();
      if (area.value.trim()) act(which?.value ?? boxes[0].into, area.value);
    }),
    button(words.wordsCancel, () => dialog.close()),
  );
  dialog.addEventListener("close", () => { dialog.remove(); from.focus(); });
  document.body.append(dialog);
  dialog.showModal();
  area.focus();
}

function headOf(box) {
  const cell = box.closest("td");
  return cell?.closest("table").querySelectorAll("thead th")[cell.cellIndex]?.textContent.trim() ?? "";
}

function offer() {
  for (const group of form.querySelectorAll(".inline-group")) {
    const add = group.querySelector(".add-row a");
    const boxes = [...group.querySelectorAll(".empty-form [data-pasted-into]")].map((box) => ({
      into: box.dataset.pastedInto, label: headOf(box),
    }));
    if (!add || !boxes.length) continue;
    const open = button(words.wordsList, () => openDialog(boxes, open, (into, text) => {
      const field = into.split(" ")[1];
      const free = rowsOf(group).map((row) => boxIn(row, field)).find(isFree);
      take(into, free ?? null, group, text);
    }), group.querySelector(".inline-heading")?.textContent.trim());
    open.classList.add("paste-list");
    add.after(open);
  }
  for (const box of form.querySelectorAll("select[multiple][data-pasted-into]")) {
    const boxes = [{ into: box.dataset.pastedInto, label: "" }];
    const about = box.labels[0]?.textContent.trim().replace(/:$/, "");
    const open = button(words.wordsList, () => openDialog(boxes, open, (into, text) => take(into, box, null, text)), about);
    open.classList.add("paste-list");
    (box.closest(".related-widget-wrapper") ?? box.parentElement).append(open);
  }
}

// What is marked is not in the form yet: it must not be lost by saving.
function refuse(event) {
  const open = event.target === form && form.querySelector(".pasted-open");
  if (!open) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  tell(words.wordsUnfinished);
  open.querySelector("button").focus();
}

// What was not clear when a browser kept the form is asked again, box by box.
let again = Promise.resolve();
function askAgain({ detail: { box: name, text } }) {
  again = again.then(() => {
    const box = form.elements.namedItem(name);
    return box?.dataset?.pastedInto && take(box.dataset.pastedInto, box, box.closest(".inline-group"), text);
  });
}

if (place && $) {
  form.addEventListener("pasted-again", askAgain);
  document.addEventListener("paste", pasted, true);
  document.addEventListener("submit", refuse, true);
  // After Django has added its own links, which it does at this moment too.
  $(offer);
}
