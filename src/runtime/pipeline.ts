import { HookError } from "../errors.ts";
import type { Headers } from "../event/webhook.ts";
import type { Client } from "../gate/client-address.ts";
import type { Lane } from "../route/lane.ts";
import { laneFor, type Stack } from "../route/stack.ts";
import { type Answer, PROBED, refusal } from "./answer.ts";
import { handle } from "./handle.ts";
import { type Arrival, type Resolved, resolve } from "./resolve.ts";
import type { ServedRoute } from "./served-route.ts";

/** A request as the pipeline sees it, whatever server brought it. */
export interface Inbound extends Arrival {
	/** Upper case. */
	readonly method: string;
	/** The text after `?`, undecoded. */
	readonly query: string;
	readonly headers: Headers;
	readonly client: Client;
	/** True when the request announces a body, even an empty one. */
	readonly hasBody: boolean;
	/** Reads the body. Throws BODY_TYPE before it reads, BODY_TOO_LARGE and BODY_ABORTED while it does. */
	read(limitBytes: number): Promise<Uint8Array>;
	/**
	 * The body as text where its bytes are not plain UTF-8 (compressed, or another charset); undefined
	 * where they are. Throws BODY_TOO_LARGE when it unpacks to more than the limit.
	 */
	unpack(raw: Uint8Array, limitBytes: number): Promise<string> | undefined;
}

/** What becomes of a request: the gates in their order, then the handler. */
export async function receive(
	stack: Stack<ServedRoute>,
	request: Inbound,
	drain: AbortSignal,
): Promise<Answer> {
	const reports: HookError[] = [];
	try {
		admit(stack, request.client, reports); // 403, before a byte of the body is read
		if (isProbe(stack, request)) return PROBED;
		const lane = laneOf(stack, request.method); // 405
		const raw = request.hasBody
			? await request.read(stack.bodyLimitBytes)
			: NO_BODY; // 413, 415
		const { method, query, headers } = request;
		const webhook = stack.signature.verify({ method, query, headers, raw }); // 401
		const unpacked = request.hasBody
			? request.unpack(raw, stack.bodyLimitBytes)
			: undefined;
		const text = unpacked && (await unpacked); // 413, 415
		const resolved = tolerate(resolve(lane, webhook, request, text), reports); // 400, 422, 404
		return await handle(resolved, reports, drain);
	} catch (error) {
		return refusal(error, { reports });
	}
}

/** Throws FIREWALL_DENIED, or notes it where the path only reports. */
export function admit(
	stack: Stack<ServedRoute>,
	client: Client,
	reports: HookError[],
): void {
	try {
		stack.firewall.admit(client);
	} catch (error) {
		if (stack.onDenied !== "report" || !(error instanceof HookError))
			throw error;
		reports.push(error);
	}
}

/**
 * True for a request that asks only whether the URL answers: a bare GET of a URL that the platform
 * probes before it saves it, and a HEAD of what is no file; neither ever carries a webhook.
 */
export function isProbe(
	stack: Stack<ServedRoute>,
	request: Pick<Inbound, "method" | "query" | "hasBody">,
): boolean {
	const { method, query, hasBody } = request;
	if (method === "HEAD")
		return (
			stack.isProbed ||
			(stack.lanes.has("GET") && !servesFiles(stack.lanes.get("GET")))
		);
	return stack.isProbed && method === "GET" && query === "" && !hasBody;
}

/** The routes of a method. Throws ROUTE_METHOD. */
export function laneOf(
	stack: Stack<ServedRoute>,
	method: string,
): Lane<ServedRoute> {
	const lane = laneFor(stack, method);
	if (lane !== undefined) return lane;
	throw new HookError(
		"ROUTE_METHOD",
		`${method} is not among: ${stack.allow}`,
		{
			headers: { allow: stack.allow },
		},
	);
}

/** Lets an invalid event pass where its route only reports. */
export function tolerate(resolved: Resolved, reports: HookError[]): Resolved {
	const { invalid, route } = resolved;
	if (invalid === undefined || route.onInvalid !== "report") return resolved;
	reports.push(invalid);
	return { ...resolved, invalid: undefined };
}

// --- helpers ---

const NO_BODY = Buffer.alloc(0);

function servesFiles(lane: Lane<ServedRoute> | undefined): boolean {
	return (
		lane?.kinds.every(({ routes }) =>
			routes.every(({ handler }) => handler.type === "static"),
		) ?? false
	);
}
