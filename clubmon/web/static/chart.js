// Draws the figures that the server made, one after the other. Colours: layout.meta.tokens maps
// each colour of a figure to a token of the stylesheet, so that light and dark follow the page.
// layout.meta.links: a click opens the page at the index that a point carries.
"use strict";

(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const OPTIONS = { displayModeBar: false };
  const NARROW = 600;

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

  // Fewer days and fewer names where there is little room; the table has them all.
  function fitted(place, figure) {
    if (place.clientWidth >= NARROW) return figure;
    const layout = { ...figure.layout };
    const narrow = layout.meta.narrow;
    for (const axis of Object.keys(layout).filter((name) => name.startsWith("xaxis"))) {
      const { dtick, type } = layout[axis];
      const every = type === "category" ? 2 : narrow ? undefined : 2 * dtick;
      if (every) layout[axis] = { ...layout[axis], dtick: every, tickangle: 0 };
    }
    if (narrow) {
      layout.xaxis = { ...layout.xaxis, range: narrow.range };
      layout.height += narrow.taller;
    }
    return { data: figure.data.filter((trace) => !trace.meta?.wide), layout };
  }

  function draw(place, figure) {
    const found = colours(figure.layout.meta.tokens);
    const { data, layout: fit } = fitted(place, figure);
    const layout = themed(fit, found);
    layout.width = place.clientWidth;
    layout.font.family = getComputedStyle(document.body).fontFamily;
    const format = layout.meta.names;
    const options = { ...OPTIONS, locale: "page", locales: { page: { dictionary: {}, format } } };
    return window.Plotly.react(place, themed(data, found), layout, options);
  }

  function follow(place, links) {
    place.classList.add("links");
    place.on("plotly_click", (event) => {
      const url = links[event.points[0]?.customdata];
      if (url) window.location.assign(url);
    });
  }

  // Plotly's own way takes the height from the page, which has it from the drawing: none.
  function fit(place, figure) {
    let width = place.clientWidth;
    new ResizeObserver(() => {
      if (place.clientWidth === width) return;
      width = place.clientWidth;
      // Twice: the first time Plotly still keeps the room that the legend took in the old width.
      draw(place, figure).then(() => draw(place, figure));
    }).observe(place);
  }

  async function start(place) {
    const answer = await fetch(place.dataset.chart, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const figure = await answer.json();
    const meta = figure.layout.meta;
    await draw(place, figure);
    if (meta.links) follow(place, meta.links);
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", meta.title);
    place.setAttribute("aria-describedby", place.dataset.summary);
    place.dataset.drawn = "true";
    performance.mark("chart-drawn");
    dark.addEventListener("change", () => draw(place, figure));
    fit(place, figure);
  }

  function failed(place) {
    place.classList.add("failed");
    place.textContent = place.dataset.failed;
  }

  async function all() {
    for (const place of document.querySelectorAll("[data-chart]")) {
      await start(place).catch(() => failed(place));
    }
  }

  all();
})();
