import { HookError } from "../../errors.ts";
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
import { describeRest, toResting } from "../outcome.ts";
import type { RenderedHeaders } from "../template/header-values.ts";
import { createAnswerReader, REASON_BYTES } from "./answer.ts";
import { ForwardAttempt, type ForwardParts } from "./attempt.ts";
import type { Want } from "./exchange.ts";
import { createRequestWriter } from "./request.ts";
import type { ForwardSettings } from "./settings.ts";
import type { Upstreams } from "./upstream.ts";

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
	/** Writes the headers whose values are templates. Default: none. */
	readonly rendered?: RenderedHeaders | undefined;
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
	const upstream = init.upstreams.open(target, {
		route: route.name,
		mode,
		log: init.log,
		onChange: init.onChange,
	});
	const write = createRequestWriter({
		settings,
		path: route.path,
		type: route.hasSchema ? kind.name : `com.vonage.${kind.name}`,
		publicUrl,
		copied: [...(route.copyHeaders ?? []), ...(settings.copyHeaders ?? [])],
		render: init.rendered?.render,
	});
	const now = init.now ?? Date.now;
	const parts = { settings, upstream, write, mode, read, now };
	const reads = init.rendered?.readsHeaders ?? [];
	return { handler: new ForwardHandler(parts, kind.reply, reads), findings };
}

// --- helpers ---

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
		reads: readonly string[],
	) {
		this.#parts = { ...parts, want: createWant(parts) };
		const unheard = { ...parts, read: undefined };
		this.#unheard = { ...unheard, want: createWant(unheard) };
		this.#rule = rule;
		const { rate } = parts.settings;
		this.toll = rate && { bucket: `upstream ${parts.upstream.name}`, rate };
		this.readsHeaders = [...(parts.settings.copyHeaders ?? []), ...reads];
	}

	caution(): Caution | undefined {
		return this.#parts.upstream.circuit.caution();
	}

	handle(event: HookEvent, deadline: Deadline): Promise<Reply | undefined> {
		const parts = isHeard(this.#rule, event.payload)
			? this.#parts
			: this.#unheard;
		const { upstream, mode } = parts;
		const pass = upstream.circuit.enter(event.id, event.isOwn);
		if (typeof pass !== "number")
			return new ForwardAttempt(parts, deadline, pass).send(event);
		const why = describeRest(upstream.name, pass);
		if (mode === "reply") throw new HookError("UPSTREAM_FAILED", why);
		throw toResting(why, pass);
	}

	close(): Promise<void> {
		return this.#parts.upstream.close();
	}
}

const REASON: Want = { bytes: REASON_BYTES, isNeeded: false };
const NOTHING: Want = { bytes: 0, isNeeded: false };

function createWant({ settings, read }: Omit<ForwardParts, "want">) {
	const { successStatus, maxBodyBytes } = settings;
	const taken: Want =
		read === undefined ? NOTHING : { bytes: maxBodyBytes, isNeeded: true };
	return (status: number): Want =>
		isAmong(status, successStatus) ? taken : REASON;
}
