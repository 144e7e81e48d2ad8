// The console of the API's page: only calls this site, and shows the answer as it came.
(() => {
  "use strict";
  const form = document.getElementById("api-console");
  const path = document.getElementById("api-path");
  const answer = document.getElementById("api-answer");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const address = new URL(path.value, location.origin);
    answer.hidden = false;
    if (address.origin !== location.origin || !address.pathname.startsWith("/api/")) {
      answer.textContent = "Write an address of this site that begins with /api/.";
      return;
    }
    answer.textContent = "…";
    try {
      const response = await fetch(address, { headers: { Accept: "application/json" } });
      const kept = ["Content-Type", "ETag", "Link", "RateLimit", "Allow", "Retry-After"];
      const headers = kept.filter((name) => response.headers.has(name));
      const lines = headers.map((name) => `${name}: ${response.headers.get(name)}`);
      const text = await response.text();
      let body = text;
      try {
        body = JSON.stringify(JSON.parse(text), null, 2);
      } catch {
        // Not JSON: shown as it is.
      }
      answer.textContent = [`${response.status} ${response.statusText}`, ...lines, "", body].join("\n");
    } catch (failure) {
      answer.textContent = String(failure);
    }
  });
})();
