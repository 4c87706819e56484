import { type ErrorCode, HookError } from "../../errors.ts";
import { recall } from "../../gate/signature.ts";
import type { DeliveryDetail, Note } from "../../inbox/port/delivery.ts";
import type { Desk, Released } from "../../inbox/port/desk.ts";
import { type Envelope, readEnvelope } from "../../inbox/port/envelope.ts";
import type { Subject } from "../../route/field.ts";

import { branchOf } from "../request/gates.ts";
import { resolve } from "../request/resolve.ts";
import type { Runtime } from "../runtime.ts";
import type { ServedRoute } from "../served-route.ts";
import { eventOf } from "./deliver.ts";
import { describeErrors } from "./record.ts";

/** The ruling on a quarantined delivery that a person wants to release. */
export type Ruling =
	| {
			readonly as: "released";
			/** The route that it was stored for. It may differ from `to`, or no longer exist. */
			readonly from: string;
			readonly to: Released;
	  }
	/** `why` is `CODE: sentence` if a gate refuses it, otherwise a sentence. */
	| { readonly as: "kept"; readonly why: string };

/** The options of that person. */
export interface ReleaseOptions {
	/** True to release a delivery of which both the client and the signature were doubted. Default false. */
	readonly unsigned?: boolean;
	/** Stored with the delivery. Undefined stores nothing. */
	readonly note?: Note;
}

/** The facts that a ruling depends on. */
export type Ground = Pick<Runtime, "table" | "routes">;

/**
 * Judges a quarantined delivery by the current configuration, with the gates after the one that doubted it first. The person
 * who releases it answers for that gate and the gates before it. Never throws because of stored data.
 */
export function ruleOn(
	ground: Ground,
	detail: DeliveryDetail,
	{ unsigned = false }: ReleaseOptions = {},
): Ruling {
	if (detail.state !== "quarantined") {
		return kept(`it is ${detail.state}, not quarantined`);
	}
	const { body } = detail;
	if (body === undefined) return kept("its body was removed");
	const [first, ...later] = detail.doubts.map(({ code }) => code);
	const unproved = later.find((code) => SIGNATURE.has(code));
	if (first === "FIREWALL_DENIED" && unproved !== undefined && !unsigned) {
		return kept(
			`${unproved}. Its signature was not proved either. \`--unsigned\` releases it anyway`,
		);
	}
	try {
		const whole = { ...detail, body };
		return {
			as: "released",
			from: detail.route,
			// The schema doubted it first. Only the handler comes after the schema.
			to:
				first === "PAYLOAD_INVALID"
					? toKeptRoute(ground, whole)
					: toRouteOfNow(ground, whole),
		};
	} catch (error) {
		if (error instanceof HookError)
			return kept(describeErrors([error], undefined));
		throw error;
	}
}

/** Releases a quarantined delivery, or returns the reason why it stays. Rejects with INBOX_UNAVAILABLE. */
export async function release(
	store: Pick<Desk, "get" | "release">,
	ground: Ground,
	id: string,
	options: ReleaseOptions = {},
): Promise<Ruling> {
	const detail = await store.get(id);
	if (detail === undefined) return kept("the inbox does not hold it");
	const ruling = ruleOn(ground, detail, options);
	if (
		ruling.as === "kept" ||
		(await store.release(id, ruling.to, options.note))
	) {
		return ruling;
	}
	const { state } = (await store.get(id)) ?? {};
	return kept(
		state === "quarantined"
			? `the route ${ruling.to.route} already holds a delivery with its dedupe key`
			: `it was released or dropped in the meantime`,
	);
}

// --- helpers ---

type WithBody = DeliveryDetail & { readonly body: Uint8Array };

function kept(why: string): Ruling {
	return { as: "kept", why };
}

const SIGNATURE: ReadonlySet<ErrorCode> = new Set([
	"SIGNATURE_MISSING",
	"SIGNATURE_INVALID",
]);

/** Resolves the route. Throws PAYLOAD_UNROUTED if it no longer exists, and the errors of parsing. */
function toKeptRoute({ routes }: Ground, detail: WithBody): Released {
	const route = routes.find(({ name }) => name === detail.route);
	if (route === undefined) {
		throw new HookError(
			"PAYLOAD_UNROUTED",
			`no route is named ${detail.route} any more. Add one with this name, or drop the delivery`,
		);
	}
	return toReleased(route, eventOf({ ...detail, attempt: 1 }, route));
}

/** Runs the gates after the signature, and throws their errors. */
function toRouteOfNow(ground: Ground, detail: WithBody): Released {
	const { path, method, query, headers, claims, text }: Envelope = readEnvelope(
		detail.envelope,
	);
	const { stack, params } = ground.table.find(path);
	const webhook = recall({ method, query, headers, raw: detail.body }, claims);
	const { receivedAt } = detail;
	const branch = branchOf(stack, method);
	const resolved = resolve(branch, webhook, { params, receivedAt }, text);
	const { route, event, invalid } = resolved;
	if (invalid !== undefined && route.onInvalid !== "report") throw invalid;
	return toReleased(route, event);
}

function toReleased(
	route: ServedRoute,
	event: Subject & { readonly receivedAt: number },
): Released {
	const { delayMs = 0 } = route;
	return {
		route: route.name,
		kind: route.kind.name,
		dedupeKey: route.dedupeKeyOf(event),
		orderKey: route.orderKeyOf(event),
		// A delay counts from the arrival.
		delayMs: Math.max(0, event.receivedAt + delayMs - Date.now()),
	};
}
