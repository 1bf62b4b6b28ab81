// Shows a part of a form while an answer asks for it. Without script it always stands there.
export function watchReveals(parts) {
  for (const part of parts) {
    const answers = [...document.getElementsByName(part.dataset.shownWhen)];
    const values = part.dataset.values.split(" ");
    const show = () => { part.hidden = !answers.some((one) => one.checked && values.includes(one.value)); };
    answers.forEach((one) => one.addEventListener("change", show));
    show();
  }
}
