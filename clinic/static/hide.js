// Hides the page at once and asks for the password on it, so that nothing that was typed is lost. The server is told,
// and answers this browser with nothing else until the password is right; other tabs hide themselves too.
// Without this script the button leads to a page that asks for the password.
import { me, noteUse, putToken, renewToken } from "./session.js";

const WAIT_MS = 1500;
const TRY_AGAIN_MS = 5 * 1000;
const before = [];
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("app-hidden") : null;

// Names something to do before the server is told, and again when the page is shown: what was typed is saved.
export function beforeHiding(task) {
  before.push(task);
}

export function isHidden() {
  return document.body.classList.contains("app-hidden");
}

export function watchHiding() {
  document.addEventListener("submit", (event) => {
    if (new URL(event.target.action).pathname !== "/hide") return;
    event.preventDefault();
    event.stopPropagation();
    hide(event.target);
  }, true);
  // A page that the browser has kept is shown as it was: it must ask first whether it may be.
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
  if (tabs) tabs.addEventListener("message", (event) => hear(event.data));
}

// Whoever hides hides every tab of the browser; only who they were before shows their own again.
function hear({ shows, who, token }) {
  if (!shows) return cover();
  if (who !== me() || !isHidden()) return;
  putToken(token);
  uncover();
}

async function hide(form) {
  cover();
  if (tabs) tabs.postMessage({ shows: false });
  const saved = Promise.all(before.map((task) => task()));
  await Promise.race([saved, new Promise((done) => setTimeout(done, WAIT_MS))]);
  tell(form);
}

async function tell(form) {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true }).catch(() => null);
  // Somebody else who signed in since is not hidden: the session that was to be is over.
  if (answer && answer.status === 400 && (await renewToken()) === "other") return;
  if (!(answer && answer.ok) && isHidden()) setTimeout(() => tell(form), TRY_AGAIN_MS);
}

function cover() {
  if (isHidden()) return;
  document.body.classList.add("app-hidden");
  for (const part of document.body.children) part.inert = true;
  const box = document.createElement("div");
  box.className = "app-cover";
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-modal", "true");
  box.setAttribute("aria-labelledby", "app-cover-title");
  box.dataset.title = document.title;
  box.innerHTML =
    '<form class="govuk-width-container app-width" novalidate>' +
    '<h2 class="govuk-heading-l" id="app-cover-title">This screen is hidden</h2>' +
    '<p class="govuk-body">What you typed is still here. Enter your password to go on.</p>' +
    '<p class="govuk-error-message" id="app-cover-said" role="alert"></p>' +
    '<div class="govuk-form-group"><label class="govuk-label" for="app-cover-password">Your password</label>' +
    '<input class="govuk-input govuk-input--width-20" id="app-cover-password" name="password" type="password" ' +
    'autocomplete="current-password" aria-describedby="app-cover-said"></div>' +
    '<button class="govuk-button">Show it again</button></form>';
  document.body.append(box);
  document.title = "Hidden – Panels";
  box.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    ask(box);
  });
  box.querySelector("input").focus();
}

const SIGNED_OUT = "You are signed out. Sign in again in another tab, then enter your password here.";
const OTHER = "Somebody else is signed in now. Sign in again yourself in another tab, then enter your password here.";

async function ask(box) {
  const said = box.querySelector("#app-cover-said");
  let answer = await send(box);
  let whose = "";
  // The session has ended meanwhile. Whoever has signed in again has another token, and shows their own page only.
  if (answer && [400, 401].includes(answer.status)) {
    whose = await renewToken();
    if (whose === "same") answer = await send(box);
  }
  if (answer && answer.status === 204) {
    if (tabs) tabs.postMessage({ shows: true, who: me(), token: document.getElementById("app-idle").dataset.token });
    return uncover();
  }
  if (answer && answer.status === 422) said.textContent = (await answer.json()).problem;
  else if (answer && answer.status < 500) said.textContent = whose === "other" ? OTHER : SIGNED_OUT;
  else said.textContent = "The service did not answer. Try again.";
  box.querySelector("input").value = "";
  box.querySelector("input").focus();
}

function send(box) {
  const body = new FormData(box.querySelector("form"));
  body.set("csrf_token", document.getElementById("app-idle").dataset.token);
  return fetch("/hidden", { method: "POST", body, headers: { "X-Requested-With": "fetch" } }).catch(() => null);
}

function uncover() {
  const box = document.querySelector(".app-cover");
  if (!box) return;
  document.title = box.dataset.title;
  box.remove();
  for (const part of document.body.children) part.inert = false;
  document.body.classList.remove("app-hidden");
  noteUse();
  before.forEach((task) => task());
}
