import { render } from "preact";
import { start } from "./api/session.ts";
import { App } from "./shell/app.tsx";
import { runClock } from "./state/clock.ts";
import { sendHeldOnLeave } from "./state/held.ts";
import { listenToKeys } from "./state/keys.ts";
import { followLinks } from "./state/location.ts";
import * as theme from "./state/theme.ts";
import "./style/index.css";

theme.apply();
runClock();
listenToKeys();
followLinks();
sendHeldOnLeave();
render(<App />, document.getElementById("app") as HTMLElement);
await start();
