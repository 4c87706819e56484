import type { RouteSettings } from "../../config/settings.ts";
import {
	createHeaderFilter,
	type HeaderFilter,
} from "../../event/kept-headers.ts";
import type { Payload } from "../../event/webhook.ts";
import type { Finding } from "../../finding/finding.ts";
import type { Schemes } from "../../gate/schemes/table.ts";
import type { Handler } from "../../handler/handler.ts";
import type {
	Built,
	HandlerBuilder,
	HandlerTypes,
} from "../../handler/handler-type.ts";
import type { KeyOf } from "../../inbox/port/keys.ts";
import { createDedupeKey, createOrderKey } from "../../inbox/port/keys.ts";
import type { Toll } from "../../inbox/port/rate.ts";
import { createTextRestorer, isInTextField } from "../../kind/decode.ts";
import type { KeyField, Kind } from "../../kind/kind.ts";
import { memo } from "../../memo.ts";
import type { ServedRoute } from "../served-route.ts";
import type { Services } from "../services.ts";
import { secretHeadersOf, secretParametersOf } from "./doors.ts";

/** Creates the parts that depend only on a few names. Routes with the same names share one, which stays in the CPU cache. */
export function createShared(schemes: Schemes) {
	const dedupeKeys = new Map<Kind, Map<string, KeyOf>>();
	const orderKeys = new Map<string, KeyOf>();
	const parameters = new Map<Kind, Map<Signature, readonly string[]>>();
	const kindHeaders = new Map<Kind, readonly string[]>();
	const filters = new Map<string, HeaderFilter>();
	const usualFilters = new Map<Signature, HeaderFilter>();
	const createFilter = (names: readonly string[], signature: Signature) =>
		createHeaderFilter(names, secretHeadersOf(signature, schemes));
	return {
		/** @param fields the route's own fields. Default: the fields of the kind */
		dedupeKey(kind: Kind, fields?: readonly KeyField[]) {
			const ofKind = memo(dedupeKeys, kind, () => new Map<string, KeyOf>());
			const key = fields === undefined ? "" : JSON.stringify(fields);
			return memo(ofKind, key, () =>
				asSent(
					fields === undefined
						? createDedupeKey(kind.dedupe, kind.dedupeNeeds)
						: createDedupeKey(fields, []),
					kind,
					fields?.flat(),
				),
			);
		},
		secretParameters(signature: Signature, kind: Kind) {
			const ofKind = memo(parameters, kind, () => new Map());
			return memo(ofKind, signature, () =>
				secretParametersOf(signature, kind, schemes),
			);
		},
		orderKey(fields: readonly KeyField[]) {
			const key = fields.length === 0 ? "" : JSON.stringify(fields);
			return memo(orderKeys, key, () => createOrderKey(fields));
		},
		/** Returns the headers that identify a webhook of a kind. */
		headersOfKind(kind: Kind) {
			return memo(kindHeaders, kind, () =>
				headersAmong([...kind.dedupe, ...kind.dedupeNeeds].flat()),
			);
		},
		/** @param names the headers to keep, without the headers that contain a proof in the signature's schemes */
		headerFilter(names: readonly string[], signature: Signature) {
			if (names.length === 0)
				return memo(usualFilters, signature, () =>
					createFilter(names, signature),
				);
			const own = signature.flatMap(({ secretHeaders }) => secretHeaders);
			const key = `${names.join(" ")} but ${own.join(" ")}`;
			return memo(filters, key, () => createFilter(names, signature));
		},
	};
}

/** The facts about a route besides its settings. */
export interface RouteParts {
	readonly kind: Kind;
	readonly hasInbox: boolean;
	/** The headers that its path matches on, in lower case. */
	readonly headers: readonly string[];
	readonly shared: ReturnType<typeof createShared>;
	readonly handlerTypes: HandlerTypes;
	readonly services: Pick<Services, "metrics">;
}

/**
 * Builds what serving a route needs: its handlers, keys and filters. Undefined if a handler cannot be built. Returns no promise
 * unless one of its handlers does: 10,000 promises cost more than what is built.
 */
export function buildRoute(
	route: RouteSettings,
	parts: RouteParts,
	builder: HandlerBuilder,
	findings: Finding[],
): ServedRoute | undefined | Promise<ServedRoute | undefined> {
	const { kind } = parts;
	const mode = route.mode ?? kind.mode;
	const main = builder.build(route.handler, {
		route,
		key: "handler",
		kind,
		mode,
	});
	const spare =
		route.fallback &&
		builder.build(route.fallback, { route, key: "fallback", kind, mode });
	if (main instanceof Promise || spare instanceof Promise) {
		return Promise.all([main, spare]).then((built) =>
			assemble(route, parts, built, findings),
		);
	}
	return assemble(route, parts, [main, spare], findings);
}

