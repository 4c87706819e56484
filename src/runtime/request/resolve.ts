import { HookError } from "../../errors.ts";
import { createEventId } from "../../event/id.ts";
import { isRecord } from "../../event/is-record.ts";
import type { TraceContext } from "../../event/trace-context.ts";
import type {
	Encoding,
	HookEvent,
	Payload,
	VerifiedWebhook,
} from "../../event/webhook.ts";
import { parseWebhook } from "../../gate/body.ts";
import { cutParameters } from "../../inbox/port/envelope.ts";
import { describeProblems } from "../../kind/kind.ts";
import type { Branch, KindBranch } from "../../route/branch.ts";
import { placeOfLevel } from "../../route/route.ts";
import type { ServedRoute } from "../served-route.ts";

/** An event and the route that handles it. */
export interface Resolved {
	readonly route: ServedRoute;
	readonly event: HookEvent;
	/**
	 * PAYLOAD_INVALID if the event does not fit its schema. PAYLOAD_UNRECOGNIZED and PAYLOAD_UNROUTED if it fits no kind and no
	 * route. BODY_ENCODING if its text cannot be decoded: the payload is then empty, and the widest route keeps the event.
	 */
	readonly invalid: HookError | undefined;
}

/** The parts of the request that resolution needs in addition to the webhook. */
export interface Arrival {
	readonly params: Readonly<Record<string, string>>;
	/** Milliseconds since the epoch. */
	readonly receivedAt: number;
	/** The trace that the request belongs to. Undefined if there is none. */
	readonly trace?: TraceContext | undefined;
}

/** Collects the results of each step of a resolution, as far as it got. Only `explain` uses it. */
export interface Trail {
	/** The form of the payload. Undefined if it could not be parsed. */
	encoding?: Encoding;
	/** The payload before its kind decoded it. */
	parsed?: Payload;
	/** The kind that recognised the payload, and its routes. */
	kindBranch?: KindBranch<ServedRoute>;
	/** The payload in the kind's own shape. */
	payload?: Payload;
	/** The route whose `match` fits. */
	route?: ServedRoute | undefined;
}

/**
 * Parses a verified webhook, identifies its kind, converts the payload into the kind's shape, chooses the route and validates
 * the payload. `text` is the decoded body if its bytes are not plain UTF-8, or the error of decoding it. Throws BODY_TYPE,
 * BODY_JSON and BODY_EMPTY. Throws BODY_ENCODING, PAYLOAD_UNRECOGNIZED and PAYLOAD_UNROUTED unless all possible routes keep
 * invalid events: the platform does not retry after such a refusal, so the webhook would be lost.
 *
 * @param trail gets the result of each step, also before a throw. A served request has no trail
 */
export function resolve(
	branch: Branch<ServedRoute>,
	webhook: VerifiedWebhook,
	arrival: Arrival,
	text?: string | HookError,
	trail?: Trail,
): Resolved {
	const toEvent = (route: ServedRoute, payload: Payload): HookEvent => ({
		id: createEventId(arrival.receivedAt),
		kind: route.kind.name,
		level: route.level,
		route: route.name,
		payload,
		receivedAt: arrival.receivedAt,
		attempt: 1,
		claims: webhook.claims,
		raw: webhook.raw,
		params: arrival.params,
		headers: route.keepHeaders(webhook.headers),
		method: webhook.method,
		// If there is a body, the query belongs to the application, including a `sig` in it.
		query:
			encoding === "query"
				? cutParameters(webhook.query, route.secretParameters)
				: webhook.query,
		handedOn: 0,
		trace: arrival.trace,
	});
	/** Throws the reason why nothing fits, unless the event is kept. */
	const keepOr = (
		invalid: unknown,
		candidates: readonly ServedRoute[],
		payload: Payload,
	): Resolved => {
		const route = keeperAmong(candidates);
		if (route === undefined || !(invalid instanceof HookError)) throw invalid;
		return { route, event: toEvent(route, payload), invalid };
	};

	let parsed: Payload = NO_FIELDS;
	let encoding: Encoding;
	let kindBranch: KindBranch<ServedRoute>;
	try {
		if (text instanceof HookError) throw text;
		({ payload: parsed, encoding } = parseWebhook(
			webhook,
			branch.encodings,
			text,
		));
		if (trail !== undefined) leave(trail, { parsed, encoding });
		kindBranch = branch.identify(parsed);
	} catch (error) {
		if (!isKept(error)) throw error;
		const all = branch.kinds.flatMap(({ routes }) => routes);
		return keepOr(error, all, parsed);
	}
	const { kind, routes } = kindBranch;
	const payload = isRecord(parsed) ? kind.decode(parsed, encoding) : parsed;
	const route = kindBranch.select({
		payload,
		headers: webhook.headers,
		query: webhook.query,
		params: arrival.params,
		claims: webhook.claims,
	});
	if (trail !== undefined) leave(trail, { kindBranch, payload, route });
	if (route === undefined) {
		const why = `no route for \`${kind.name}\` on this path has a \`match\` that fits`;
		return keepOr(new HookError("PAYLOAD_UNROUTED", why), routes, payload);
	}
	const problems = kind.validate(payload);
	return {
		route,
		event: toEvent(route, payload),
		invalid:
			problems && new HookError("PAYLOAD_INVALID", describeProblems(problems)),
	};
}

// --- helpers ---

const NO_FIELDS: Payload = Object.freeze({});

function leave(trail: Trail, findings: Trail): void {
	Object.assign(trail, findings);
}

/**
 * Returns true for errors that a real webhook may have: an escape in another charset, or a kind that the path does not serve.
 * Broken JSON and a wrong content type are not among them.
 */
function isKept(error: unknown): boolean {
	return (
		error instanceof HookError &&
		(error.code === "BODY_ENCODING" || error.code === "PAYLOAD_UNRECOGNIZED")
	);
}

/** Returns the widest route if all routes keep invalid events. Otherwise undefined. */
function keeperAmong(routes: readonly ServedRoute[]): ServedRoute | undefined {
	let widest: ServedRoute | undefined;
	for (const route of routes) {
		if (route.onInvalid !== "quarantine") return undefined;
		if (widest === undefined || rankOf(route) < rankOf(widest)) widest = route;
	}
	return widest;
}

function rankOf({ level }: ServedRoute): number {
	return placeOfLevel(level);
}
