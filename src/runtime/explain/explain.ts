import { isRecord } from "../../event/is-record.ts";
import type { Headers, Payload, VerifiedWebhook } from "../../event/webhook.ts";
import { listWords } from "../../finding/suggest.ts";
import type { Client } from "../../gate/client-address.ts";
import type { Kind } from "../../kind/kind.ts";
import { showHidden } from "../../observe/plain-text.ts";
import { markValue } from "../../observe/private-text.ts";
import type { Branch, KindBranch } from "../../route/branch.ts";
import {
	type AskedKind,
	type Candidate,
	explainKind,
	explainRoutes,
} from "../../route/explain.ts";
import type { Stack } from "../../route/stack.ts";
import type { Found } from "../../route/table.ts";
import { branchOf, isProbe, type Notes, tolerate } from "../request/gates.ts";
import { playedClient } from "../request/played-client.ts";
import { type Resolved, resolve, type Trail } from "../request/resolve.ts";
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
	tellLimit,
} from "./gates.ts";
import {
	type GateName,
	Gates,
	type Verdict,
	type Verdicts,
} from "./verdict.ts";

/** A request to explain, which is not sent. */
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
	/** The address of the connection. Undefined for a client that the firewall admits. */
	readonly peer: string | undefined;
	/** Milliseconds since the epoch. */
	readonly receivedAt: number;
	/** The facts of its arrival, for a request that the inbox kept. */
	readonly kept?: KeptFindings;
}

/** The explanation of a request. Gates after a refusal are evaluated too, as far as possible. */
export interface Explanation extends Verdicts {
	readonly client: Client;
	/** True if it only checks whether the URL answers: an empty 200, and no handler. */
	readonly isProbe: boolean;
	readonly stack: Stack<ServedRoute> | undefined;
	readonly asked: readonly AskedKind[];
	readonly candidates: readonly Candidate<ServedRoute>[];
	/** The route that handles it, even if a gate has refused it. */
	readonly route: ServedRoute | undefined;
	/** The payload in the kind's shape. Undefined if it could not be parsed. */
	readonly payload: Payload | undefined;
	/** The part that would run. Undefined for a refusal without a fallback, and for a probe. */
	readonly runs: "handler" | "fallback" | undefined;
}

/** Passes a request through the same functions as serving, and stops before the handler. */
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
	tellLimit(gates, stack);
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

function describePath({ stack, params }: Found<ServedRoute>): string {
	const values = Object.entries(params).map(
		([name, value]) => `${name}=${value}`,
	);
	const count = stack.routes.length;
	const routes = count === 1 ? "1 route" : `${count} routes`;
	return [`${stack.path}, ${routes}`, ...values].join(", ");
}

type Looked = Pick<Explanation, "asked" | "candidates" | "route" | "payload">;

/** Calls `resolve`, and reads from its trail how far the webhook got and why. */
function lookInside(
	gates: Gates,
	branch: Branch<ServedRoute>,
	webhook: VerifiedWebhook,
	{ stack, params }: Found<ServedRoute>,
	{
		receivedAt,
		text,
	}: { readonly receivedAt: number; readonly text: string | undefined },
): Looked {
	const trail: Trail = {};
	let resolved: Resolved | undefined;
	let failure: unknown;
	try {
		resolved = resolve(branch, webhook, { params, receivedAt }, text, trail);
		failure = resolved.invalid;
	} catch (error) {
		failure = error;
	}
	const { encoding, kindBranch, route: winner } = trail;
	if (encoding !== undefined) gates.pass("content", encoding);
	if (kindBranch !== undefined)
		gates.pass("kind", tellKind(branch, kindBranch));
	if (winner !== undefined) gates.pass("route", winner.name);
	if (failure !== undefined) {
		refuseOrNote(gates, gateAfter(trail), resolved, failure);
	} else if (kindBranch !== undefined) {
		gates.pass("schema", `valid by ${kindBranch.kind.name}`);
	}
	const route = resolved?.route;
	if (trail.parsed === undefined) return { ...NOTHING, route };
	const payload = trail.payload ?? trail.parsed;
	const { method, headers, query, claims } = webhook;
	const subject = { payload, headers, query, params, claims };
	const choice = { method, kindBranch, winner, subject };
	return {
		asked: explainKind(branch, kindBranch),
		candidates: explainRoutes(stack, choice, (value) =>
			markValue(showHidden(value)),
		),
		route,
		payload,
	};
}

/** Names the kind, and how it was told from the others of the path. */
function tellKind(
	{ kinds }: Branch<ServedRoute>,
	{ kind }: KindBranch<ServedRoute>,
): string {
	if (kinds.length === 1) return `${kind.name}, the only kind here`;
	const marks = marksOf(kind);
	return marks.length === 0
		? kind.name
		: `${kind.name}, recognized by ${listWords(marks, "and")}`;
}

/** Returns the fields that tell a kind from others. Empty if it is told by values. */
function marksOf({ schema }: Kind): readonly string[] {
	const { webhook } = schema;
	const recognize = isRecord(webhook) ? webhook.recognize : undefined;
	const required = isRecord(recognize) ? recognize.required : undefined;
	return Array.isArray(required) ? required.map(String) : [];
}

/** Returns the gate that stopped a resolution: the one after the last gate on its trail. */
function gateAfter({ encoding, kindBranch, route }: Trail): GateName {
	if (encoding === undefined) return "content";
	if (kindBranch === undefined) return "kind";
	return route === undefined ? "route" : "schema";
}

/** Notes a gate's objection to a webhook, also if its route quarantines or reports it. */
function refuseOrNote(
	gates: Gates,
	gate: GateName,
	resolved: Resolved | undefined,
	failure: unknown,
): void {
	const notes: Notes = { reports: [], doubts: [] };
	const isNoted =
		resolved !== undefined &&
		tolerate(resolved, notes).invalid === undefined &&
		gates.noted(gate, notes);
	if (!isNoted) gates.refuse(gate, failure);
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
	// An invalid payload never reaches the handler. A caller gets the fallback.
	const hasFallback = route.fallback !== undefined;
	return refused.gate === "schema" && hasFallback ? "fallback" : undefined;
}
