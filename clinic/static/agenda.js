// Up, Down, Remove and Save timings without leaving the page, and dragging a line to its place. The buttons are real
// submit buttons: whatever does not go well here is sent as the form it is, and the server answers with a page.
import { noteUse } from "./session.js";

export function watchAgenda(builder) {
  if (!builder) return;
  builder.addEventListener("submit", (event) => {
    if (event.target.id !== "agenda-order" || builder.dataset.plain) return;
    // This button leads to another page.
    if (event.submitter && event.submitter.dataset.elsewhere) return;
    event.preventDefault();
    if (builder.getAttribute("aria-busy") === "true") return;
    if (event.submitter && event.submitter.getAttribute("aria-disabled") === "true") return;
    send(builder, event.target, event.submitter);
  });
  letDrag(builder);
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
    noteUse();
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
  letDrag(builder);
}

// A line may also be dragged by its handle. What is sent is the same form, with the whole order, by a button of its own.
async function letDrag(builder) {
  const form = builder.querySelector("#agenda-order");
  const list = form && form.querySelector(".app-agenda__list");
  if (!list || list.children.length < 2) return;
  await import("./vendor/sortable.js");
  list.querySelectorAll(".app-agenda__handle").forEach((handle) => { handle.hidden = false; });
  self.Sortable.create(list, {
    handle: ".app-agenda__handle",
    forceFallback: true,
    onEnd: ({ item, oldIndex, newIndex }) => {
      if (oldIndex !== newIndex) arrange(builder, form, list, item.id.replace("item-", ""));
    },
  });
}

function arrange(builder, form, list, dragged) {
  const order = [...list.children].map((line) => line.id.replace("item-", "")).join(",");
  for (const [name, value] of Object.entries({ order, dragged })) {
    const field = form.elements.namedItem(name) || form.appendChild(document.createElement("input"));
    Object.assign(field, { type: "hidden", name, value });
  }
  const button = form.appendChild(document.createElement("button"));
  Object.assign(button, { id: `up-${dragged}`, hidden: true, formAction: builder.dataset.arrange });
  document.getElementById(`up-${dragged}`).removeAttribute("id");
  form.requestSubmit(button);
}
