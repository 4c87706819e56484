import { isAmong } from "../../event/status-range.ts";
import type { HookEvent, Mode, Reply } from "../../event/webhook.ts";
import type { Finding, Position } from "../../finding/finding.ts";
import type { Toll } from "../../inbox/port/rate.ts";
import type { Caution } from "../../inbox/worker/work.ts";
import { isHeard, type Kind, type ReplyRule } from "../../kind/kind.ts";
import { readAuthorities } from "../../tls/authorities.ts";
import type { CircuitLog, CircuitUser } from "../circuits.ts";
import type { Deadline, Handler } from "../handler.ts";
import type { Built } from "../handler-type.ts";
import type { NccoChecker } from "../ncco/check.ts";
import { createAnswerReader, REASON_BYTES } from "./answer.ts";
import { attempt, type ForwardParts } from "./attempt.ts";
import { createEgress } from "./egress.ts";
import type { Want } from "./exchange.ts";
import type { Mapping } from "./mapping.ts";
import { OpenForwardHandler } from "./open-forward.ts";
import { Origins } from "./origins.ts";
import { createRequestWriter } from "./request.ts";
import type { ForwardSettings } from "./settings.ts";
import type { Upstreams } from "./upstream.ts";
import { hasOpenHost } from "./url-template.ts";

/** The parts of the handler of one route. */
export interface ForwardHandlerInit {
	readonly settings: ForwardSettings;
	readonly route: {
		readonly name: string;
		/** The path with its `:name` segments. */
		readonly path: string;
		/** True for a route with its own schema, which is not a webhook of the platform. */
		readonly hasSchema: boolean;
		/** The methods that the route accepts, in upper case. */
		readonly methods: readonly string[];
		/** The additional headers of the sender, in lower case, that the route keeps. Default: none. */
		readonly copyHeaders?: readonly string[] | undefined;
	};
	readonly kind: Pick<Kind, "name" | "reply">;
	readonly mode: Mode;
	/** Called only if answers are NCCOs. */
	readonly checker: () => NccoChecker;
	readonly upstreams: Pick<Upstreams, "open">;
	/** Called when calls to the upstream are paused and when they resume. */
	readonly log?: CircuitLog | undefined;
	/** Called with the same changes, for the router's own events. */
	readonly onChange?: CircuitUser["onChange"];
	/** The public URL without a trailing slash. */
	readonly publicUrl: () => string;
	/** Writes the parts of requests that are templates. Default: none. */
	readonly mapping?: Mapping | undefined;
	/** Returns the position of a key of `forward`. */
	locate(key: "ca" | "secret"): Position;
	/** Milliseconds since the epoch, default the system's clock. */
	readonly now?: () => number;
}

/**
 * Creates the handler that sends an event to a service. In accept mode it throws RetryLater or GiveUp, depending on the
 * answer's status. In reply mode it returns the service's answer, and throws UPSTREAM_FAILED, HANDLER_REPLY or NCCO_INVALID,
 * which lead to the fallback. It connects at the first event.
 */
export async function createForwardHandler(
	init: ForwardHandlerInit,
): Promise<Built> {
	const { settings, route, kind, mode, publicUrl } = init;
	const findings: Finding[] = [];
	let ca: string | undefined;
	if (settings.ca !== undefined) {
		const read = await readAuthorities(settings.ca);
		if (read.problem !== undefined) {
			const { problem } = read;
			findings.push({ ...init.locate("ca"), severity: "error", ...problem });
			return { handler: undefined, findings };
		}
		ca = read.pem;
	}
	const isBare = settings.as === "original" && route.methods.includes("GET");
	if (isBare && settings.keys.length > 0) {
		findings.push({
			...init.locate("secret"),
			severity: "warning",
			what: "the signature covers the body only, not the query of a GET",
			todo: "write `as: json`, or `methods: [POST]` if the platform sends no GET",
		});
	}
	const read =
		mode === "reply" ? createAnswerReader(kind.reply, init.checker) : undefined;
	const write = createRequestWriter({
		settings,
		path: route.path,
		type: route.hasSchema ? kind.name : `com.vonage.${kind.name}`,
		publicUrl,
		copied: [...(route.copyHeaders ?? []), ...(settings.copyHeaders ?? [])],
		render: init.mapping?.headers,
		body: init.mapping?.body,
	});
	const parts = { settings, write, mode, read, now: init.now ?? Date.now };
	return { handler: createHandler(init, parts, ca), findings };
}

