// Reports every twenty seconds that this form is open, and shows who else has it open, whether somebody saved
// meanwhile, and whether the session has ended. Without it the page shows who was there when it was opened.

const PAUSE = 20000; // milliseconds

const place = document.querySelector("[data-presence]");
const form = place.closest("form");
const token = form.querySelector("[name=csrfmiddlewaretoken]"); // another login renews it
// A revision is a new version each time it is opened.
const opened = "followsVersion" in place.dataset && form.querySelector("[name=seen]")?.value;

function show(sentences) {
  const said = [...place.children].map((line) => line.textContent).join("\n");
  if (said === sentences.join("\n")) return; // or a screen reader would say it every time
  place.replaceChildren(...sentences.map((sentence) => {
    const line = document.createElement("p");
    line.textContent = sentence;
    return line;
  }));
}

async function say() {
  try {
    const response = await fetch(place.dataset.presence, {
      method: "POST",
      headers: { "X-CSRFToken": token.value, Accept: "application/json" },
      body: new URLSearchParams(),
    });
    if (response.redirected || response.status === 403) {
      show([place.dataset.wordsLogin]);
    } else if (response.status === 404) {
      show([place.dataset.wordsGone]);
    } else if (response.ok) {
      const answer = await response.json();
      const changed = opened && answer.version !== opened;
      show([...answer.others, ...(changed ? [place.dataset.wordsChanged] : [])]);
    }
  } catch {
    // no network for a moment
  }
}

say();
setInterval(() => { if (!document.hidden) say(); }, PAUSE);
document.addEventListener("visibilitychange", () => { if (!document.hidden) say(); });
window.addEventListener("pagehide", () => {
  navigator.sendBeacon(place.dataset.presence, new URLSearchParams({ left: "1", csrfmiddlewaretoken: token.value }));
});
