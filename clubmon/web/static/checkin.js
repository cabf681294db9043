// The check-in with a script: sliders over the radio buttons, a place that can be untapped, and
// answers that outlive a lost connection. Everything works without it, only less comfortably.
(() => {
  "use strict";
  const PREFIX = "clubmon.checkin.";
  const PATIENCE_MS = 30000;

  // What was answered is kept in this tab alone, under a name made of whose and which day's
  // form it is, until the club has it. A browser that keeps nothing may say so by throwing.
  const kept = {
    read(key) {
      try { return JSON.parse(sessionStorage.getItem(PREFIX + key)) || []; } catch { return []; }
    },
    write(key, pairs) {
      try { sessionStorage.setItem(PREFIX + key, JSON.stringify(pairs)); } catch { /* not kept */ }
    },
    wipe(except) {
      try {
        Object.keys(sessionStorage)
          .filter((name) => name.startsWith(PREFIX) && name !== PREFIX + except)
          .forEach((name) => sessionStorage.removeItem(name));
      } catch { /* nothing was kept */ }
    },
  };

  function slider(scale) {
    const slide = scale.querySelector(".slide");
    const range = slide.querySelector("input");
    const number = slide.querySelector("output");
    const clear = slide.querySelector("button");
    const radio = (value) => scale.querySelector(`[type=radio][value="${value}"]`);
    const show = () => {
      const chosen = scale.querySelector(":checked");
      const answered = Boolean(chosen && chosen.value !== "");
      range.value = answered ? chosen.value : "0";
      range.classList.toggle("untouched", !answered);
      range.style.setProperty("--at", `${range.value * 10}%`);
      const text = answered ? range.dataset.of.replace("{value}", range.value) : range.dataset.none;
      range.setAttribute("aria-valuetext", text);
      number.textContent = answered ? range.value : "–";
      clear.hidden = !answered;
    };
    const answer = (value) => {
      radio(value).checked = true;
      show();
      scale.dispatchEvent(new Event("change", { bubbles: true }));
    };
    range.addEventListener("input", () => answer(range.value));
    range.addEventListener("pointerup", () => answer(range.value)); // on 0, which is no change
    range.addEventListener("keydown", (event) => {
      const stays = ["Home", "ArrowLeft", "ArrowDown", "PageDown", "Enter", " "];
      if (!range.classList.contains("untouched") || !stays.includes(event.key)) return;
      event.preventDefault();
      answer(range.value);
    });
    clear.addEventListener("click", () => { answer(""); range.focus(); });
    slide.hidden = false;
    scale.classList.add("sliding");
    show();
  }

  // A place that is tapped again is taken back.
  function places(group) {
    const nowhere = group.querySelector('[value=""]');
    let before = group.querySelector(":checked");
    group.addEventListener("click", (event) => {
      if (event.target.type !== "radio") return;
      if (event.target === before && event.detail > 0) nowhere.checked = true;
      before = group.querySelector(":checked");
      group.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  const pairs = (form) => [...new FormData(form)].filter(([, value]) => value !== "");

  function restore(form) {
    for (const [name, value] of kept.read(form.dataset.keep)) {
      for (const field of form.elements) {
        if (field.name !== name) continue;
        if (field.type === "radio" || field.type === "checkbox") field.checked ||= field.value === value;
        else field.value = value;
      }
    }
  }

  function enhance() {
    for (const form of document.querySelectorAll("form[data-unsent]")) {
      if (form.dataset.keep) {
        kept.wipe(form.dataset.keep);
        if (!document.querySelector("main .error")) restore(form);
        form.addEventListener("input", () => kept.write(form.dataset.keep, pairs(form)));
        form.addEventListener("change", () => kept.write(form.dataset.keep, pairs(form)));
      }
      form.querySelectorAll("[data-scale]").forEach(slider);
      form.querySelectorAll(".legs-map fieldset").forEach(places);
      form.addEventListener("submit", send);
    }
    // What the club has, or will never take, is kept no longer.
    if (document.querySelector("[data-accepted]") || !document.querySelector("form[data-unsent]")) kept.wipe("");
  }

  async function send(event) {
    event.preventDefault();
    const form = event.target;
    if (form.getAttribute("aria-busy")) return;
    const button = event.submitter || form.querySelector("[type=submit]");
    const data = new URLSearchParams(new FormData(form));
    if (button.name) data.append(button.name, button.value);
    busy(form, button, true);
    const page = await post(data);
    busy(form, button, false);
    if (page) turn(page); else unsent(form, button);
  }

  // The page that answers, or null where none came or the club's server has a fault.
  async function post(data) {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS);
    try {
      const response = await fetch(location.href, {
        method: "POST", body: data, cache: "no-store", redirect: "error", signal: giveUp.signal,
      });
      const text = await response.text();
      if (response.status >= 500) return null;
      const page = new DOMParser().parseFromString(text, "text/html");
      return page.querySelector("main#main") ? page : null; // not what a hotel's network puts there
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  function busy(form, button, on) {
    if (on) button.dataset.said ||= button.textContent;
    if (on) form.setAttribute("aria-busy", "true"); else form.removeAttribute("aria-busy");
    button.textContent = on ? form.dataset.sending : button.dataset.said;
  }

  function unsent(form, button) {
    let said = form.querySelector(".unsent");
    said?.remove();
    said = document.createElement("p");
    said.className = "error unsent";
    said.setAttribute("role", "alert");
    said.textContent = form.dataset.unsent;
    button.before(said);
    if (!button.name) button.textContent = form.dataset.again;
  }

  function turn(page) {
    const main = document.getElementById("main");
    main.replaceChildren(...document.adoptNode(page.getElementById("main")).childNodes);
    document.title = page.title;
    enhance();
    window.scrollTo(0, 0);
    main.focus({ preventScroll: true });
  }

  enhance();
})();
