// Starts the libraries' components, and what every page has of ours. Each has a twin that works without script.
import * as govuk from "./vendor/govuk.js";
import * as moj from "./vendor/moj.js";
import { watchIdle } from "./idle.js";

govuk.initAll();
moj.initAll();
watchIdle(document.getElementById("app-idle"));
