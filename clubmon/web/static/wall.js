// Keeps a wall display or a frame fresh: asks for the page again, every minute or as often as it
// says, and takes over what it shows.
// Where the service cannot be reached, what is shown stays, and a line says since when it is old.
"use strict";
(() => {
  const every = Number(document.body.dataset.every) || 60000;
  const old = document.getElementById("old");
  let failures = 0;

  const refresh = async () => {
    try {
      const answer = await fetch(location.href, { cache: "no-store", credentials: "omit" });
      if (answer.status === 404 || answer.status === 410) {
        location.reload();
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("board");
      if (!fresh) throw new Error("no board");
      document.getElementById("board").replaceWith(fresh);
      failures = 0;
    } catch {
      failures += 1;
    }
    old.hidden = failures < 2;
    setTimeout(refresh, every);
  };
  setTimeout(refresh, every);
})();
