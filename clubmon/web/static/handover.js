// Sends chosen or dropped files one by one with a bar that says how far they are, and asks the
// page for news while files are read. Without this script the form does the same, all at once.
"use strict";

(() => {
  const form = document.getElementById("hand-over");
  const NEWS_MS = 1500;
  const AGAIN_MS = [1000, 4000, 10000]; // a broken connection: so long before each further try

  async function news() {
    const place = document.getElementById("arrived");
    if (!place || !("busy" in place.dataset)) return;
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("arrived");
      if (fresh) place.replaceWith(document.adoptNode(fresh));
    } catch {
      // no connection for the moment: ask again
    }
    setTimeout(news, NEWS_MS);
  }
  setTimeout(news, NEWS_MS);
  if (!form) return;

  const picker = form.elements.file;
  const area = form.querySelector(".drop");
  const box = form.querySelector(".sending");
  const words = document.getElementById("sending-words");
  const bar = document.getElementById("sent");
  const said = document.getElementById("sending-said");

  // What the page says, in the reader's language, with these values in its places.
  function put(text, values) {
    return text.replace(/\{(\w+)\}/g, (_place, name) => values[name]);
  }

  function wait(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  // What is wrong with a file, '' where nothing is, null where the connection broke.
  function sendOnce(file, again, onProgress) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", form.dataset.one);
      request.setRequestHeader("X-CSRFToken", form.elements.csrf_token.value);
      request.setRequestHeader("X-Filename", encodeURIComponent(file.name));
      request.setRequestHeader("X-Batch", form.dataset.batch);
      if (again) request.setRequestHeader("X-Again", "1");
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.addEventListener("progress", (event) => onProgress(event.loaded));
      request.addEventListener("load", () => {
        let message = "";
        try {
          message = JSON.parse(request.responseText).message;
        } catch {
          message = put(form.dataset.refused, { file: file.name, status: request.status });
        }
        resolve(message);
      });
      const broken = () => resolve(null);
      request.addEventListener("error", broken);
      request.addEventListener("abort", broken);
      request.send(file);
    });
  }

  async function send(file, onProgress) {
    let said = await sendOnce(file, false, onProgress);
    for (const ms of AGAIN_MS) {
      if (said !== null) break;
      words.textContent = put(form.dataset.again, { file: file.name });
      await wait(ms);
      onProgress(0);
      said = await sendOnce(file, true, onProgress);
    }
    return said ?? put(form.dataset.broken, { file: file.name });
  }

  async function sendAll(files) {
    const total = files.reduce((sum, file) => sum + file.size, 0) || 1;
    const problems = [];
    let before = 0;
    box.hidden = false;
    said.textContent = "";
    form.querySelector("button").disabled = true;
    for (const [place, file] of files.entries()) {
      const show = (loaded) => {
        const share = Math.min(1, (before + loaded) / total);
        bar.value = share;
        const values = { number: place + 1, files: files.length, file: file.name, share: Math.floor(100 * share) };
        words.textContent = put(form.dataset.sending, values);
      };
      show(0);
      const tooLarge = file.size > Number(form.dataset.limit);
      const problem = tooLarge ? put(form.dataset.tooLarge, { file: file.name }) : await send(file, show);
      if (problem) problems.push(problem);
      before += file.size;
    }
    if (problems.length < files.length) sessionStorage.setItem("handed-over", JSON.stringify(problems));
    else {
      said.textContent = problems.join(" ");
      box.hidden = true;
      form.querySelector("button").disabled = false;
      return;
    }
    location.replace(location.pathname);
  }

  const kept = sessionStorage.getItem("handed-over");
  if (kept) {
    sessionStorage.removeItem("handed-over");
    said.textContent = JSON.parse(kept).join(" ");
    document.getElementById("arrived-heading").scrollIntoView({ block: "nearest" });
  }

  form.addEventListener("submit", (event) => {
    if (!picker.files.length) return;
    event.preventDefault();
    sendAll([...picker.files]);
  });
  for (const kind of ["dragenter", "dragover"]) {
    area.addEventListener(kind, (event) => {
      event.preventDefault();
      area.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) area.addEventListener(kind, () => area.classList.remove("over"));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    picker.files = event.dataTransfer.files;
    if (picker.files.length) sendAll([...picker.files]);
  });
})();
