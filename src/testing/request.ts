import {
	encodePayload,
	type Place,
	pickEncoding,
	type Request,
} from "../cli/request/encode.ts";
import { unsetFields } from "../cli/request/payload.ts";
import {
	addHeaders,
	addToRequest,
	type SampleOptions,
	sampleOfKind,
} from "../cli/request/sample.ts";
import { type SigningGround, sign } from "../cli/request/sign.ts";
import {
	findKind,
	findPlace,
	type Known,
	unknownKind,
} from "../cli/request/target.ts";
import { toList } from "../config/parts/authored/authored.ts";
import type { AuthoredStep, Scalar } from "../config/tests/case.ts";
import type { ConfiguredScheme } from "../gate/schemes/scheme.ts";
import type { Kind } from "../kind/kind.ts";
import { type Fields, setFields } from "../kind/set-fields.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Prepared } from "./prepare.ts";
import { configureScheme } from "./sign.ts";

/**
 * Makes the request of a step as `switchhook send` would: the kind's example with ids and times of its own, signed by the route's
 * scheme. MUST run in the world of its router, whose clock it is made and signed by. Throws where there is no such kind, route or path.
 */
export function toRequest(
	send: string,
	step: AuthoredStep,
	prepared: Pick<Prepared, "kinds" | "settings">,
	{ routes, table }: Pick<Runtime, "routes" | "table">,
): Request {
	const known: Known = { kinds: prepared.kinds, routes, table };
	const { kind, place } = findTarget(send, step, known);
	const request = withBody(step, kind, place);
	const extra = addHeaders(
		addToRequest(request, {
			query: [...queryOf(send), ...pairsOf(step.query)],
			header: [],
		}),
		pairsOf(step.headers),
	);
	const asked = { ...extra, method: step.method ?? extra.method };
	if (step.unsigned) return asked;
	if (step.sign !== undefined)
		return signBy(configureScheme(step.sign), asked, step);
	const ground: SigningGround = {
		routes: prepared.settings?.routes ?? [],
		table,
	};
	return sign(asked, ground, {
		claim: Object.entries(step.claims ?? {}) as [string, string][],
	});
}

// --- helpers ---

interface Target {
	/** Undefined for a path that no route has. */
	readonly kind: Kind | undefined;
	readonly place: Place;
}

function findTarget(send: string, step: AuthoredStep, known: Known): Target {
	const params = pairsOf(step.params);
	const { method, to } = step;
	const only = (place: Place): Place =>
		method === undefined ? place : { ...place, methods: [method] };
	if (send.startsWith("/")) {
		const [path = send] = send.split("?", 1);
		const place = { path, methods: methodsAt(path, known) };
		return { kind: kindAt(path, known), place: only(place) };
	}
	const route = known.routes.find(({ name }) => name === send);
	const kind = findKind(send, known) ?? route?.kind;
	if (kind === undefined) throw unknownKind(send, known);
	const named = kind === route?.kind ? send : undefined;
	const place = findPlace(to ?? named, kind, { known, params });
	return { kind, place: only(place) };
}

/** The parameters of a path that is written with a query. */
function queryOf(send: string): readonly (readonly [string, string])[] {
	const mark = send.startsWith("/") ? send.indexOf("?") : -1;
	return mark === -1 ? [] : [...new URLSearchParams(send.slice(mark + 1))];
}

function kindAt(path: string, { table }: Known): Kind | undefined {
	try {
		return table?.find(path).stack.routes[0]?.kind;
	} catch {
		return undefined;
	}
}

function methodsAt(path: string, { table }: Known): readonly string[] {
	try {
		return table?.find(path).stack.methods ?? ["POST"];
	} catch {
		return ["POST"];
	}
}

function withBody(
	{ payload, body, as, set = {}, unset = [] }: AuthoredStep,
	kind: Kind | undefined,
	place: Place,
): Request {
	const settings = Object.entries(set).map(([field, value]) => ({
		field,
		value,
	}));
	const contentTypes = kind?.contentTypes ?? ["json"];
	if (body !== undefined) {
		const methods = place.methods.filter((method) => method !== "GET");
		const target = { path: place.path, methods: [...methods, "POST"] };
		const encoding = as ?? pickEncoding(contentTypes, target);
		const isForm = encoding === "form";
		const empty = encodePayload({}, isForm ? "form" : "json", target);
		return { ...empty, raw: Buffer.from(body) };
	}
	if (payload === undefined && kind !== undefined && unset.length === 0) {
		const options: SampleOptions = {
			...NO_OPTIONS,
			set: settings,
			...(as && { as }),
		};
		return sampleOfKind(kind, place, options, new Date());
	}
	const given = payload ?? exampleOf(kind, settings);
	const full = payload === undefined ? given : setFields(given, settings, kind);
	const fields = unsetFields(full, toList(unset));
	const encoding = as ?? pickEncoding(contentTypes, place);
	return encodePayload(fields, encoding, place);
}

const NO_OPTIONS: SampleOptions = {
	set: [],
	unset: [],
	query: [],
	param: [],
	header: [],
};

/** The payload that `send` makes, before it is encoded: JSON keeps every type. */
function exampleOf(
	kind: Kind | undefined,
	settings: SampleOptions["set"],
): Fields {
	if (kind === undefined) return setFields({}, settings, kind);
	const place = { path: "/", methods: ["POST"] };
	const options = { ...NO_OPTIONS, set: settings, as: "json" as const };
	const { raw } = sampleOfKind(kind, place, options, new Date());
	return JSON.parse(Buffer.from(raw).toString()) as Fields;
}

function signBy(
	scheme: ConfiguredScheme,
	request: Request,
	{ claims = {} }: AuthoredStep,
): Request {
	const nonce = crypto.randomUUID();
	return scheme.sign(request, { now: Date.now(), nonce, claims });
}

function pairsOf(
	values: Readonly<Record<string, Scalar>> = {},
): (readonly [string, string])[] {
	return Object.entries(values).map(([name, value]) => [name, String(value)]);
}
