// Blanks the page at once when somebody hides their screen: the server's answer takes longer than a glance.
export function watchHiding() {
  document.addEventListener("submit", (event) => {
    if (new URL(event.target.action).pathname === "/hide") document.body.classList.add("app-hidden");
  }, true);
  window.addEventListener("pageshow", () => document.body.classList.remove("app-hidden"));
}
