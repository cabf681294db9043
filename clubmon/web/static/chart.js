// Draws the figure that the server made. Colours: layout.meta.tokens maps each colour of the
// figure to a token of the stylesheet, so that light and dark follow the page.
"use strict";

(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const OPTIONS = { displayModeBar: false, responsive: true };

  function themed(value, colours) {
    if (typeof value === "string") return colours.get(value) ?? value;
    if (Array.isArray(value)) return value.map((item) => themed(item, colours));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, themed(v, colours)]));
    }
    return value;
  }

  function colours(tokens) {
    const style = getComputedStyle(document.documentElement);
    return new Map(Object.entries(tokens).map(([hex, name]) => [hex, style.getPropertyValue(name).trim()]));
  }

  function draw(place, figure) {
    const found = colours(figure.layout.meta.tokens);
    const layout = themed(figure.layout, found);
    layout.font.family = getComputedStyle(document.body).fontFamily;
    return window.Plotly.react(place, themed(figure.data, found), layout, OPTIONS);
  }

  async function start(place) {
    const answer = await fetch(place.dataset.chart, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const figure = await answer.json();
    await draw(place, figure);
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", figure.layout.meta.title);
    place.setAttribute("aria-describedby", "chart-summary");
    place.dataset.drawn = "true";
    dark.addEventListener("change", () => draw(place, figure));
  }

  for (const place of document.querySelectorAll("[data-chart]")) {
    start(place).catch(() => {
      place.classList.add("failed");
      place.textContent = "The drawing could not be made. The same numbers are in the table below.";
    });
  }
})();
