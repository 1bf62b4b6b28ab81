// One case of a running meeting: a clock, notes that save themselves, and a look every few seconds whether somebody
// else has changed something. Without this script the page has a Save button and a time at which the item started.
import { beforeHiding, isHidden } from "./hide.js";
import { noteUse, putToken, renewToken } from "./session.js";
import { watchStaleness } from "./stale.js";

const SAVE_AFTER_MS = 1500;
const TRY_AGAIN_MS = 10 * 1000;
const PULSE_MS = 5 * 1000;
// After the service did not answer, or to whoever is signed out.
const SLOW_PULSE_MS = 15 * 1000;
const PATIENCE_MS = 10 * 1000;
// A browser sends at most 64 KB after its page is gone, all that is on its way together.
const KEEPALIVE_BYTES = 60 * 1000;
const OTHER = "Somebody else is signed in now: this page is not kept up to date. Load it again.";
const CLOSED = "Not saved: somebody else is signed in now, or nothing can be written here any more. Copy your text.";

export function runLive(root) {
  if (!root) return;
  const timer = document.getElementById("app-timer");
  runTimer(timer);
  const notes = watchNotes(document.getElementById("app-notes"));
  offerPhrases(document.getElementById("app-notes"));
  holdUntilSaved(notes);
  if (notes) beforeHiding(notes.save);
  if (root.dataset.pulse) watchPulse(root, notes, timer);
}

// Whoever signs in again in another tab has a new token: the page as it is now has it. Says whether it is the "same"
// person, an "other" one, or nobody yet.
async function whoIsHere() {
  const answer = await fetch(window.location.pathname).catch(() => null);
  if (!answer) return "";
  const now = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [here, there] = [document, now].map((one) => one.getElementById("app-live"));
  const notes = now.getElementById("app-notes");
  const nobody = new URL(answer.url).pathname !== window.location.pathname;
  if (nobody || answer.status >= 500) return "";
  if (!notes || there.dataset.me !== here.dataset.me) return "other";
  putToken(notes.elements.csrf_token.value);
  return "same";
}

function say(text) {
  const line = document.getElementById("app-live-said");
  if (line) line.textContent = text;
}

// Counts from the server's seconds with the browser's own steady clock: two machines never agree on the hour. While a
// meeting is adjourned its clock stands.
function runTimer(timer) {
  if (!timer) return;
  const planned = Number(timer.dataset.minutes) * 60;
  let counted = Number(timer.dataset.elapsed);
  let looked = performance.now();
  const face = timer.querySelector(".app-timer__clock");
  const words = timer.querySelector(".app-timer__words");
  let last = planned - counted;
  const show = () => {
    const at = performance.now();
    if (!("stopped" in timer.dataset || "held" in timer.dataset)) counted += (at - looked) / 1000;
    looked = at;
    const elapsed = Math.floor(counted);
    const left = planned - elapsed;
    face.textContent = minutes(elapsed);
    words.textContent = `of ${timer.dataset.minutes} minutes, ${left >= 0 ? minutes(left) + " left" : minutes(-left) + " over"}`;
    timer.classList.toggle("app-timer--over", left < 0);
    if (last > 300 && left <= 300 && planned > 300) say("5 minutes left for this item.");
    if (last > 0 && left <= 0) say("The time for this item is over.");
    last = left;
  };
  show();
  if (!("stopped" in timer.dataset)) setInterval(show, 1000);
}