// --- helpers ---

/** The parts of a handler, before it is known where its events go. */
type UnplacedParts = Omit<ForwardParts, "want" | "upstream">;

function createHandler(
	init: ForwardHandlerInit,
	parts: UnplacedParts,
	ca: string | undefined,
): Handler {
	const { settings, route, kind, mode, upstreams, mapping } = init;
	const { origin, socket, connectTimeoutMs, keepAliveMs, connections } =
		settings;
	const target = {
		origin,
		socket,
		ca,
		host: settings.headers.host,
		connectTimeoutMs,
		keepAliveMs,
		connections,
	};
	const user = {
		route: route.name,
		mode,
		log: init.log,
		onChange: init.onChange,
	};
	const { url, readsHeaders: reads = [] } = mapping ?? {};
	const readsHeaders = [...(settings.copyHeaders ?? []), ...reads];
	const { reply: rule } = kind;
	if (url !== undefined && settings.url && hasOpenHost(settings.url)) {
		const { egress = [], shown } = settings;
		const name = url.isOwnHost ? {} : { shown: shown ?? "(a template)" };
		const guard = createEgress(egress);
		const origins = new Origins((written) => {
			guard.checkHost(new URL(written).hostname);
			const place = { ...target, origin: written, egress, ...name };
			return upstreams.open(place, user);
		});
		return new OpenForwardHandler({
			heard: { ...parts, want: createWant(parts) },
			unheard: toUnheard(parts),
			rule,
			url: url.write,
			origins,
			readsHeaders,
		});
	}
	const { write } = parts;
	const upstream = upstreams.open(target, user);
	const placed: typeof parts =
		url === undefined
			? parts
			: {
					...parts,
					write: (event, now) => write(event, now, url.write(event).path),
				};
	return new ForwardHandler({ ...placed, upstream }, rule, readsHeaders);
}

function toUnheard<Parts extends UnplacedParts>(parts: Parts) {
	const unheard = { ...parts, read: undefined };
	return { ...unheard, want: createWant(unheard) };
}

/** Sends each event to one upstream, and derives the result from the answer. */
class ForwardHandler implements Handler {
	readonly failureCode = "UPSTREAM_FAILED";
	readonly readsHeaders: readonly string[];
	readonly toll: Toll | undefined;
	readonly #parts: ForwardParts;
	readonly #unheard: ForwardParts;
	readonly #rule: ReplyRule;

	constructor(
		parts: Omit<ForwardParts, "want">,
		rule: ReplyRule,
		readsHeaders: readonly string[],
	) {
		this.#parts = { ...parts, want: createWant(parts) };
		this.#unheard = toUnheard(parts);
		this.#rule = rule;
		const { rate } = parts.settings;
		this.toll = rate && { bucket: `upstream ${parts.upstream.name}`, rate };
		this.readsHeaders = readsHeaders;
	}

	caution(): Caution | undefined {
		return this.#parts.upstream.circuit.caution();
	}

	handle(event: HookEvent, deadline: Deadline): Promise<Reply | undefined> {
		const parts = isHeard(this.#rule, event.payload)
			? this.#parts
			: this.#unheard;
		return attempt(parts, event, deadline);
	}

	close(): Promise<void> {
		return this.#parts.upstream.close();
	}
}

const REASON: Want = { bytes: REASON_BYTES, isNeeded: false };
const NOTHING: Want = { bytes: 0, isNeeded: false };

function createWant({ settings, read }: UnplacedParts) {
	const { successStatus, maxBodyBytes } = settings;
	const taken: Want =
		read === undefined ? NOTHING : { bytes: maxBodyBytes, isNeeded: true };
	return (status: number): Want =>
		isAmong(status, successStatus) ? taken : REASON;
}
