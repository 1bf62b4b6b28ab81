// Starts the libraries' components, and what every page has of ours. Each has a twin that works without script.
import * as govuk from "./vendor/govuk.js";
import * as moj from "./vendor/moj.js";
import { watchAgenda } from "./agenda.js";
import { watchDesk } from "./desk.js";
import { watchFollowing } from "./following.js";
import { watchHiding } from "./hide.js";
import { watchIdle } from "./idle.js";
import { watchImport } from "./import.js";
import { runLive } from "./live.js";
import { watchReveals } from "./reveal.js";

govuk.initAll();
moj.initAll();
watchIdle(document.getElementById("app-idle"));
runLive(document.getElementById("app-live"));
watchHiding();
watchFollowing(document.getElementById("app-following"));
watchAgenda(document.getElementById("agenda-builder"));
watchDesk(
  document.getElementById("decide"), document.getElementById("app-decide"), document.getElementById("app-shortcuts"),
);
watchImport(document.getElementById("app-import"));
watchReveals(document.querySelectorAll(".app-reveal"));
