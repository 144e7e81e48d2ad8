// Pictures that are still being prepared: the server says when to ask again, and the page does. Without this file a
// reader sees the words that stand for the picture, and reloads.

/** So often one picture is asked for again. */
const MOST = 120;

const waiting = new WeakSet();
const wait = (seconds) => new Promise((done) => { setTimeout(done, 1000 * seconds); });

/** Asks for a picture that did not come until it is there, or until it is clear that it will not; says so meanwhile. */
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

// Errors of pictures do not rise: they are caught on their way down.
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
