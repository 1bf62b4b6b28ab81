// A member's screen of a running meeting: asks every few seconds whether something has changed that they may know, and
// shows it. The pages are never kept by the browser, so the mark of what is shown is kept here and sent along.
import { isHidden } from "./hide.js";

const LOOK_MS = 3 * 1000;
// After the service did not answer, and when it did not several times.
const LONGEST_MS = 30 * 1000;

export function watchFollowing(root) {
  if (!root || !root.dataset.now) return;
  let tag = `"${root.dataset.tag}"`;
  let wait = LOOK_MS;
  const look = async () => {
    if (!document.hidden && !isHidden()) {
      const answer = await fetch(root.dataset.now, {
        headers: { "X-Requested-With": "fetch", "If-None-Match": tag },
      }).catch(() => null);
      if (answer && answer.status >= 400 && answer.status < 500) {
        return say("You are signed out, or this meeting is not open to you any more. Load the page again.");
      }
      wait = answer && answer.status < 500 ? LOOK_MS : Math.min(2 * wait, LONGEST_MS);
      if (answer && answer.status === 200) {
        tag = answer.headers.get("ETag");
        show(root, await answer.text());
      }
    }
    setTimeout(look, wait);
  };
  setTimeout(look, wait);
  document.addEventListener("visibilitychange", () => document.hidden || (wait = LOOK_MS));
}

// Puts the new part in place; whoever stands on one of its links still stands there.
function show(root, html) {
  const said = spoken(root);
  const here = root.contains(document.activeElement) ? document.activeElement.id : "";
  root.innerHTML = html;
  if (here && document.getElementById(here)) document.getElementById(here).focus({ preventScroll: true });
  if (spoken(root) && spoken(root) !== said) say(spoken(root));
}

function spoken(root) {
  return root.querySelector("[data-said]").dataset.said;
}

function say(text) {
  document.getElementById("app-following-said").textContent = text;
}
