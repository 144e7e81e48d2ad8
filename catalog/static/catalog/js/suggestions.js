// Suggestions below the search box while somebody types, and a box that filters a long facet. Pages work without either.

const WAIT = 120;

/** An element with a class and a text. */
const element = (name, className, text = "") => {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
};

/** Turns a search box into a combobox: arrow keys choose, Enter goes there, Escape closes. */
const suggest = (box) => {
  const list = element("ul", "suggestions");
  list.id = `${box.id}-suggestions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.listLabel);
  list.hidden = true;
  const said = element("p", "hidden-text");
  said.setAttribute("role", "status");
  box.closest(".finder").append(list, said);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
    box.setAttribute(name, value);
  }
  let chosen = -1;
  let timer = 0;
  let asking = new AbortController();

  const choose = (place) => {
    const options = [...list.children];
    chosen = place;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === place)));
    if (place < 0) {
      box.removeAttribute("aria-activedescendant");
    } else {
      box.setAttribute("aria-activedescendant", options[place].id);
      options[place].scrollIntoView({ block: "nearest" });
    }
  };

  const show = (suggestions) => {
    list.replaceChildren(...suggestions.map(({ title, name, kind, url }, index) => {
      const option = element("li", "suggestion");
      option.id = `${list.id}-${index}`;
      option.dataset.url = url;
      option.setAttribute("role", "option");
      const words = element("span", "suggestion__title", title);
      if (name) words.append(" ", element("span", "suggestion__name", name));
      option.append(words, " ", element("span", "suggestion__kind", kind));
      return option;
    }));
    choose(-1);
    list.hidden = !suggestions.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = list.hidden ? "" : box.dataset.said.replace("%n", suggestions.length);
  };

  const close = () => {
    clearTimeout(timer);
    asking.abort();
    show([]);
  };

  const ask = async () => {
    asking.abort();
    asking = new AbortController();
    const typed = box.value.trim();
    if (!typed) return show([]);
    try {
      const address = `${box.dataset.suggestions}?${new URLSearchParams({ q: typed })}`;
      const answer = await fetch(address, { signal: asking.signal });
      if (answer.ok) show((await answer.json()).suggestions);
    } catch (failure) {
      // Overtaken by a later letter, or no connection: the box continues without suggestions.
      if (failure.name !== "AbortError") show([]);
    }
    return undefined;
  };

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  box.addEventListener("keydown", (event) => {
    const last = list.children.length - 1;
    if (event.isComposing) return;
    if (event.key === "ArrowDown" && list.hidden && box.value.trim()) {
      event.preventDefault();
      ask();
    } else if (list.hidden) {
      return;
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      choose(chosen < last ? chosen + 1 : -1);
    } else if (event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen < 0 ? last : chosen - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(list.children[chosen].dataset.url);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });
  box.addEventListener("blur", close);
  // Otherwise pressing on a suggestion would take the focus away, and the list with it.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
};

/** Adds a box above the folded values of a facet that shows only those containing the letters typed. */
const narrow = (folded) => {
  const box = element("input", "facet__find");
  box.type = "search";
  box.setAttribute("aria-label", folded.dataset.filterLabel);
  box.placeholder = folded.dataset.filterLabel;
  const values = [...folded.querySelectorAll("li")];
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  box.addEventListener("input", () => {
    const typed = plain(box.value.trim());
    for (const value of values) value.hidden = !plain(value.textContent).includes(typed);
  });
  // Enter would submit the form.
  box.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  folded.querySelector("summary").after(box);
};

document.querySelectorAll("input[data-suggestions]").forEach(suggest);
document.querySelectorAll("details[data-filter-label]").forEach(narrow);
