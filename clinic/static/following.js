// A member's screen of a running meeting: asks every few seconds whether something has changed that they may know, and
// shows it. The pages are never kept by the browser, so the mark of what is shown is kept here and sent along. What is
// not up to date says so, and goes on asking.
import { isHidden } from "./hide.js";
import { watchStaleness } from "./stale.js";

const LOOK_MS = 3 * 1000;
// After the service did not answer, and when it did not several times, or knows nobody.
const LONGEST_MS = 30 * 1000;
const PATIENCE_MS = 10 * 1000;

export function watchFollowing(root) {
  if (!root || !root.dataset.now) return;
  const stale = watchStaleness(document.getElementById("app-following-stale"), say);
  let tag = `"${root.dataset.tag}"`;
  let wait = LOOK_MS;
  const ask = async () => {
    const answer = await fetch(root.dataset.now, {
      headers: { "X-Requested-With": "fetch", "If-None-Match": tag }, signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { status: answer.status, tag: answer.headers.get("ETag"), text: answer.status === 200 ? await answer.text() : "" };
  };
  const look = async () => {
    if (!document.hidden && !isHidden()) {
      const answer = await ask().catch(() => null);
      if (!answer || answer.status >= 500) {
        wait = Math.min(2 * wait, LONGEST_MS);
        stale.isUnanswered();
      } else if ([403, 404].includes(answer.status)) {
        // What was shown before is not theirs to read any more. Each refusal is written down: one is enough.
        root.replaceChildren();
        return stale.tell("This meeting is not open to you now: load this page again.");
      } else if (answer.status >= 400) {
        wait = LONGEST_MS;
        stale.isSignedOut();
      } else {
        wait = LOOK_MS;
        stale.isFresh();
        if (answer.status === 200) {
          tag = answer.tag;
          show(root, answer.text);
        }
      }
    }
    setTimeout(look, wait);
  };
  setTimeout(look, wait);
  document.addEventListener("visibilitychange", () => document.hidden || (wait = LOOK_MS));
}

// Puts the new part in place; whoever stands on one of its links still stands there, and what they opened stays open.
function show(root, html) {
  const said = spoken(root);
  const here = root.contains(document.activeElement) ? document.activeElement.id : "";
  const open = [...root.querySelectorAll("details[open]")].map((part) => part.id);
  root.innerHTML = html;
  open.map((id) => document.getElementById(id)).forEach((part) => part && (part.open = true));
  if (here && document.getElementById(here)) document.getElementById(here).focus({ preventScroll: true });
  if (spoken(root) && spoken(root) !== said) say(spoken(root));
}

function spoken(root) {
  const part = root.querySelector("[data-said]");
  return part ? part.dataset.said : "";
}

function say(text) {
  document.getElementById("app-following-said").textContent = text;
}
