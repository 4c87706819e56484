import { toLineRequest } from "../cli/request/line-request.ts";
import type { Settings } from "../config/settings.ts";
import { AnswerTooLong, type Line } from "../phone/line.ts";
import { toSent } from "./observed.ts";
import { readReplyBody } from "./receive.ts";
import type { RunningRouter } from "./running.ts";

/** Creates a line to a router in this process. `onSent` gets the name of each route that was reached. */
export function createTestLine(
	router: RunningRouter,
	settings: Pick<Settings, "routes">,
	onSent: (route: string) => void = () => {},
): Line {
	const { table } = router.runtime;
	return {
		async send(webhook) {
			const request = router.run(() =>
				toLineRequest(webhook, { routes: settings.routes, table }),
			);
			const visit = await router.send(request);
			const sent = await toSent(request, undefined, visit, router.trace);
			if (sent.route !== undefined) onSent(sent.route);
			const body = await readReplyBody(visit.answer.reply);
			const { maxBytes } = webhook;
			if (maxBytes !== undefined && body.length > maxBytes)
				throw new AnswerTooLong(maxBytes);
			return {
				status: sent.status,
				headers: sent.headers,
				body,
				ms: visit.durationMs,
				outcome: sent.outcome,
				route: sent.route,
				event: sent.event,
				error: sent.code,
				reason: sent.reason,
			};
		},
	};
}
