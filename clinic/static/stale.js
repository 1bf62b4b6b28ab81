// A page that keeps itself up to date says, for everybody to see, when it is not any more.

// 10:42am
function clock(moment) {
  return moment.toLocaleTimeString("en-GB", {
    hour: "numeric", minute: "2-digit", hour12: true, timeZone: "Europe/London",
  }).replace(/\s/g, "");
}

// Shows its sentences in `box`; each is said once, by `say`.
export function watchStaleness(box, say) {
  const line = box.querySelector("p");
  let known = new Date();
  const tell = (text) => {
    if (line.textContent === text) return;
    line.textContent = text;
    box.hidden = !text;
    say(text);
  };
  return {
    isFresh() {
      known = new Date();
      tell("");
    },
    isUnanswered: () => tell(`Not up to date since ${clock(known)}. Trying again.`),
    isSignedOut: () => tell(
      `You are signed out: sign in again in another tab, or load this page again. Not up to date since ${clock(known)}.`),
    tell,
  };
}
