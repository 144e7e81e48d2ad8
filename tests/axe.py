"""axe-core in a browser: what it finds on a page as it is now."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import axe_playwright_python

AXE: Final = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: The rules that look at colours: all others find the same in the dark.
OF_COLOURS: Final = ["color-contrast", "link-in-text-block"]


def resize(page: Any, width: int) -> None:
    """Set the width of the window, and let the page react: it folds its filters when the window
    gets narrow.
    """
    if (page.viewport_size or {}).get("width") == width:
        return
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate(
        """async width => {
            const frame = () => new Promise(done => requestAnimationFrame(done));
            do await frame(); while (innerWidth !== width);
            await frame();
        }""",
        width,
    )


def judged(page: Any, rules: list[str] = RULES) -> Any:
    """What axe-core finds on a page as it is now: the rule, and the first places.

    Style sheets are not fetched for it once more: the one rule that reads them asks only about turned screens.
    """
    # Colours that are still changing from one view to the next would be judged half way.
    page.evaluate("document.getAnimations().forEach(one => one.finish())")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE + ";0")
    return page.evaluate(
        """async rules => (await axe.run(document, {
            runOnly: rules, resultTypes: ["violations"], preload: {assets: ["media"]},
        })).violations.map(
            one => [one.id, one.nodes.slice(0, 2).map(node => node.html.slice(0, 200))])""",
        rules,
    )
