// Dropping many files with progress, and ordering pages by dragging. The sheet works without this file.

/** Sends files one after the other; one that fails does not affect the rest. */
const receive = (form) => {
  const list = form.querySelector("[data-files]");
  const box = form.querySelector("input[type=file]");
  const rows = document.querySelector(".page-rows");
  const said = form.querySelector("[data-files-said]");

  const count = () => {
    const number = (name) => list.querySelectorAll(`.${name}`).length;
    said.textContent = said.dataset.words
      .replace("{added}", number("page-file-added")).replace("{refused}", number("page-file-refused"));
    said.hidden = false;
  };

  const send = (file) => new Promise((done) => {
    const line = list.appendChild(document.createElement("li"));
    const words = line.appendChild(document.createElement("span"));
    words.textContent = `${file.name} ${list.dataset.wordsSending}`;
    const bar = line.appendChild(document.createElement("progress"));
    bar.setAttribute("aria-label", file.name);
    bar.max = 1;
    const entries = new FormData();
    entries.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    entries.append("pictures", file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => {
      bar.value = event.lengthComputable ? event.loaded / event.total : 0;
    };
    request.onloadend = () => {
      bar.remove();
      let told = null;
      try {
        [told] = JSON.parse(request.responseText).files;
      } catch {
        told = { ok: false, said: list.dataset.wordsFailed };
      }
      line.className = told.ok ? "page-file-added" : "page-file-refused";
      words.textContent = `${file.name}: ${told.said}`;
      if (told.url) {
        const link = document.createElement("a");
        link.href = told.url;
        link.textContent = words.textContent;
        words.replaceChildren(link);
      }
      if (told.row && rows) {
        rows.insertAdjacentHTML("beforeend", told.row);
      }
      count();
      done();
    };
    request.send(entries);
  });

  let queue = Promise.resolve();
  const take = (files) => {
    const named = [...files].sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
    for (const file of named) {
      queue = queue.then(() => send(file));
    }
  };
  form.querySelector("[data-drop-words]").hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take(box.files);
    box.value = "";
  });
  for (const name of ["dragover", "dragenter"]) {
    form.addEventListener(name, (event) => {
      if (event.dataTransfer.types.includes("Files")) {
        event.preventDefault();
        form.classList.add("page-drop-over");
      }
    });
  }
  form.addEventListener("dragleave", () => form.classList.remove("page-drop-over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("page-drop-over");
    take(event.dataTransfer.files);
  });
};

/** Lets pages be moved with the mouse and with their buttons, without a request for each move. */
const order = (form) => {
  const rows = form.querySelector(".page-rows");
  const said = form.querySelector("[data-said]");
  let held = null;

  const tell = (row) => {
    const number = [...rows.children].indexOf(row) + 1;
    said.textContent = said.dataset.words.replace("{number}", number).replace("{count}", rows.children.length);
    form.dispatchEvent(new Event("change", { bubbles: true })); // the order is not saved yet
  };
  // A place that was typed: the page goes there at once.
  const place = (box) => {
    const row = box.closest("[data-page]");
    const others = [...rows.children].filter((one) => one !== row);
    const number = Math.min(Math.max(Math.trunc(Number(box.value)), 1), others.length + 1);
    box.value = "";
    if (number <= others.length) {
      others[number - 1].before(row);
    } else {
      rows.append(row);
    }
    box.focus();
    row.scrollIntoView({ block: "nearest" });
    tell(row);
  };
  rows.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[data-place]") && event.target.value) {
      event.preventDefault();
      place(event.target);
    }
  });
  rows.addEventListener("change", (event) => {
    if (event.target.matches("[data-place]") && event.target.value) {
      place(event.target);
    }
  });
  rows.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) {
      return;
    }
    event.preventDefault();
    const row = button.closest("[data-page]");
    if (button.dataset.move === "-1") {
      row.previousElementSibling?.before(row);
    } else {
      row.nextElementSibling?.after(row);
    }
    button.focus();
    tell(row);
  });
  rows.addEventListener("dragstart", (event) => {
    held = event.target.closest?.("[data-page]") ?? null;
    event.dataTransfer.effectAllowed = "move";
  });
  rows.addEventListener("dragover", (event) => {
    const row = event.target.closest("[data-page]");
    if (!held || !row) {
      return;
    }
    event.preventDefault();
    const { top, height } = row.getBoundingClientRect();
    if (row !== held) {
      row[event.clientY < top + height / 2 ? "before" : "after"](held);
    }
  });
  rows.addEventListener("drop", (event) => event.preventDefault());
  rows.addEventListener("dragend", () => {
    if (held) {
      tell(held);
    }
    held = null;
  });
};

document.querySelectorAll("[data-drop]").forEach(receive);
document.querySelectorAll("[data-pages]").forEach(order);
