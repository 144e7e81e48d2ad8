// While the title of a record is typed, shows other records of that name below it, with links to merging.

const PAUSE = 400; // milliseconds without a key before the server is asked
const place = document.querySelector("[data-namesakes]");
const box = document.querySelector("#id_title");
let waiting;

function show(namesakes) {
  place.hidden = !namesakes.length;
  if (!namesakes.length) return place.replaceChildren();
  const words = document.createElement("p");
  words.textContent = place.dataset.words;
  const list = document.createElement("ul");
  for (const { name, address, merge } of namesakes) {
    const link = document.createElement("a");
    link.href = address;
    link.target = "_blank"; // what is typed here stays
    link.textContent = name;
    const line = list.appendChild(document.createElement("li"));
    line.append(link);
    if (merge) {
      const both = document.createElement("a");
      both.href = merge;
      both.target = "_blank";
      both.textContent = place.dataset.wordsMerge;
      line.append(" ", both);
    }
  }
  return place.replaceChildren(words, list);
}

async function ask() {
  const title = box.value;
  try {
    const address = new URL(place.dataset.namesakes, document.baseURI);
    address.searchParams.set("title", title);
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    const answer = response.ok ? await response.json() : { namesakes: [] };
    if (box.value === title) show(answer.namesakes); // an older answer must not overtake a newer one
  } catch {
    show([]); // no network, or the session ended: saving will tell
  }
}

if (place && box) {
  (box.closest(".flex-container") ?? box).after(place);
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
}
