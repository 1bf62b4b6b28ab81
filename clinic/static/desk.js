// The page of a decision: where the focus begins, and single keys for whoever turns them on. Everything that a key does
// is a radio button or a link of the page; the keys are off until somebody ticks the box, in this browser.

const OUTCOMES = { a: "accept", i: "return_for_information", d: "redirect", j: "reject" };
const LINKS = { m: "app-ask", n: "app-next" };
const KEPT = "desk-shortcuts";

export function watchDesk(heading, form, box) {
  if (!heading) return;
  // Who comes from the decision before is to read this one, not the notice above it.
  if (location.hash === "#decide") heading.focus();
  if (!form || !box) return;
  const tick = box.querySelector("input");
  box.hidden = false;
  tick.checked = localStorage.getItem(KEPT) === "on";
  tick.addEventListener("change", () => localStorage.setItem(KEPT, tick.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (tick.checked && !event.ctrlKey && !event.altKey && !event.metaKey && !isTyping(event.target)) press(event, form);
  });
}

function isTyping(element) {
  return element.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
}

function press(event, form) {
  const key = event.key.toLowerCase();
  const chosen = OUTCOMES[key]
    ? form.querySelector(`input[name=outcome][value=${OUTCOMES[key]}]`)
    : document.getElementById(LINKS[key] || "");
  if (!chosen) return;
  event.preventDefault();
  if (OUTCOMES[key]) chosen.focus();
  chosen.click();
}