function minutes(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

// A form that is sent has other line ends than its box, and the service takes off blanks at both ends.
function isSame(one, other) {
  const [first, second] = [one, other].map((text) => text.replace(/\r\n?/g, "\n").trim());
  return first === second;
}

function watchNotes(form) {
  if (!form) return null;
  const line = document.getElementById("app-saved");
  const conflict = document.getElementById("app-conflict");
  const boxes = [...form.querySelectorAll("textarea")].map((area) => ({
    area, version: form.elements[area.name.replace("notes", "version")], kept: area.value,
    // What was sent while the network was away: the service may have kept any of it all the same.
    unanswered: [],
    // What is on its way.
    sending: null,
  }));
  // What two people have written on waits for a person, one box after another; the others do not wait for it.
  const quarrels = new Map();
  const notes = { running: null, timer: null, isGone: false, isSent: false, onTheirWay: 0 };
  // What the server last refused came back with this page: it is typed, and not saved.
  if (form.querySelector(".govuk-error-message")) boxes.forEach((box) => (box.kept = null));

  notes.version = () => boxes.reduce((sum, box) => sum + Number(box.version.value), 0);
  notes.unsaved = () => !notes.isGone && boxes.some((box) => box.area.value !== box.kept);
  const changed = () => boxes.filter((box) => box.area.value !== box.kept && !quarrels.has(box));
  notes.save = async () => {
    clearTimeout(notes.timer);
    while (notes.running) await notes.running;
    if (notes.isGone || !changed().length) return !notes.unsaved();
    notes.running = send();
    try {
      return await notes.running && !notes.unsaved();
    } finally {
      notes.running = null;
    }
  };

  // The page goes, and nothing can be waited for. What is on its way arrives, or it does not: what was typed since is
  // sent for either, and the service, which keeps the same text once, takes the one that fits.
  notes.lastWords = () => {
    if (notes.isGone) return;
    if (!notes.running) return notes.save();
    const sent = changed().filter((box) => box.area.value !== box.sending).map((box) => ({ box, text: box.area.value }));
    if (sent.length) post(sent, 0);
    // What goes on from what is on its way is taken after it, too.
    const others = sent.filter(({ box, text }) => box.sending !== null && !text.startsWith(box.sending));
    if (others.length) post(others, 1);
  };
  // Nothing more is written from this page.
  notes.end = () => {
    notes.isGone = true;
    clearTimeout(notes.timer);
  };

  // What goes out with some of the boxes, and nothing of the others.
  function post(sent, ahead = 0) {
    const body = new FormData(form);
    body.set("form_key", "");
    for (const box of boxes) {
      const one = sent.find((other) => other.box === box);
      if (!one) {
        body.delete(box.area.name);
        body.delete(box.version.name);
      } else if (box.sending !== null) {
        body.set(box.version.name, Number(box.version.value) + ahead);
      }
    }
    const bytes = sent.reduce((sum, { text }) => sum + new TextEncoder().encode(text).length, 0);
    const keepalive = notes.onTheirWay + bytes < KEEPALIVE_BYTES;
    if (keepalive) notes.onTheirWay += bytes;
    return fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, keepalive })
      .catch(() => null)
      .finally(() => (notes.onTheirWay -= keepalive ? bytes : 0));
  }

  // The boxes that have changed are sent, and no others.
  async function send(again = false) {
    const sent = changed().map((box) => ({ box, text: box.area.value }));
    const coming = post(sent);
    sent.forEach(({ box, text }) => (box.sending = text));
    const answer = await coming;
    boxes.forEach((box) => (box.sending = null));
    if (!answer) {
      sent.forEach(({ box, text }) => box.unanswered.push(text));
      return fail("Not saved yet: the service did not answer. Trying again in 10 seconds.", true);
    }
    if (answer.ok) return keep(sent, await answer.json());
    if (answer.status === 409) {
      const theirs = await answer.json();
      const box = boxes.find((one) => one.area.name === theirs.box);
      if (box.unanswered.some((text) => isSame(text, theirs.theirs))) box.version.value = theirs.version;
      else quarrels.set(box, theirs);
      showQuarrel();
      return changed().length ? send(again) : false;
    }
    if (answer.status === 422) return fail((await answer.json()).problem, false);
    if (answer.status === 413) return fail("Not saved: the notes are far too long. Take most of them out.", false);
    if ([400, 401].includes(answer.status)) {
      const found = again ? "" : await whoIsHere();
      if (found === "same") return send(true);
      if (found === "other") return fail(CLOSED, false);
      return fail("Not saved yet: you are signed out. Sign in again in another tab, and it is saved from here.", true);
    }
    if ([403, 404].includes(answer.status)) {
      return fail("Not saved: you may no longer write here. Copy your text before you leave.", false);
    }
    return fail("Not saved yet: the service did not answer. Trying again in 10 seconds.", true);
  }

  function keep(sent, saved) {
    noteUse();
    for (const { box, text } of sent) {
      box.version.value = saved.versions[box.version.name];
      box.kept = text;
      box.unanswered = [];
    }
    if (!quarrels.size) line.textContent = `Saved at ${saved.saved_at}.`;
    if (notes.failed) say("The notes are saved again.");
    notes.failed = false;
    return true;
  }

  function fail(sentence, again) {
    line.textContent = sentence;
    if (!notes.failed) say(sentence);
    notes.failed = true;
    if (again) notes.timer = setTimeout(notes.save, TRY_AGAIN_MS);
    return false;
  }

  function showQuarrel() {
    const [box, theirs] = quarrels.entries().next().value || [];
    conflict.hidden = !box;
    if (!box) return;
    const label = form.querySelector(`label[for="${box.area.id}"]`);
    document.getElementById("app-theirs-where").textContent = label.textContent.trim();
    document.getElementById("app-theirs").textContent = theirs.theirs || "(nothing)";
    line.textContent = "Not saved: somebody else changed these notes.";
  }

  document.getElementById("app-add-theirs").addEventListener("click", () => {
    const [box, { theirs }] = quarrels.entries().next().value;
    box.area.value = `${theirs}\n\n${box.area.value}`;
    box.area.focus();
  });
  document.getElementById("app-keep-mine").addEventListener("click", () => {
    const [box, { version }] = quarrels.entries().next().value;
    box.version.value = version;
    box.kept = null;
    quarrels.delete(box);
    showQuarrel();
    box.area.focus();
    notes.save();
  });
  for (const { area } of boxes) {
    area.addEventListener("input", () => {
      clearTimeout(notes.timer);
      notes.timer = setTimeout(notes.save, SAVE_AFTER_MS);
      notes.isSent = false;
    });
    area.addEventListener("blur", notes.save);
  }
  document.addEventListener("visibilitychange", () => document.hidden && notes.save());
  window.addEventListener("pagehide", notes.lastWords);
  form.addEventListener("submit", () => (notes.isSent = true));
  // Whoever leaves in a hurry is asked nothing.
  window.addEventListener("beforeunload", (event) => {
    if (notes.isGone || notes.isSent || isLeft() || !notes.unsaved()) return;
    notes.save();
    event.preventDefault();
  });
  // Leaving in a hurry ends the session, so what was typed has to go out before: when the page is blanked.
  new MutationObserver(() => {
    if (isLeft()) notes.lastWords();
  }).observe(document.body, { attributeFilter: ["class"] });
  return notes;
}

