import { HookError } from "../../errors.ts";
import type { Mode, VerifiedWebhook } from "../../event/webhook.ts";
import type { Stack } from "../../route/stack.ts";
import { type Incoming, keep, noteReply } from "../inbox/keep.ts";
import type { ServedRoute } from "../served-route.ts";
import type { Surroundings } from "../services.ts";
import { type Answer, PROBED, refusal } from "./answer.ts";
import {
	admit,
	branchOf,
	countRequest,
	isProbe,
	type Notes,
	prove,
	tolerate,
} from "./gates.ts";
import { handle } from "./handle.ts";
import type { Inbound } from "./inbound.ts";
import { resolve } from "./resolve.ts";

/** Passes a request through the gates in their order, then to the handler. */
export async function receive(
	stack: Stack<ServedRoute>,
	request: Inbound,
	surroundings: Surroundings,
): Promise<Answer> {
	const notes: Notes = { reports: [], doubts: [] };
	surroundings.occupancy.enter();
	try {
		admit(stack, request.client, notes); // 403, before a byte of the body is read
		const counted = countRequest(stack, request, surroundings.limits);
		const excess = counted instanceof Promise ? await counted : counted;
		if (excess !== undefined) throw excess; // 429
		if (isProbe(stack, request)) return PROBED;
		const branch = branchOf(stack, request.method); // 405
		const raw = request.hasBody
			? await request.read(stack.bodyLimitBytes)
			: NO_BODY; // 413, 415
		const webhook = prove(stack, request, raw, notes); // 401
		return await unlessRepeated(
			webhook,
			stack,
			request,
			surroundings,
			async () => {
				const unpacked = request.hasBody
					? request.unpack(raw, stack.bodyLimitBytes)
					: undefined;
				const found = unpacked && (await unpacked.catch(toUndecoded)); // 413, 415
				const resolved = tolerate(
					resolve(branch, webhook, request, found),
					notes,
				); // 400, 422, 404
				const text = found instanceof HookError ? undefined : found;
				const { own } = surroundings;
				const taken = take(
					{ resolved, request, text, notes, own },
					surroundings,
				); // 503
				return text === undefined ? taken : { ...(await taken), text };
			},
		);
	} catch (error) {
		const { reports } = notes;
		if (error instanceof HookError) return refusal(error, { reports });
		return refusal(error, { reports, mode: modeOf(stack) });
	} finally {
		surroundings.occupancy.leave();
	}
}

// --- helpers ---

const NO_BODY = Buffer.alloc(0);

/**
 * Returns the mode of a fault before a route is known. A single reply route makes it `reply`, because accept routes may answer
 * 503 as well.
 */
function modeOf({ routes }: Stack<ServedRoute>): Mode {
	return routes.some(({ mode }) => mode === "reply") ? "reply" : "accept";
}

/** Returns BODY_ENCODING, because such a body may be kept. Throws every other error. */
function toUndecoded(error: unknown): HookError {
	if (error instanceof HookError && error.code === "BODY_ENCODING")
		return error;
	throw error;
}

/** Keeps webhooks that are handled later or not trusted, and handles the others. */
function take(incoming: Incoming, surroundings: Surroundings): Promise<Answer> {
	const { inbox, tracing } = surroundings;
	const { resolved, notes } = incoming;
	const { route, invalid } = resolved;
	const [doubt] = notes.doubts;
	if (inbox === undefined) {
		// The check refuses `quarantine` without an inbox; a webhook that is not trusted is never handled.
		if (doubt !== undefined) throw doubt;
		return handle(resolved, notes.reports, surroundings);
	}
	const isForLater =
		route.mode === "accept" && invalid === undefined && !route.isUnkept;
	if (isForLater || doubt !== undefined) return keep(incoming, inbox, tracing);
	const answer = handle(resolved, notes.reports, surroundings);
	// Stores no invalid event of a reply route: it is in the log, and its sender cannot fill the disk.
	if (!route.isRecorded || invalid !== undefined) return answer;
	return answer.then((given) => noteReply(incoming, given, inbox));
}

/** Handles a webhook. If its mark was accepted before, repeats the first answer instead. */
function unlessRepeated(
	{ mark }: VerifiedWebhook,
	{ path }: Stack<ServedRoute>,
	{ receivedAt }: Inbound,
	{ repeats }: Surroundings,
	work: () => Promise<Answer>,
): Promise<Answer> {
	if (mark === undefined) return work();
	return repeats.answer(mark, { path, now: receivedAt }, work);
}
