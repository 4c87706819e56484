import { createReadiness } from "../../admin/readiness.ts";
import type { AdminRouter } from "../../admin/router.ts";
import { SYSTEM_TIMING } from "../../inbox/worker/timing.ts";
import { memoLast } from "../../memo.ts";
import { createPhone } from "../../phone/phone.ts";
import { createSwitchboard } from "../../phone/switchboard.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { createRouterLine } from "../request/router-line.ts";
import { samplesOf } from "../request/sample.ts";
import { createCounts } from "./counts.ts";
import { explainWebhook } from "./explain.ts";
import type { AdminParts, AdminState } from "./open.ts";
import { sendWebhook } from "./send.ts";

/** Creates the router as its admin API sees it. */
export function createAdminRouter(
	{
		source,
		log,
		version,
		inbox,
		socket,
		workers = 1,
		isServing,
		full,
		loadKinds,
	}: AdminParts,
	state: AdminState,
): AdminRouter {
	const startedAt = Math.round(performance.timeOrigin);
	const { settings, runtime } = source;
	// A reload may bring other kinds.
	const kinds = memoLast((_: Runtime) => loadKinds());
	return {
		...source,
		phone: createPhone({
			line: createRouterLine({ settings, runtime, socket }),
			board: createSwitchboard({ runtime, addresses: () => state.addresses }),
			clock: SYSTEM_TIMING,
		}),
		log: log.of("admin"),
		about: () => ({
			mode: "router",
			version,
			startedAt,
			pid: process.pid,
			addresses: state.addresses,
			inbox,
			workers,
		}),
		kinds: () => kinds(source.runtime()),
		samplesOf: (kind) => samplesOf(kind, new Date()),
		send: (webhook) =>
			sendWebhook(webhook, {
				settings: source.settings(),
				runtime: source.runtime(),
				socket,
				loadKinds: () => kinds(source.runtime()),
			}),
		counts: createCounts(() => source.store),
		explain: (webhook) =>
			explainWebhook(webhook, {
				settings: source.settings(),
				runtime: source.runtime(),
				store: source.store,
				socket,
				loadKinds,
			}),
		readiness: createReadiness({
			isServing: () => state.isServing && (isServing?.() ?? true),
			store: source.store,
			full,
		}),
	};
}
