import { HookError } from "../../errors.ts";
import { isRecord } from "../../event/is-record.ts";
import { hasPath } from "../../route/route.ts";
import type { Runtime } from "../runtime.ts";
import { type Answer, EMPTY_OK, refusal } from "./answer.ts";

/** The header by which an operator, and a test, name the internal route of an event. No listener for requests reads it. */
export const INTERNAL_HEADER = "switchhook-route";

/** Hands an event of the operator on to an internal route. `read` returns the payload as JSON. Never throws. */
export async function handIn(
	runtime: Pick<Runtime, "routes" | "handOn" | "inbox">,
	name: string,
	read: () => Promise<Uint8Array>,
): Promise<Answer> {
	const route = runtime.routes.find((one) => one.name === name);
	try {
		if (route === undefined || hasPath(route)) {
			const detail = `no internal route is named \`${name}\``;
			throw new HookError("ROUTE_UNKNOWN", detail);
		}
		const event = await runtime.handOn(name, parse(await read()));
		return {
			reply: EMPTY_OK,
			outcome:
				runtime.inbox === undefined || route.isUnkept ? "handled" : "received",
			error: undefined,
			reports: [],
			route,
			event,
		};
	} catch (error) {
		return refusal(error, { route });
	}
}

// --- helpers ---

function parse(raw: Uint8Array): Readonly<Record<string, unknown>> {
	let payload: unknown;
	try {
		payload = JSON.parse(Buffer.from(raw).toString());
	} catch {}
	if (isRecord(payload)) return payload;
	throw new HookError(
		"BODY_JSON",
		"an internal route takes a JSON object as its payload",
	);
}
