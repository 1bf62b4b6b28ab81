// Warns two minutes before the session ends for want of use, and lets the person stay. What counts is what counts for
// the service: each request that somebody makes, on any page of this browser, and never one that a page makes by
// itself. Whoever types is there, so that they are not warned: the service is told. Nothing typed is lost: the page is
// not left, and when the session has ended the text stays on it.
import { isHidden } from "./hide.js";
import { me, renewToken } from "./session.js";

const WARNING_MS = 2 * 60 * 1000;
const LOOK_MS = 5 * 1000;
// The service is told at most so often that somebody types.
const TELL_MS = 60 * 1000;
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("app-used") : null;

export function watchIdle(settings) {
  if (!settings) return;
  const idle = Number(settings.dataset.minutes) * 60 * 1000;
  let used = Date.now();
  let told = used;
  let warning = null;

  const lasts = () => {
    used = Date.now();
    if (warning) warning.withdraw();
    warning = null;
  };
  const use = () => {
    lasts();
    if (tabs) tabs.postMessage(me());
  };
  const ended = () => {
    warning = warning || warn(extend);
    warning.end();
  };
  async function extend() {
    const ask = () => fetch(settings.dataset.extend, {
      method: "POST", headers: { "X-CSRFToken": settings.dataset.token, "X-Requested-With": "fetch" },
    }).catch(() => null);
    const isOut = (answer) => answer && [400, 401].includes(answer.status);
    let answer = await ask();
    if (isOut(answer) && (await renewToken()) === "same") answer = await ask();
    if (answer && answer.ok) use();
    else if (isOut(answer) && !isHidden()) ended();
  }
  // By the clock on the wall: a machine that slept has counted nothing.
  const look = () => {
    const since = Date.now() - used;
    if (isHidden() || since < idle - WARNING_MS) return;
    warning = warning || warn(extend);
    if (since >= idle) warning.end();
  };

  document.addEventListener("app-used", use);
  document.addEventListener("input", () => {
    const now = Date.now();
    if (isHidden() || now - Math.max(used, told) < TELL_MS) return;
    told = now;
    extend();
  });
  if (tabs) tabs.addEventListener("message", (event) => event.data === me() && lasts());
  use();
  setInterval(look, LOOK_MS);
}

function warn(extend) {
  const box = document.createElement("div");
  box.className = "app-idle";
  box.setAttribute("role", "alertdialog");
  box.setAttribute("aria-labelledby", "app-idle-title");
  box.innerHTML =
    '<div role="alert"><h2 class="govuk-heading-m" id="app-idle-title">You will be signed out in 2 minutes</h2>' +
    '<p class="govuk-body">You have not used the service for a while. What you typed stays on the page.</p></div>' +
    '<button type="button" class="govuk-button">Stay signed in</button>';
  const before = document.activeElement;
  document.body.append(box);
  const stay = box.querySelector("button");
  // Whoever writes keeps their place: what they type next must not go to a button.
  if (!isWrittenIn(before)) stay.focus();
  stay.addEventListener("click", extend);
  const giveBack = () => box.contains(document.activeElement) && before && before.focus();
  return {
    end() {
      if (!stay.isConnected) return;
      box.querySelector("h2").textContent = "You have been signed out";
      box.querySelector("p").textContent =
        "Copy what you typed if you need it, or sign in again in another tab and then send this page.";
      giveBack();
      stay.remove();
    },
    withdraw() {
      giveBack();
      box.remove();
    },
  };
}

function isWrittenIn(part) {
  return part && part.matches("textarea, input:not([type=button], [type=submit], [type=radio], [type=checkbox]), select");
}
