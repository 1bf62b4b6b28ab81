// What the scripts of a page share of its session: that it has just been used, and the token that goes with each form.

// Says that the service has answered a request that somebody made, so that the session lasts from now on.
export function noteUse() {
  document.dispatchEvent(new Event("app-used"));
}

// Whoever signs in again in another tab has a new token: a page that shows nothing of anybody has it. Says whether it
// is the "same" person, an "other" one, or nobody yet.
export async function renewToken() {
  const answer = await fetch("/hidden", { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (!answer || !answer.ok) return "";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [here, there] = [document, page].map((one) => one.getElementById("app-idle"));
  if (!there) return "";
  if (there.dataset.me !== here.dataset.me) return "other";
  putToken(there.dataset.token);
  return "same";
}

// Every form of the page is sent with this token from now on, not only the one that met the new session first.
export function putToken(token) {
  document.getElementById("app-idle").dataset.token = token;
  document.querySelectorAll("input[name=csrf_token]").forEach((field) => (field.value = token));
}

// Whose page this is.
export function me() {
  const settings = document.getElementById("app-idle");
  return settings ? settings.dataset.me : "";
}