/** Returns the names of headers in fields such as `headers.x-github-delivery`. */
export function headersAmong(fields: readonly string[]): readonly string[] {
	const prefix = "headers.";
	if (fields.length === 0) return fields;
	return fields
		.filter((field) => field.startsWith(prefix))
		.map((field) => field.slice(prefix.length).toLowerCase());
}

// --- helpers ---

type Signature = RouteSettings["signature"];

function assemble(
	route: RouteSettings,
	{ kind, hasInbox, headers, handlerTypes, shared, services }: RouteParts,
	[main, spare]: readonly [Built, Built | undefined],
	findings: Finding[],
): ServedRoute | undefined | Promise<undefined> {
	if (main.findings.length > 0) findings.push(...main.findings);
	if (spare !== undefined) findings.push(...spare.findings);
	const fallback = spare?.handler;
	if (main.handler === undefined) {
		return Promise.resolve(fallback?.close?.()).then(() => undefined);
	}
	const mode = route.mode ?? kind.mode;
	const { isFetched = false, isUnkept = false } =
		handlerTypes.get(route.handler.type) ?? {};
	const headerNames = joinLists([
		headers,
		route.copyHeaders ?? NO_NAMES,
		...route.signature.map(({ plainHeaders }) => plainHeaders),
		route.dedupe === undefined
			? shared.headersOfKind(kind)
			: headersAmong(route.dedupe),
		headersAmong(route.orderBy),
		main.handler.readsHeaders ?? NO_NAMES,
		fallback?.readsHeaders ?? NO_NAMES,
	]);
	return {
		name: route.name,
		parent: route.parent,
		path: route.path,
		methods: route.methods ?? kind.methods,
		kind,
		level: route.level,
		match: route.match,
		mode,
		timeoutMs: route.timeoutMs ?? kind.timeoutMs,
		handler: main.handler,
		fallback,
		onInvalid:
			route.onInvalid ??
			(mode === "accept" && hasInbox ? "quarantine" : "reject"),
		dedupeKeyOf: shared.dedupeKey(kind, route.dedupe),
		orderKeyOf: shared.orderKey(route.orderBy),
		stepAside: route.stepAside,
		concurrency: route.concurrency,
		tolls: tollsOf(route, main.handler),
		delayMs: route.delayMs,
		retry: route.retry,
		secretParameters: shared.secretParameters(route.signature, kind),
		headerNames,
		keepHeaders: shared.headerFilter(headerNames, route.signature),
		isFetched,
		isUnkept,
		meters: services.metrics.ofRoute({
			name: route.name,
			kind: kind.name,
			level: route.level,
			mode,
		}),
		// Anybody may fetch a file, so the request is not a webhook: strangers could fill the inbox with such requests.
		isRecorded:
			mode === "reply" &&
			!isUnkept &&
			!(isFetched && route.kind === undefined && route.schema === undefined),
		describe(runs, show) {
			const settings = route[runs];
			return (
				settings && handlerTypes.get(settings.type)?.describe(settings, show)
			);
		},
	};
}

/** Returns the limits of a route and of the service that its handler calls. */
function tollsOf(
	{ name, rate }: RouteSettings,
	{ toll }: Handler,
): readonly Toll[] | undefined {
	if (rate === undefined) return toll && [toll];
	const own = { bucket: `route ${name}`, rate };
	return toll === undefined ? [own] : [own, toll];
}

/**
 * Reads a key from the payload as it was sent, so that a later change of the decoder does not make a duplicate look new. A
 * field inside of a value that may be sent as text, such as `dtmf.digits`, is read from the decoded payload, where it is always
 * available.
 */
function asSent(
	keyOf: KeyOf,
	{ schema }: Kind,
	fields: readonly string[] = [],
): KeyOf {
	const restore = createTextRestorer(schema);
	const isInside = fields.some((field) => isInTextField(schema, field));
	return restore === undefined || isInside
		? keyOf
		: (webhook) =>
				keyOf({ ...webhook, payload: restore(webhook.payload as Payload) });
}

const NO_NAMES: readonly string[] = [];

/** Joins lists. Most are empty, and then the result is one of them: with 10,000 routes, a new list for each is a cost. */
function joinLists(lists: readonly (readonly string[])[]): readonly string[] {
	const filled = lists.filter(({ length }) => length > 0);
	return filled.length < 2 ? (filled[0] ?? NO_NAMES) : filled.flat();
}
