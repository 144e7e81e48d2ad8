// The zoom of the viewer, and turning pages without losing it. The page is complete without this file.
// OpenSeadragon is only fetched when somebody zooms.

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Loads the zoom engine once; the promise is cached. */
let engine = null;
const load = (address) => {
  engine ??= new Promise((resolve, reject) => {
    // The engine would add a style to the page, which the policy of the site forbids, unless an element of this
    // name exists. Outside HTML's namespace, it is not a style.
    const mark = document.createElementNS("urn:mark", "style");
    mark.setAttribute("data-openseadragon-mobile-css", "true");
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.OpenSeadragon);
    script.onerror = () => {
      engine = null;
      reject(new Error("The zoom could not be loaded."));
    };
    document.head.append(mark, script);
  });
  return engine;
};

/** Makes one viewer work. */
const enliven = (viewer) => {
  const part = (name) => viewer.querySelector(`[data-part="${name}"]`);
  const deep = viewer.querySelector(".viewer__deep");
  const tools = viewer.querySelector(".viewer__tools");
  const keys = viewer.querySelector(".viewer__keys");
  const said = viewer.querySelector("[data-said]");
  const button = (name) => tools.querySelector(`[data-do="${name}"]`);
  let zoom = null;
  // Some phones have no full screen for a part of a page.
  button("full").hidden = !document.fullscreenEnabled;

  const opener = () => viewer.querySelector("[data-zoom]");

  /** Adds the people to the picture, each as a link with the name. */
  const showPeople = (OpenSeadragon) => {
    zoom.clearOverlays();
    const size = zoom.world.getItemAt(0)?.getContentSize();
    const people = [...viewer.querySelectorAll("[data-region]")];
    button("names").hidden = people.length === 0;
    if (!size) {
      return;
    }
    const ratio = size.y / size.x;
    for (const person of people) {
      const [left, top, width, height] = person.dataset.region.split(" ").map((text) => parseFloat(text) / 100);
      const link = document.createElement("a");
      link.className = "viewer__region";
      link.href = person.dataset.page;
      const name = document.createElement("span");
      name.textContent = person.dataset.title;
      link.append(name);
      new OpenSeadragon.MouseTracker({ element: link, clickHandler: () => location.assign(link.href) });
      zoom.addOverlay(link, new OpenSeadragon.Rect(left, top * ratio, width, height * ratio));
    }
  };

  const open = async () => {
    const OpenSeadragon = await load(viewer.dataset.engine);
    deep.hidden = false;
    viewer.classList.add("viewer--deep");
    zoom = OpenSeadragon({
      element: deep,
      tileSources: [part("picture").dataset.info],
      drawer: "canvas",
      showNavigationControl: false,
      animationTime: still.matches ? 0 : 0.6,
      maxZoomPixelRatio: 3,
      visibilityRatio: 0.5,
      gestureSettingsTouch: { pinchRotate: false },
    });
    const canvas = zoom.canvas;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", part("picture").dataset.name);
    // The wheel scrolls the page until somebody has clicked into the picture.
    zoom.addHandler("canvas-scroll", (event) => {
      if (!deep.contains(document.activeElement)) {
        event.preventDefaultAction = true;
        event.preventDefault = false;
      }
    });
    zoom.addHandler("canvas-key", (event) => {
      // "f" mirrors the picture in the engine; here it is the full screen, below.
      if (event.originalEvent.key.toLowerCase() === "f") {
        event.preventDefaultAction = true;
      }
    });
    zoom.addHandler("canvas-press", () => canvas.focus({ preventScroll: true }));
    zoom.addHandler("open", () => showPeople(OpenSeadragon));
    zoom.addHandler("open-failed", close);
    tools.hidden = false;
    keys.hidden = false;
    opener().hidden = true;
    canvas.focus({ preventScroll: true });
    tools.scrollIntoView({ block: "nearest" });
  };

  const close = () => {
    if (!zoom) {
      return;
    }
    zoom.destroy();
    zoom = null;
    deep.replaceChildren();
    deep.hidden = true;
    tools.hidden = true;
    keys.hidden = true;
    viewer.classList.remove("viewer--deep");
    opener().hidden = false;
    opener().focus();
  };

  const full = () => (document.fullscreenElement ? document.exitFullscreen() : viewer.requestFullscreen());

  const acts = {
    closer: () => zoom.viewport.zoomBy(1.6).applyConstraints(),
    farther: () => zoom.viewport.zoomBy(1 / 1.6).applyConstraints(),
    whole: () => zoom.viewport.goHome(),
    turn: () => zoom.viewport.setRotation(zoom.viewport.getRotation() + 90),
    names: () => {
      const shown = button("names").getAttribute("aria-pressed") !== "true";
      button("names").setAttribute("aria-pressed", String(shown));
      viewer.classList.toggle("viewer--unnamed", !shown);
    },
    full,
    close,
  };

  let turns = 0;

  /** Shows another page, with the zoom if it was open. Returns whether nobody has turned further meanwhile. */
  const turn = async (address) => {
    turns += 1;
    const mine = turns;
    const answer = await fetch(address);
    if (!answer.ok) {
      throw new Error(`${answer.status}`);
    }
    const text = await answer.text();
    if (mine !== turns) {
      return false;
    }
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-viewer]");
    for (const old of viewer.querySelectorAll("[data-part]")) {
      old.replaceWith(fresh.querySelector(`[data-part="${old.dataset.part}"]`));
    }
    history.pushState(null, "", address);
    said.textContent = part("picture").dataset.where;
    if (zoom) {
      opener().hidden = true;
      zoom.canvas.setAttribute("aria-label", part("picture").dataset.name);
      zoom.open(part("picture").dataset.info);
    }
    return true;
  };

  viewer.addEventListener("click", (event) => {
    const act = event.target.closest("[data-do]");
    if (act) {
      acts[act.dataset.do]();
      return;
    }
    const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    const wanted = plain && event.target.closest("[data-zoom]");
    if (wanted) {
      event.preventDefault();
      // If the engine does not load, the link leads to the largest picture, as it does without script.
      open().catch(() => location.assign(wanted.href));
      return;
    }
    const page = plain && event.target.closest("[data-turn]");
    if (page) {
      event.preventDefault();
      const rel = page.rel;
      turn(page.href)
        .then((turned) => {
          const again = rel ? viewer.querySelector(`[rel="${rel}"]`) : null;
          return turned && (again ?? viewer.querySelector("[aria-current]")).focus();
        })
        .catch(() => location.assign(page.href));
    }
  });
  viewer.addEventListener("keydown", (event) => {
    if (!zoom || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === "Escape" && !document.fullscreenElement) {
      close();
    } else if (event.key.toLowerCase() === "f" && deep.contains(event.target) && document.fullscreenEnabled) {
      full();
    }
  });
  document.addEventListener("fullscreenchange", () => {
    const on = document.fullscreenElement === viewer;
    button("full").setAttribute("aria-pressed", String(on));
    if (!on && zoom) {
      button("full").focus();
    }
  });
  addEventListener("popstate", () => location.reload());
};

document.querySelectorAll("[data-viewer]").forEach(enliven);
