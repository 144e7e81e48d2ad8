// Pictures that are still being prepared: the server says when to ask again, and the page does. Without this file
// readers see the alternative text, and reload.

/** How often one picture is requested again. */
const MOST = 120;

const waiting = new WeakSet();
const wait = (seconds) => new Promise((done) => { setTimeout(done, 1000 * seconds); });

/** Requests a missing picture until it is there, or until it is clear that it will not come; says so meanwhile. */
const patient = async (picture) => {
  if (waiting.has(picture)) {
    return;
  }
  waiting.add(picture);
  const words = picture.closest("[data-viewer]")?.querySelector("[data-wait]");
  for (let tries = 0; tries < MOST && picture.isConnected; tries += 1) {
    const address = picture.currentSrc || picture.src;
    const answer = await fetch(address, { method: "HEAD", cache: "no-store" }).catch(() => null);
    if (answer?.status !== 503) {
      if (answer?.ok) {
        picture.src = picture.getAttribute("src");
      }
      break;
    }
    words?.toggleAttribute("hidden", false);
    await wait(Number(answer.headers.get("Retry-After")) || 5);
  }
  words?.toggleAttribute("hidden", true);
};

// Errors of pictures do not bubble, so they are caught in the capture phase.
document.addEventListener("error", (event) => {
  if (event.target.matches?.("img[data-patient]")) {
    patient(event.target);
  }
}, true);

for (const picture of document.querySelectorAll("img[data-patient]")) {
  if (picture.complete && picture.naturalWidth === 0 && picture.loading !== "lazy") {
    patient(picture);
  }
}
