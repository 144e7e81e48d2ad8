// Moves the bars of running jobs, and reloads the page once one of them has begun or ended.
// Without it the page shows how far each was when it was opened.

const PAUSE = 2000; // milliseconds between two questions

async function follow(bar) {
  try {
    const response = await fetch(bar.dataset.job, { headers: { Accept: "application/json" } });
    if (!response.ok) return; // the session ended
    const answer = await response.json();
    if (answer.state !== bar.dataset.state) {
      location.reload();
      return;
    }
    if (answer.share !== null) bar.value = answer.share;
    if (bar.nextElementSibling) bar.nextElementSibling.textContent = answer.words;
  } catch {
    // no network for a moment: try again
  }
  setTimeout(follow, PAUSE, bar);
}

for (const bar of document.querySelectorAll("progress[data-job]")) setTimeout(follow, PAUSE, bar);
