import type { Settings } from "../../config/settings.ts";
import type { Line } from "../../phone/line.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { CannotRun } from "../io.ts";
import { toLineRequest } from "./line-request.ts";
import { sendOverControl, withoutControl } from "./over-control.ts";
import type { SigningGround } from "./sign.ts";

/** The router at the other end of a line. */
export interface LineGround {
	readonly settings: () => Pick<Settings, "routes">;
	readonly runtime: () => Pick<Runtime, "table">;
	/** The path of its control socket. */
	readonly socket: string;
	readonly unset?: SigningGround["unset"];
}

/** Creates a line to a running router, over its control socket: through all gates, as a client that the firewall admits. */
export function createRouterLine({
	settings,
	runtime,
	socket,
	unset,
}: LineGround): Line {
	return {
		async send(webhook) {
			const { routes } = settings();
			const { table } = runtime();
			const request = toLineRequest(webhook, { routes, table, unset });
			const { response, outcome } = await sendOverControl(
				request,
				socket,
				undefined,
				webhook.maxBytes,
			);
			if (outcome === undefined)
				throw new CannotRun("another program answered on the control socket");
			const { status, body, durationMs } = response;
			return {
				...{ status, body, ms: durationMs },
				headers: withoutControl(response),
				outcome: outcome.outcome,
				route: outcome.route,
				event: outcome.event,
				error: outcome.error,
				reason: outcome.reason,
			};
		},
	};
}
