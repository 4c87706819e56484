import { type ErrorCode, HookError } from "../../errors.ts";
import { isRecord } from "../../event/is-record.ts";
import type { Headers, Payload, VerifiedWebhook } from "../../event/webhook.ts";
import { parseWebhook } from "../../gate/body.ts";
import type { Client } from "../../gate/client-address.ts";
import type { Branch } from "../../route/branch.ts";
import {
	type AskedKind,
	type Candidate,
	explainKind,
	explainRoutes,
} from "../../route/explain.ts";
import type { Stack } from "../../route/stack.ts";
import type { Found } from "../../route/table.ts";
import { branchOf, isProbe, type Notes, tolerate } from "../gates.ts";
import { playedClient } from "../played-client.ts";
import { type Resolved, resolve } from "../resolve.ts";
import type { Runtime } from "../runtime.ts";
import type { ServedRoute } from "../served-route.ts";
import {
	askFirewall,
	askSignature,
	checkSize,
	describeSize,
	type KeptFindings,
	keptClient,
	recallKept,
} from "./gates.ts";
import {
	type GateName,
	Gates,
	type Verdict,
	type Verdicts,
} from "./verdict.ts";

/** A request that was not sent, to be looked at. */
export interface Sample {
	/** Upper case. */
	readonly method: string;
	/** The path without the query. */
	readonly path: string;
	/** The text after `?`, undecoded. */
	readonly query: string;
	/** Names in lower case. */
	readonly headers: Headers;
	readonly raw: Uint8Array;
	/** The address that the connection comes from; undefined for a client that the firewall admits. */
	readonly peer: string | undefined;
	/** Milliseconds since the epoch. */
	readonly receivedAt: number;
	/** The findings of the time when it came, for one that the inbox kept. */
	readonly kept?: KeptFindings;
}

/** The fate that a request would have. Gates after a refusal are asked too, as far as that is possible. */
export interface Explanation extends Verdicts {
	readonly client: Client;
	/** True when it asks only whether the URL answers: an empty 200, and no handler. */
	readonly isProbe: boolean;
	readonly stack: Stack<ServedRoute> | undefined;
	readonly asked: readonly AskedKind[];
	readonly candidates: readonly Candidate<ServedRoute>[];
	/** The route that gets it, also when a gate has refused it. */
	readonly route: ServedRoute | undefined;
	/** In the kind's own shape; undefined when it could not be parsed. */
	readonly payload: Payload | undefined;
	/** The handler that would run; undefined for a refusal without a fallback, and for a probe. */
	readonly runs: "handler" | "fallback" | undefined;
}

/** Walks a request through the functions that serve, and stops before a handler. */
export function explain(runtime: Runtime, sent: Sample): Explanation {
	// The body of a GET is not read.
	const sample = sent.method === "GET" ? { ...sent, raw: NO_BODY } : sent;
	const { kept } = sample;
	const client = clientOf(sample, runtime);
	const gates = new Gates();
	const found = gates.ask(
		"path",
		() => runtime.table.find(sample.path),
		describePath,
	);
	if (found === undefined) {
		return { ...NOTHING, client, ...gates.result };
	}
	const { stack } = found;
	askFirewall(gates, stack, client);
	const hasBody = sent.raw.length > 0;
	if (isProbe(stack, { ...sample, hasBody })) {
		return { ...NOTHING, client, ...gates.result, stack, isProbe: true };
	}
	const branch = gates.ask(
		"method",
		() => branchOf(stack, sample.method),
		() => `one of: ${stack.allow}`,
	);
	gates.ask("size", () => checkSize(sample, stack), describeSize);
	const webhook =
		kept === undefined
			? askSignature(gates, stack, sample)
			: recallKept(gates, sample, kept);
	const looked =
		branch !== undefined && webhook !== undefined
			? lookInside(gates, branch, webhook, found, {
					receivedAt: sample.receivedAt,
					text: kept?.text,
				})
			: undefined;
	const { verdicts, refused } = gates.result;
	return {
		...NOTHING,
		client,
		verdicts,
		refused,
		stack,
		...looked,
		runs: whatRuns(verdicts, refused, looked?.route),
	};
}

// --- helpers ---

const NO_BODY = new Uint8Array(0);

