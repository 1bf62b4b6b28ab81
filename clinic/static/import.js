// A file that is read or goes in: says how far it is every few seconds, and loads the page anew when something is to be
// done again. Without this script the page has a link that does the same.
const LOOK_MS = 2 * 1000;

export function watchImport(root) {
  if (!root) return;
  const bar = root.querySelector("progress");
  const words = document.getElementById("app-how-far");
  let etag = "";
  const look = async () => {
    if (!document.hidden) {
      const answer = await fetch(root.dataset.progress, {
        headers: { "X-Requested-With": "fetch", "If-None-Match": etag },
      }).catch(() => null);
      if (answer && answer.status >= 400 && answer.status < 500) return;
      if (answer && answer.status === 200) {
        etag = answer.headers.get("ETag") || "";
        const now = await answer.json();
        if (now.status !== root.dataset.status) return window.location.reload();
        if (bar) bar.value = now.gone;
        if (words) words.textContent = now.words;
      }
    }
    setTimeout(look, LOOK_MS);
  };
  setTimeout(look, LOOK_MS);
}