// Says whether somebody has pressed "Exit this page".
function isLeft() {
  return document.body.classList.contains("govuk-exit-this-page-hide-content");
}

// A phrase of the panel is put in where the writer is, or was last.
function offerPhrases(form) {
  if (!form) return;
  let area = form.querySelector("textarea");
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("textarea")) area = event.target;
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-phrase]");
    if (!button) return;
    const before = area.value.slice(0, area.selectionStart);
    const space = before && !/\s$/.test(before) ? " " : "";
    area.setRangeText(space + button.dataset.phrase, area.selectionStart, area.selectionEnd, "end");
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// A button or a link waits until what was typed is saved, and stays when it cannot be. Leaving in a hurry never waits.
function holdUntilSaved(notes) {
  if (!notes) return;
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.id === "app-notes" || form.method !== "post" || (!notes.unsaved() && !notes.running)) return;
    event.preventDefault();
    if (await notes.save()) form.requestSubmit(event.submitter);
    else goTo("app-notes");
  });
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    const leaving = link && !link.closest(".govuk-exit-this-page") && !link.hash && !link.target;
    if (!leaving || event.ctrlKey || event.metaKey || event.shiftKey || (!notes.unsaved() && !notes.running)) return;
    event.preventDefault();
    if (await notes.save()) window.location.assign(link.href);
    else goTo("app-notes");
  });
}

