// Up, Down, Remove and Save timings without leaving the page. The buttons are real submit buttons: whatever does not go
// well here is sent as the form it is, and the server answers with a page.

export function watchAgenda(builder) {
  if (!builder) return;
  builder.addEventListener("submit", (event) => {
    if (event.target.id !== "agenda-order" || builder.dataset.plain) return;
    event.preventDefault();
    if (builder.getAttribute("aria-busy") === "true") return;
    if (event.submitter && event.submitter.getAttribute("aria-disabled") === "true") return;
    send(builder, event.target, event.submitter);
  });
}

async function send(builder, form, button) {
  // Enter in a box of minutes presses the hidden button, which has no id: the box keeps the focus.
  const pressed = (button && button.id) || (document.activeElement && document.activeElement.id) || "";
  builder.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(button && button.hasAttribute("formaction") ? button.formAction : form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { "X-Requested-With": "fetch" },
    });
    const type = answer.headers.get("Content-Type") || "";
    if (!answer.ok || !type.includes("json")) throw new Error("not changed");
    show(builder, await answer.json(), pressed);
  } catch {
    builder.dataset.plain = "yes";
    form.requestSubmit(button);
  } finally {
    builder.removeAttribute("aria-busy");
  }
}

function show(builder, { html, message }, pressed) {
  builder.innerHTML = html;
  document.getElementById("agenda-status").textContent = message;
  const again = document.getElementById(pressed) || builder.querySelector(".app-agenda__button, button");
  if (again) again.focus();
}
