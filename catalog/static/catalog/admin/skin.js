// What Django's admin lacks: names for boxes without a label, a list of the form's sections,
// Ctrl+S, a warning before unsaved entries are left, and forms that outlive a session. The admin works without it.

// --- Names -----------------------------------------------------------------------------------------

// A box in a table row has no label of its own: it is named after the heading of its column and its row.
function nameCells(root) {
  for (const head of root.querySelectorAll(".tabular thead th")) {
    if (head.textContent.trim()) continue;
    const words = head.appendChild(document.createElement("span"));
    words.className = "visually-hidden";
    words.textContent = head.closest("fieldset")?.querySelector("h2")?.textContent.trim() ?? "…";
  }
  for (const row of root.querySelectorAll(".tabular tbody tr.form-row")) {
    const heads = row.closest("table").querySelectorAll("thead th");
    const number = [...row.parentElement.querySelectorAll("tr.form-row")].indexOf(row) + 1;
    [...row.cells].forEach((cell, column) => {
      const head = heads[column]?.textContent.trim();
      if (!head || !column) return;
      for (const box of cell.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        box.setAttribute("aria-label", `${head} ${number}`);
      }
    });
  }
}

// The search boxes that Select2 draws are not form fields: each takes its name from its select.
function nameSelect2(root) {
  for (const select of root.querySelectorAll("select.select2-hidden-accessible")) {
    const name = select.getAttribute("aria-label")
      || select.labels?.[0]?.textContent.trim().replace(/:$/, "");
    const drawn = select.nextElementSibling;
    if (!name || !drawn?.classList.contains("select2")) continue;
    for (const box of drawn.querySelectorAll("[role=combobox], .select2-search__field, textarea")) {
      box.removeAttribute("aria-labelledby");
      box.setAttribute("aria-label", name);
    }
    drawn.querySelector(".select2-selection__rendered")?.removeAttribute("role");
    drawn.querySelector(".select2-selection__rendered")?.removeAttribute("aria-readonly");
  }
}

// Two boxes for one time: the words "Date:" and "Time:" are beside them.
function nameMoments(root) {
  for (const moment of root.querySelectorAll("p.datetime")) {
    const label = moment.closest(".form-row > div, .fieldBox, .form-row")?.querySelector("label, legend");
    const what = label?.textContent.trim().replace(/:$/, "") ?? "";
    const words = moment.textContent.split("\n").map((line) => line.trim()).filter(Boolean);
    moment.querySelectorAll("input").forEach((box, index) => {
      box.setAttribute("aria-label", `${what} ${words[index]?.split(":")[0] ?? ""}`.trim());
    });
  }
}

function name() {
  const root = document;
  nameCells(root);
  nameSelect2(root);
  nameMoments(root);
  for (const results of root.querySelectorAll(".select2-results__options")) {
    const box = root.querySelector(".select2-container--open [role=combobox]");
    results.setAttribute("aria-label", box?.getAttribute("aria-label") ?? "…");
  }
  const search = root.querySelector("#searchbar");
  search?.setAttribute("aria-label", search.form.querySelector("[type=submit]").value);
}

// --- The sections of a form ------------------------------------------------------------------------

function listSections(form) {
  const heads = form.querySelectorAll("h2.fieldset-heading, h2.inline-heading");
  if (heads.length < 4) return;
  const nav = document.createElement("nav");
  nav.className = "sections";
  nav.setAttribute("aria-label", document.querySelector("#content h1")?.textContent ?? "");
  const folded = nav.appendChild(document.createElement("details"));
  folded.appendChild(document.createElement("summary")).textContent =
    document.querySelector("[data-words-sections]").dataset.wordsSections;
  const list = folded.appendChild(document.createElement("ul"));
  for (const head of heads) {
    const link = document.createElement("a");
    link.href = `#${head.id}`;
    const title = head.textContent.trim();
    const group = head.closest(".inline-group");
    // Where only a part is shown, its number stands below it.
    const part = group?.nextElementSibling?.matches(".rows-shown") ? group.nextElementSibling : null;
    const rows = part ? part.dataset.total : group?.querySelectorAll("tr.has_original").length;
    link.textContent = Number(rows) ? `${title} (${rows})` : title;
    list.appendChild(document.createElement("li")).append(link);
  }
  // On a phone it would stand between the name of the record and its first field.
  const wide = window.matchMedia("(min-width: 768px)");
  const fold = () => { folded.open = wide.matches; };
  wide.addEventListener("change", fold);
  fold();
  form.before(nav);
}

// --- The row of buttons ------------------------------------------------------------------------------

// The style sheet needs its height, so that it covers nothing that has the focus.
function measure(row) {
  const root = document.documentElement;
  new ResizeObserver(() => root.style.setProperty("--submit-row", `${row.offsetHeight}px`)).observe(row);
  root.classList.add("is-measured");
}

// --- Nothing lost ----------------------------------------------------------------------------------

function guard(form) {
  let changed = Boolean(form.querySelector(".errornote"));
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("change", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const button = form.querySelector("[name=_continue]") ?? form.querySelector("[name=_save]");
    if (!button) return;
    event.preventDefault();
    form.requestSubmit(button);
  });
}