function clientOf(
	{ kept, peer, headers, path }: Sample,
	runtime: Runtime,
): Client {
	if (kept !== undefined) return keptClient(kept);
	return peer === undefined
		? playedClient(undefined, path, runtime)
		: runtime.findClient(peer, headers);
}

const NOTHING = {
	isProbe: false,
	stack: undefined,
	asked: [],
	candidates: [],
	route: undefined,
	payload: undefined,
	runs: undefined,
} as const;

/** Which gate speaks by a code that `resolve` throws. */
const GATE_OF: Readonly<Partial<Record<ErrorCode, GateName>>> = {
	PAYLOAD_UNRECOGNIZED: "kind",
	PAYLOAD_UNROUTED: "route",
	PAYLOAD_INVALID: "schema",
};

function describePath({ stack, params }: Found<ServedRoute>): string {
	const values = Object.entries(params).map(
		([name, value]) => `${name}=${value}`,
	);
	const count = stack.routes.length;
	const routes = count === 1 ? "1 route" : `${count} routes`;
	return [`${stack.path}, ${routes}`, ...values].join(", ");
}

type Looked = Pick<Explanation, "asked" | "candidates" | "route" | "payload">;

/** Looks into the webhook: the verdicts are those of `resolve`, the reasons come from the same parts. */
function lookInside(
	gates: Gates,
	branch: Branch<ServedRoute>,
	webhook: VerifiedWebhook,
	{ stack, params }: Found<ServedRoute>,
	{
		receivedAt,
		text,
	}: { readonly receivedAt: number; readonly text: string | undefined },
): Looked | undefined {
	let resolved: Resolved | undefined;
	let failure: unknown;
	try {
		resolved = resolve(branch, webhook, { params, receivedAt }, text);
	} catch (error) {
		failure = error;
	}
	const stray = resolved?.invalid;
	const gate = failedAt(failure ?? stray) ?? "schema";
	/** Says what a gate has against it; where the route keeps such a webhook or lets it pass, that. */
	const refuse = (): void => {
		const notes: Notes = { reports: [], doubts: [] };
		const isNoted =
			resolved !== undefined &&
			tolerate(resolved, notes).invalid === undefined &&
			gates.noted(gate, notes);
		if (!isNoted) gates.refuse(gate, failure ?? stray);
	};
	if (gate === "content") {
		refuse();
		return (
			resolved && {
				asked: [],
				candidates: [],
				route: resolved.route,
				payload: undefined,
			}
		);
	}
	const { payload: parsed, encoding } = parseWebhook(
		webhook,
		branch.encodings,
		text,
	);
	gates.pass("content", encoding);
	const asked = explainKind(branch, parsed);
	const { method, claims } = webhook;
	if (gate === "kind") {
		refuse();
		const choice = { method, kind: undefined, payload: parsed, claims };
		const candidates = explainRoutes(stack, choice);
		return { asked, candidates, route: resolved?.route, payload: parsed };
	}
	const { kind } = branch.identify(parsed);
	const payload = isRecord(parsed) ? kind.decode(parsed, encoding) : parsed;
	const fields = isRecord(payload) ? payload : {};
	const candidates = explainRoutes(stack, {
		method,
		kind,
		payload: fields,
		claims,
	});
	gates.pass("kind", kind.name);
	if (resolved === undefined || gate === "route") {
		refuse();
		return { asked, candidates, route: resolved?.route, payload };
	}
	const { route, invalid } = resolved;
	gates.pass("route", route.name);
	if (invalid === undefined) {
		gates.pass("schema", `valid by ${kind.name}`);
	} else {
		refuse();
	}
	return { asked, candidates, route, payload };
}

function failedAt(failure: unknown): GateName | undefined {
	if (failure === undefined) return undefined;
	const code = failure instanceof HookError ? failure.code : "INTERNAL";
	return GATE_OF[code] ?? "content";
}

function whatRuns(
	verdicts: readonly Verdict[],
	refused: Verdict | undefined,
	route: ServedRoute | undefined,
): Explanation["runs"] {
	const isQuarantined = verdicts.some(
		({ verdict }) => verdict === "quarantined",
	);
	if (route === undefined || isQuarantined) return undefined;
	if (refused === undefined) return "handler";
	// An invalid payload never reaches the handler; a caller hears the fallback.
	const hasFallback = route.fallback !== undefined;
	return refused.gate === "schema" && hasFallback ? "fallback" : undefined;
}
