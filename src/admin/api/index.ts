import type { AdminOperation } from "../operation.ts";
import { ABOUT } from "./about.ts";
import { CONFIGURATION } from "./configuration.ts";
import { COPIES } from "./copies.ts";
import { DELIVERIES } from "./deliveries/operations.ts";
import { EVENTS } from "./events.ts";
import { EXPLAIN } from "./explain.ts";
import { FINDINGS } from "./findings.ts";
import { HISTORY } from "./history.ts";
import { KINDS } from "./kinds.ts";
import { NETWORKS } from "./networks.ts";
import { PAUSES } from "./pauses.ts";
import { PHONE } from "./phone.ts";
import { PHONE_AUDIO } from "./phone-audio.ts";
import { RELOAD } from "./reload.ts";
import { ROUTES } from "./routes.ts";
import { SEND } from "./send.ts";
import { STATS } from "./stats.ts";
import { SUMMARY } from "./summary.ts";

/** The operations of the admin API, in the order of its documentation. A resource is a file beside this one, and a line here. */
export const OPERATIONS: readonly AdminOperation[] = [
	...ABOUT,
	...SUMMARY,
	...ROUTES,
	...STATS,
	...PAUSES,
	...DELIVERIES,
	...KINDS,
	...HISTORY,
	...SEND,
	...EXPLAIN,
	...PHONE,
	...PHONE_AUDIO,
	...EVENTS,
	...CONFIGURATION,
	...COPIES,
	...FINDINGS,
	...RELOAD,
	...NETWORKS,
];