// What a browser keeps of a form is deleted once it was saved, which the next page says (see kept_entries.js).
function forgetWhatWasSaved() {
  const sent = sessionStorage.getItem("catalogue-sent");
  if (!sent) return;
  sessionStorage.removeItem("catalogue-sent");
  const saved = document.querySelector(".messagelist .success") && !document.querySelector(".errornote");
  if (saved) localStorage.removeItem(sent);
}

// --- By keyboard ------------------------------------------------------------------------------------

// Select2 opens a box for one value by Enter or an arrow only: letters typed before that would be lost.
function openByTyping(event) {
  const box = event.target.closest?.(".select2-selection--single[role=combobox]");
  if (!box || event.key.length !== 1 || event.key === " " || event.ctrlKey || event.metaKey || event.altKey) return;
  if (box.getAttribute("aria-expanded") === "true" || box.getAttribute("aria-disabled") === "true") return;
  const select = box.closest(".select2-container").previousElementSibling;
  if (!select?.matches("select")) return;
  event.preventDefault();
  window.django.jQuery(select).select2("open");
  const search = document.querySelector(".select2-container--open .select2-search__field");
  if (!search) return;
  search.value = event.key;
  search.focus();
  search.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("keydown", openByTyping);

// The link that adds a row stands below it: whoever pressed it goes on in the row's first box.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".add-row a");
  if (!link || !event.isTrusted) return;
  setTimeout(() => {
    const rows = link.closest(".inline-group").querySelectorAll("tr.form-row:not(.empty-form)");
    const row = rows[rows.length - 1];
    row?.querySelector(".select2-selection, input:not([type=hidden]), select:not(.select2-hidden-accessible), textarea")?.focus();
  });
});

// --- After another login ----------------------------------------------------------------------------

// Logging in again in another tab gives a new token; forms that were opened before would be refused with the old one.
function takeToken() {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (!token) return;
  for (const box of document.querySelectorAll("[name=csrfmiddlewaretoken]")) box.value = token;
}

// Before anything else that happens at these times, because it may send the token.
document.addEventListener("submit", takeToken, true);
document.addEventListener("visibilitychange", takeToken, true);

// --- Start -----------------------------------------------------------------------------------------

// Select2 draws its boxes some time after the page, also in added rows, and its open list at the end of the body.
// What is wrong with a record as a whole, as two dates that contradict each other, belongs to no box.
function refusal(form) {
  const said = form.querySelector(".errorlist.nonfield");
  if (said) said.tabIndex = -1;
  return said;
}

let waiting = 0;
new MutationObserver(() => {
  waiting ||= requestAnimationFrame(() => {
    waiting = 0;
    name();
  });
}).observe(document.body, { childList: true, subtree: true });

forgetWhatWasSaved();
name();
const form = document.querySelector(".change-form #content-main > form");
if (form) {
  listSections(form);
  guard(form);
  const boxes = ".conflicts input, .errors input, .errors select, .errors textarea, .errorlist:not(.nonfield) + * input";
  const wrong = form.querySelector(boxes) ?? refusal(form);
  wrong?.focus();
  // What is drawn until then moves it, on a phone out of sight.
  addEventListener("load", () => document.activeElement === wrong && wrong?.scrollIntoView({ block: "nearest" }));
}
// On pages of other forms, the first box that was refused.
if (!form) document.querySelector("#content [aria-invalid=true]")?.focus();
// A wide table moves with the focus of the keyboard, which browsers leave half hidden at its edge.
document.addEventListener("keyup", ({ key, target }) => {
  if (key === "Tab" && target.closest?.(".tabular")) target.scrollIntoView({ block: "nearest", inline: "nearest" });
});
const buttons = document.querySelector(".submit-row");
if (buttons) measure(buttons);

// The sheet of a document's pages and what a collection holds are forms too: texts, labels and an order.
const sheet = document.querySelector(".page-desk > [data-pages], [data-guarded]");
if (sheet) guard(sheet);

// --- Lists ------------------------------------------------------------------------------------------

// On a narrow screen the filters of a list are folded; on a wide one they stand beside it.
const filters = document.querySelector(".all-filters");
if (filters) {
  const narrow = matchMedia("(max-width: 1024px)");
  const fold = () => { filters.open = !narrow.matches; };
  fold();
  narrow.addEventListener("change", fold);
}

// On a narrow screen a row is a card: its cells name their columns, empty ones are left out,
// and the parts of the table get roles, since to a browser it is no longer a table.
const list = document.querySelector("#result_list");
if (list) {
  const heads = [...list.tHead.rows[0].cells];
  list.setAttribute("role", "table");
  for (const part of [list.tHead, ...list.tBodies]) part.setAttribute("role", "rowgroup");
  for (const row of list.rows) row.setAttribute("role", "row");
  for (const head of heads) head.setAttribute("role", "columnheader");
  for (const row of list.tBodies[0].rows) {
    [...row.cells].forEach((cell, column) => {
      cell.setAttribute("role", cell.tagName === "TH" ? "rowheader" : "cell");
      const label = heads[column]?.querySelector(".text")?.textContent.trim();
      if (label) cell.dataset.label = label;
      const shows = cell.querySelector("img, input, progress") || !/^[-–]?$/.test(cell.textContent.trim());
      cell.classList.toggle("is-empty", !shows);
    });
  }
}
