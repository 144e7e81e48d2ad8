// Figures that are wider than a narrow screen: the part with the most content is shown first, and the rest can be scrolled to.
// Without this file they begin at their left edge.

for (const sheet of document.querySelectorAll("[data-heart]")) {
  const heart = (sheet.scrollWidth * parseFloat(sheet.dataset.heart)) / 100;
  sheet.scrollLeft = heart - sheet.clientWidth / 2;
}
