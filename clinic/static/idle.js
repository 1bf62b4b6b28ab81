// Warns two minutes before the session ends for want of use, and lets the person stay. Nothing typed is lost: the
// page is not left, and when the session has ended the text stays on it.
const WARNING_MS = 2 * 60 * 1000;

export function watchIdle(settings) {
  if (!settings) return;
  let timer;
  const idle = Number(settings.dataset.minutes) * 60 * 1000;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => warn(settings, wait), idle - WARNING_MS);
  };
  wait();
}

function warn(settings, wait) {
  const box = document.createElement("div");
  box.className = "app-idle";
  box.setAttribute("role", "alertdialog");
  box.setAttribute("aria-labelledby", "app-idle-title");
  box.innerHTML =
    '<h2 class="govuk-heading-m" id="app-idle-title">You will be signed out in 2 minutes</h2>' +
    '<p class="govuk-body">You have not used the service for a while. What you typed stays on the page.</p>' +
    '<button type="button" class="govuk-button">Stay signed in</button>';
  const before = document.activeElement;
  document.body.append(box);
  const stay = box.querySelector("button");
  stay.focus();
  const ended = setTimeout(() => {
    box.querySelector("h2").textContent = "You have been signed out";
    box.querySelector("p").textContent =
      "Copy what you typed if you need it, or sign in again in another tab and then send this page.";
    stay.remove();
  }, WARNING_MS);
  stay.addEventListener("click", async () => {
    const answer = await fetch(settings.dataset.extend, {
      method: "POST",
      headers: { "X-CSRFToken": settings.dataset.token, "X-Requested-With": "fetch" },
    }).catch(() => null);
    if (!answer || !answer.ok) return;
    clearTimeout(ended);
    box.remove();
    if (before) before.focus();
    wait();
  });
}
