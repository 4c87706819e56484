import { HookError } from "../errors.ts";
import { createEventId } from "../event/id.ts";
import { isRecord } from "../event/is-record.ts";
import {
	type Encoding,
	type HookEvent,
	LEVELS,
	type Payload,
	type VerifiedWebhook,
} from "../event/webhook.ts";
import { parseWebhook } from "../gate/body.ts";
import { cutParameters } from "../inbox/port/envelope.ts";
import { describeProblems } from "../kind/kind.ts";
import type { Branch, KindBranch } from "../route/branch.ts";
import type { ServedRoute } from "./served-route.ts";

/** An event and the route that gets it. */
export interface Resolved {
	readonly route: ServedRoute;
	readonly event: HookEvent;
	/**
	 * PAYLOAD_INVALID when the event does not fit its schema; PAYLOAD_UNRECOGNIZED and PAYLOAD_UNROUTED
	 * where it fits no kind and no route, and BODY_ENCODING where its text cannot be decoded, so that its
	 * payload is empty, and the widest route keeps it all the same.
	 */
	readonly invalid: HookError | undefined;
}

/** Holds the parts of the request that resolution needs besides the webhook itself. */
export interface Arrival {
	readonly params: Readonly<Record<string, string>>;
	/** Milliseconds since the epoch. */
	readonly receivedAt: number;
}

/** Holds each finding of a resolution, as far as it came. Only `explain` asks for it. */
export interface Trail {
	/** How the payload traveled; undefined where it could not be parsed. */
	encoding?: Encoding;
	/** The payload before its kind decoded it. */
	parsed?: Payload;
	/** The kind that knew the payload, and its routes. */
	kindBranch?: KindBranch<ServedRoute>;
	/** The payload in the kind's own shape. */
	payload?: Payload;
	/** The route whose `match` fits. */
	route?: ServedRoute | undefined;
}

/**
 * Parses a verified webhook, names its kind, brings the payload into the kind's one shape, picks the
 * route, and checks the payload. `text` is the decoded body where its bytes are not plain UTF-8, or why
 * it could not be decoded. Throws BODY_TYPE, BODY_JSON, BODY_EMPTY; and BODY_ENCODING,
 * PAYLOAD_UNRECOGNIZED and PAYLOAD_UNROUTED, unless all routes that it might have been for keep what is
 * invalid: the platform gives up after such a refusal, and the webhook would be lost.
 *
 * @param trail takes each finding, also before a throw; a request that is served has none
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
		// Beside a body the query is the application's own, and so is a `sig` in it.
		query:
			encoding === "query"
				? cutParameters(webhook.query, route.secretParameters)
				: webhook.query,
		handedOn: 0,
	});
	/** Throws why nothing fits, unless it is kept. */
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
 * True for what may be a real webhook all the same: a sender that escapes in another charset, or a kind
 * that the path does not serve. Broken JSON and a wrong type are what was never whole, or never meant.
 */
function isKept(error: unknown): boolean {
	return (
		error instanceof HookError &&
		(error.code === "BODY_ENCODING" || error.code === "PAYLOAD_UNRECOGNIZED")
	);
}

/** The widest route, where all of them keep what is invalid; undefined where one does not. */
function keeperAmong(routes: readonly ServedRoute[]): ServedRoute | undefined {
	let widest: ServedRoute | undefined;
	for (const route of routes) {
		if (route.onInvalid !== "quarantine") return undefined;
		if (widest === undefined || rankOf(route) < rankOf(widest)) widest = route;
	}
	return widest;
}

function rankOf({ level }: ServedRoute): number {
	return LEVELS.indexOf(level);
}
