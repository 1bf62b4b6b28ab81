// Shows a part of a form while an answer asks for it, to one question or to any of some. Without script it always
// stands there.
export function watchReveals(parts) {
  for (const part of parts) {
    const answers = part.dataset.shownWhen.split(" ").flatMap((name) => [...document.getElementsByName(name)]);
    const values = part.dataset.values.split(" ");
    const given = (one) => (one.tagName === "SELECT" || one.checked) && values.includes(one.value);
    const refused = part.querySelector(".govuk-error-message");
    const show = () => { part.hidden = !refused && !answers.some(given); };
    answers.forEach((one) => one.addEventListener("change", show));
    show();
  }
}
