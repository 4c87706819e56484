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
	const parameters = new Map<Kind, Map<string, readonly string[]>>();
	const filters = new Map<string, HeaderFilter>();
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
			const key = signature.map(({ scheme }) => scheme.name).join(" ");
			return memo(ofKind, key, () =>
				secretParametersOf(signature, kind, schemes),
			);
		},
		orderKey(fields: readonly KeyField[]) {
			const key = fields.length === 0 ? "" : JSON.stringify(fields);
			return memo(orderKeys, key, () => createOrderKey(fields));
		},
		/** @param names the headers to keep, without the headers that contain a proof in the signature's schemes */
		headerFilter(names: readonly string[], signature: Signature) {
			const own = signature.flatMap(({ secretHeaders }) => secretHeaders);
			const key = `${names.join(" ")} but ${own.join(" ")}`;
			return memo(filters, key, () =>
				createHeaderFilter(names, secretHeadersOf(signature, schemes)),
			);
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

/** Builds what serving a route needs: its handlers, keys and filters. Undefined if a handler cannot be built. */
export async function buildRoute(
	route: RouteSettings,
	{ kind, hasInbox, headers, handlerTypes, shared, services }: RouteParts,
	builder: HandlerBuilder,
	findings: Finding[],
): Promise<ServedRoute | undefined> {
	const mode = route.mode ?? kind.mode;
	const site = { route, kind, mode };
	const main = await builder.build(route.handler, { ...site, key: "handler" });
	findings.push(...main.findings);
	let fallback: Handler | undefined;
	if (route.fallback !== undefined) {
		const spare = await builder.build(route.fallback, {
			...site,
			key: "fallback",
		});
		findings.push(...spare.findings);
		fallback = spare.handler;
	}
	if (main.handler === undefined) {
		await fallback?.close?.();
		return undefined;
	}
	const { isFetched = false, isUnkept = false } =
		handlerTypes.get(route.handler.type) ?? {};
	const headerNames = [
		...headers,
		...headersOf(route, kind, [main.handler, fallback]),
	];
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

/** Returns the names of headers in fields such as `headers.x-github-delivery`. */
export function headersAmong(fields: readonly string[]): readonly string[] {
	const prefix = "headers.";
	return fields
		.filter((field) => field.startsWith(prefix))
		.map((field) => field.slice(prefix.length).toLowerCase());
}

// --- helpers ---

type Signature = RouteSettings["signature"];

/** Returns the limits of a route and of the service that its handler calls. */
function tollsOf(
	{ name, rate }: RouteSettings,
	{ toll }: Handler,
): readonly Toll[] | undefined {
	const tolls = [
		...(rate === undefined ? [] : [{ bucket: `route ${name}`, rate }]),
		...(toll === undefined ? [] : [toll]),
	];
	return tolls.length === 0 ? undefined : tolls;
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

/** Returns all headers that a route refers to, in lower case. */
function headersOf(
	{ copyHeaders, dedupe, orderBy, signature }: RouteSettings,
	kind: Pick<Kind, "dedupe" | "dedupeNeeds">,
	built: readonly (Handler | undefined)[],
): readonly string[] {
	return [
		...(copyHeaders ?? []),
		...signature.flatMap(({ plainHeaders }) => plainHeaders),
		...headersAmong([
			...(dedupe ?? [...kind.dedupe, ...kind.dedupeNeeds].flat()),
			...orderBy,
		]),
		...built.flatMap((one) => one?.readsHeaders ?? []),
	];
}
