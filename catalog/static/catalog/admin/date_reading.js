// Shows below each date box how its date is understood, while it is typed.
// Listens on the document, so that rows added later need no setup of their own.

const PAUSE = 250; // milliseconds without a key before the server is asked
const timers = new WeakMap();

function show(box, answer) {
  const place = box.parentElement.querySelector(".date-reading");
  if (!place) return;
  place.textContent = answer.words || "";
  place.classList.toggle("is-refused", Boolean(answer.refusal));
  for (const choice of answer.choices ?? []) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "date-proposal";
    button.textContent = choice.label;
    button.dataset.writes = choice.writes;
    place.append(" ", button);
  }
}

async function read(box) {
  const text = box.value;
  if (!text.trim()) {
    show(box, {});
    return;
  }
  const address = new URL(box.dataset.dateReading, document.baseURI);
  address.searchParams.set("text", text);
  try {
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    const answer = response.ok ? await response.json() : {};
    if (box.value === text) show(box, answer); // an older answer must not overtake a newer one
  } catch {
    show(box, {}); // no network, or the session ended: saving will tell
  }
}

document.addEventListener("input", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || !box.dataset.dateReading) return;
  clearTimeout(timers.get(box));
  timers.set(box, setTimeout(read, PAUSE, box));
});

// After an error the page itself contains the button.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".date-proposal");
  if (!button) return;
  const box = button.closest(".date-box").querySelector("input");
  box.value = button.dataset.writes;
  box.focus();
  box.dispatchEvent(new Event("input", { bubbles: true }));
});
