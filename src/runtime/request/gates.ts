import { HookError } from "../../errors.ts";
import type { VerifiedWebhook } from "../../event/webhook.ts";
import type { Client } from "../../gate/client-address.ts";
import { bucketOf, type LimitMemory } from "../../gate/client-limits.ts";
import { UNSIGNED } from "../../gate/signature.ts";
import type { Branch } from "../../route/branch.ts";
import { branchFor, type Stack } from "../../route/stack.ts";
import type { ServedRoute } from "../served-route.ts";
import type { Inbound } from "./inbound.ts";
import type { Resolved } from "./resolve.ts";

/** The objections of the gates to a webhook that passed them anyway. */
export interface Notes {
	/** The reason for which a gate would have refused, if its outcome is `report`. */
	readonly reports: HookError[];
	/** The reason for which the webhook is not trusted, if the outcome is `quarantine`. It is kept and not handled. */
	readonly doubts: HookError[];
}

/** Checks the client. Throws FIREWALL_DENIED, or notes it if the path quarantines or reports such webhooks. */
export function admit(
	stack: Stack<ServedRoute>,
	client: Client,
	notes: Notes,
): void {
	try {
		stack.firewall.admit(client);
	} catch (error) {
		note(error, stack.onDenied, notes);
	}
}

/**
 * Counts a request against the limit of its path. Returns undefined if it may pass. Otherwise LIMIT_EXCEEDED, in a promise if another
 * process counts.
 */
export function countRequest(
	{ path, limit }: Stack<ServedRoute>,
	{ client, receivedAt }: Pick<Inbound, "client" | "receivedAt">,
	limits: LimitMemory,
): HookError | undefined | Promise<HookError | undefined> {
	if (limit === undefined) return undefined;
	const waitMs = limits.take(bucketOf(path, client), limit, receivedAt);
	return typeof waitMs === "number" ? toExcess(waitMs) : waitMs.then(toExcess);
}

/**
 * Returns true for a request that only checks whether the URL answers: a bare GET of a URL that the platform probes before it
 * saves it, and a HEAD of a route that serves no file. Neither ever carries a webhook.
 */
export function isProbe(
	stack: Stack<ServedRoute>,
	request: Pick<Inbound, "method" | "query" | "hasBody">,
): boolean {
	const { method, query, hasBody } = request;
	if (method === "HEAD") {
		const branch = branchFor(stack, "GET");
		return stack.isProbed || (branch !== undefined && !servesFiles(branch));
	}
	return stack.isProbed && method === "GET" && query === "" && !hasBody;
}

/** Returns the routes of a method. Throws ROUTE_METHOD. */
export function branchOf(
	stack: Stack<ServedRoute>,
	method: string,
): Branch<ServedRoute> {
	const branch = branchFor(stack, method);
	if (branch !== undefined) return branch;
	throw new HookError(
		"ROUTE_METHOD",
		`The path takes ${stack.allow}, not ${method}.`,
		{
			headers: { allow: stack.allow },
		},
	);
}

/**
 * Verifies the origin of a webhook. Throws SIGNATURE_MISSING and SIGNATURE_INVALID, with 503 if the path asks for a retry. Does
 * not throw if the path quarantines or reports such webhooks.
 */
export function prove(
	stack: Stack<ServedRoute>,
	{ method, query, headers, receivedAt }: Unproved,
	raw: Uint8Array,
	notes: Notes,
): VerifiedWebhook {
	const webhook = { method, query, headers, raw };
	try {
		return stack.signature.verify(webhook, receivedAt);
	} catch (error) {
		const { onUnsigned } = stack;
		if (onUnsigned === "retry" && error instanceof HookError) {
			throw new HookError(error.code, error.message, { status: 503 });
		}
		note(error, onUnsigned, notes);
		return UNSIGNED.verify(webhook, receivedAt);
	}
}

/** A webhook without its body, and its time of arrival. */
export type Unproved = Pick<
	Inbound,
	"method" | "query" | "headers" | "receivedAt"
>;

/** Lets an invalid event pass if its route quarantines or reports it. */
export function tolerate(resolved: Resolved, notes: Notes): Resolved {
	const { invalid, route } = resolved;
	if (invalid === undefined || route.onInvalid === "reject") return resolved;
	note(invalid, route.onInvalid, notes);
	return { ...resolved, invalid: undefined };
}

// --- helpers ---

function toExcess(waitMs: number): HookError | undefined {
	if (waitMs <= 0) return undefined;
	return new HookError("LIMIT_EXCEEDED", undefined, {
		headers: { "retry-after": String(Math.ceil(waitMs / 1000)) },
	});
}

/** Notes a refusal if its outcome allows it. Otherwise throws it. */
function note(
	error: unknown,
	outcome: "reject" | "retry" | "quarantine" | "report",
	{ reports, doubts }: Notes,
): void {
	if (!(error instanceof HookError)) throw error;
	if (outcome === "report") reports.push(error);
	else if (outcome === "quarantine") doubts.push(error);
	else throw error;
}

function servesFiles({ kinds }: Branch<ServedRoute>): boolean {
	return kinds.every(({ routes }) =>
		routes.every(({ isFetched }) => isFetched),
	);
}
