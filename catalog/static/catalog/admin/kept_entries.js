// Every ten seconds, saves in this browser what is typed into a form, and offers it again after a crash, a lost
// session or a closed window. Files cannot be saved.

const PAUSE = 10000; // milliseconds
const LONGEST = 14 * 24 * 3600 * 1000; // kept so long, in milliseconds
const PREFIX = "catalogue-entries:";
const LEFT_OUT = /^(csrfmiddlewaretoken|seen|seen_values|choose-.*|.*-SEEN|.*-INITIAL_FORMS|.*-M(IN|AX)_NUM_FORMS|_.*)$/;

const form = document.querySelector(".change-form #content-main > form[method=post]");
const place = form?.querySelector(".kept-entries");
const key = PREFIX + location.pathname;

// All entries of the form: pairs of name and value, in order.
function entries() {
  return [...new FormData(form).entries()].filter(
    ([name, value]) => typeof value === "string" && !LEFT_OUT.test(name) && !name.includes("__prefix__"),
  ).map(([name, value]) => [name, value.replaceAll("\r\n", "\n")]);
}

// The labels that Select2 shows for chosen rows, which the page does not know until they are searched for again.
function labels() {
  const found = {};
  for (const select of form.querySelectorAll("select")) {
    if (select.name.includes("__prefix__")) continue;
    for (const option of select.selectedOptions) found[`${select.name}=${option.value}`] = option.textContent;
  }
  return found;
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null");
    return kept && Date.now() - kept.at < LONGEST ? kept : null;
  } catch {
    return null;
  }
}

// Values of a pasted list that nobody has chosen, created or left out yet (pasting.js).
function unclear() {
  return [...form.querySelectorAll(".pasted-open")].map(({ dataset: { box, text } }) => ({ box, text }));
}

function keep() {
  const now = entries();
  const open = unclear();
  if (same(now, asOpened) && !open.length) return;
  try {
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), entries: now, labels: labels(), unclear: open }));
  } catch {
    // the browser's store is full or disabled: the warning before leaving still works
  }
}

function forget() {
  localStorage.removeItem(key);
  place.hidden = true;
}

// Rows that were added by hand are added again, until the form has a box for every entry.
function addRows(kept) {
  for (const [name, value] of kept) {
    const prefix = name.match(/^(.+)-TOTAL_FORMS$/)?.[1];
    if (!prefix) continue;
    const add = form.querySelector(`#${CSS.escape(prefix)}-group .add-row a`);
    for (let tries = 0; add && tries < 200; tries += 1) {
      if (Number(form.elements.namedItem(name).value) >= Number(value)) break;
      add.click();
    }
  }
}

function put(kept) {
  addRows(kept.entries);
  const byName = new Map();
  for (const [name, value] of kept.entries) byName.set(name, [...(byName.get(name) ?? []), value]);
  for (const box of form.elements) {
    if (!box.name || LEFT_OUT.test(box.name) || box.name.includes("__prefix__") || box.type === "file") continue;
    // The keys of rows are the server's; the number of rows is right already.
    if (/-(id|TOTAL_FORMS)$/.test(box.name) || ["submit", "button"].includes(box.type)) continue;
    const values = byName.get(box.name) ?? [];
    if (box.type === "checkbox" || box.type === "radio") {
      box.checked = values.includes(box.value);
    } else if (box instanceof HTMLSelectElement) {
      for (const value of values) {
        if (![...box.options].some((option) => option.value === value)) {
          box.add(new Option(kept.labels?.[`${box.name}=${value}`] ?? value, value));
        }
      }
      for (const option of box.options) option.selected = values.includes(option.value);
    } else if (byName.has(box.name)) {
      box.value = values[0];
    }
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
  place.hidden = true;
  for (const detail of kept.unclear ?? []) form.dispatchEvent(new CustomEvent("pasted-again", { detail }));
  form.querySelector("input:not([type=hidden]), textarea, select")?.focus();
}

function offer(kept) {
  // Day before month, as everywhere in the admin.
  const language = document.documentElement.lang;
  const time = new Date(kept.at).toLocaleString(language.startsWith("en") ? "en-GB" : language || undefined, {
    dateStyle: "medium", timeStyle: "short",
  });
  const words = document.createElement("p");
  words.textContent = place.dataset.words.replace("{time}", time);
  const buttons = [[place.dataset.restore, () => put(kept)], [place.dataset.discard, forget]].map(([label, act]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = label;
    button.addEventListener("click", act);
    return button;
  });
  place.replaceChildren(words, ...buttons);
  place.hidden = false;
}

let asOpened = [];
if (form && place) {
  asOpened = entries();
  const kept = read();
  const refused = document.querySelector(".errornote");
  // Rows that were added have keys now: what was sent is no longer what the form shows, and was saved all the same.
  const saved = sessionStorage.getItem("catalogue-sent") === key && document.querySelector(".messagelist .success");
  const differs = kept && (!same(kept.entries, asOpened) || kept.unclear?.length);
  if (differs && !refused && !saved) offer(kept);
  else if (!refused) forget();
  if (refused) asOpened = [];
  // An unanswered offer stays until something else is typed.
  let typed = Boolean(refused);
  // What was sent is kept until the next page says that it was saved; a page that hides after that must not store it again.
  let sent = false;
  for (const sort of ["input", "change"]) {
    form.addEventListener(sort, (event) => {
      typed ||= event.isTrusted;
      sent = false;
    });
  }
  form.addEventListener("entries-taken", () => {
    typed = true;
    sent = false;
  });
  const keepWhatIsNew = () => { if (typed && !sent) keep(); };
  setInterval(keepWhatIsNew, PAUSE);
  window.addEventListener("pagehide", keepWhatIsNew);
  form.addEventListener("submit", () => {
    keep();
    sent = true;
    sessionStorage.setItem("catalogue-sent", key);
  });
}