function goTo(id) {
  document.getElementById(id).scrollIntoView();
}

function watchPulse(root, notes, timer) {
  const stale = watchStaleness(document.getElementById("app-stale"), say);
  let etag = "";
  const ask = async () => {
    const answer = await fetch(root.dataset.pulse, {
      headers: { "X-Requested-With": "fetch", "If-None-Match": etag }, signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { status: answer.status, etag: answer.headers.get("ETag"), now: answer.status === 200 ? await answer.json() : null };
  };
  const look = async () => {
    let wait = PULSE_MS;
    if (!document.hidden && !isHidden()) {
      const answer = await ask().catch(() => null);
      const isClosed = answer && [403, 404].includes(answer.status);
      // Somebody else may have signed in in this browser: the page is closed to them, and not to whose it is.
      const whose = isClosed ? await renewToken() : "";
      if (whose === "same") return close(root, notes);
      if (whose === "other") return stale.tell(OTHER);
      if (!answer || isClosed || answer.status >= 500) stale.isUnanswered();
      else if (answer.status >= 400) stale.isSignedOut();
      else stale.isFresh();
      if (!answer || answer.status >= 400) wait = SLOW_PULSE_MS;
      if (answer && answer.now) {
        etag = answer.etag || "";
        compare(answer.now);
      }
    }
    setTimeout(look, wait);
  };
  const compare = (now) => {
    const otherNotes = notes && !notes.running && now.notes_version > notes.version();
    const decided = root.dataset.watch === "all" && (now.outcome || "") !== root.dataset.outcome;
    const others = decided || now.actions !== Number(root.dataset.actions);
    const isTold = !document.getElementById("app-changed").hidden;
    // Of a round in writing nobody is in the room.
    const came = root.dataset.watch === "all" && root.dataset.present && now.present !== Number(root.dataset.present);
    if (now.adjourned !== (root.dataset.adjourned === "yes")) adjourn(root, timer, now.adjourned);
    else if ((otherNotes || others) && !isTold) tell("Somebody else has changed this item.");
    else if (came && !isTold) tell("Somebody has come or gone.");
    const emergency = document.getElementById("app-emergency");
    if (now.emergencies && emergency.hidden) say("An emergency waits for the chair’s answer.");
    emergency.hidden = !now.emergencies;
  };
  setTimeout(look, PULSE_MS);
}

// Whoever must not know of the case any more reads it no longer, and nothing of it goes on being kept here.
function close(root, notes) {
  if (notes) notes.end();
  const main = document.getElementById("main-content");
  main.innerHTML =
    '<h1 class="govuk-heading-l" tabindex="-1">This page is not open to you any more</h1>' +
    '<p class="govuk-body"><a class="govuk-link">Go to the meeting</a></p>';
  main.querySelector("a").href = root.dataset.meeting;
  document.title = "Not open – Panels";
  main.querySelector("h1").focus();
}

// Everybody learns within seconds that the meeting stands still, or goes on.
function adjourn(root, timer, adjourned) {
  root.dataset.adjourned = adjourned ? "yes" : "";
  if (timer && adjourned) timer.dataset.held = "";
  else if (timer) delete timer.dataset.held;
  tell(adjourned ? "The meeting is adjourned. Your notes are kept." : "The meeting goes on.");
}

function tell(sentence) {
  document.getElementById("app-changed-words").textContent = sentence;
  document.getElementById("app-changed").hidden = false;
  say(sentence);
}
