import type { Mode } from "../../event/webhook.ts";
import type { Finding, Position } from "../../finding/finding.ts";
import type { Kind } from "../../kind/kind.ts";
import type { Handler } from "../handler.ts";
import type { NccoChecker } from "../ncco/check.ts";
import { createAnswerReader } from "./answer.ts";
import { ForwardHandler } from "./handler.ts";
import { createRequestWriter } from "./request.ts";
import type { ForwardSettings } from "./settings.ts";
import { readAuthorities } from "./tls-authorities.ts";
import type { UpstreamLog, Upstreams } from "./upstream.ts";

/** What the handler of one route is made of. */
export interface ForwardHandlerInit {
	readonly settings: ForwardSettings;
	readonly route: {
		readonly name: string;
		/** With its `:name` segments. */
		readonly path: string;
		/** True for a route with a schema of its own, which is no webhook of the platform. */
		readonly hasSchema: boolean;
		/** Those that the route takes, upper case. */
		readonly methods: readonly string[];
		/** Headers of the sender, in lower case, that it keeps beside the usual ones; default none. */
		readonly copyHeaders?: readonly string[] | undefined;
	};
	readonly kind: Pick<Kind, "name" | "reply">;
	readonly mode: Mode;
	/** Asked for only where answers are NCCOs. */
	readonly checker: () => NccoChecker;
	readonly upstreams: Pick<Upstreams, "open">;
	/** Told when the upstream is given a rest, and when that is over. */
	readonly log?: UpstreamLog | undefined;
	/** Without a trailing slash. */
	readonly publicUrl: () => string;
	/** Where a key of `forward` is written. */
	locate(key: "ca" | "secret"): Position;
	/** Milliseconds since the epoch, default the system's clock. */
	readonly now?: () => number;
}

/** A handler, or why there is none. */
export interface CreatedForward {
	readonly handler: Handler | undefined;
	readonly findings: readonly Finding[];
}

/**
 * Creates the handler that sends an event on to a service. In accept mode it throws RetryLater or GiveUp,
 * as the answer's status says; in reply mode it returns the service's answer, and throws UPSTREAM_FAILED,
 * HANDLER_REPLY or NCCO_INVALID, for which there is the fallback. It connects when the first event comes.
 */
export async function createForwardHandler(
	init: ForwardHandlerInit,
): Promise<CreatedForward> {
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
	});
	const write = createRequestWriter({
		settings,
		path: route.path,
		type: route.hasSchema ? kind.name : `com.vonage.${kind.name}`,
		publicUrl,
		copied: [...(route.copyHeaders ?? []), ...(settings.copyHeaders ?? [])],
	});
	const now = init.now ?? Date.now;
	const parts = { settings, upstream, write, mode, read, now };
	return { handler: new ForwardHandler(parts, kind.reply), findings };
}
