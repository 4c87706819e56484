import { HookError } from "../../errors.ts";
import type {
	Claims,
	RawWebhook,
	VerifiedWebhook,
} from "../../event/webhook.ts";
import { formatRate } from "../../finding/rate.ts";
import { listWords } from "../../finding/suggest.ts";
import { parseAddress } from "../../gate/address.ts";
import type { Client } from "../../gate/client-address.ts";
import { recall } from "../../gate/signature.ts";
import { showHidden } from "../../observe/plain-text.ts";
import type { Stack } from "../../route/stack.ts";
import { admit, type Notes, prove, type Unproved } from "../request/gates.ts";
import type { ServedRoute } from "../served-route.ts";
import type { Gates } from "./verdict.ts";

/** Evaluates the firewall of a path. */
export function askFirewall(
	gates: Gates,
	stack: Stack<ServedRoute>,
	client: Client,
): void {
	const notes: Notes = { reports: [], doubts: [] };
	try {
		admit(stack, client, notes);
	} catch (error) {
		gates.refuse("firewall", error);
		return;
	}
	if (!gates.noted("firewall", notes))
		gates.pass("firewall", describeNetwork(stack.firewall.networkOf(client)));
}

/** Tells the limit of a path. An explanation does not count against it. */
export function tellLimit(gates: Gates, { limit }: Stack<ServedRoute>): void {
	if (limit === undefined) return;
	const burst = Math.floor(limit.burst);
	gates.pass(
		"limit",
		`${formatRate(limit.intervalMs)} for each client, ${burst} at once`,
	);
}

/** Evaluates the signature of a path. Returns undefined if it refuses the request. */
export function askSignature(
	gates: Gates,
	stack: Stack<ServedRoute>,
	sample: Unproved & { readonly raw: Uint8Array },
): VerifiedWebhook | undefined {
	const notes: Notes = { reports: [], doubts: [] };
	try {
		const webhook = prove(stack, sample, sample.raw, notes);
		if (!gates.noted("signature", notes)) {
			gates.pass(
				"signature",
				`scheme ${stack.signature.scheme}${describeClaims(webhook.claims)}`,
			);
		}
		return webhook;
	} catch (error) {
		gates.refuse("signature", error);
		return undefined;
	}
}

/** Compares the size of a body with the limit of a path. Throws BODY_TOO_LARGE. */
export function checkSize(
	{ raw }: { readonly raw: Uint8Array },
	stack: Stack<ServedRoute>,
): SizeSeen {
	const size = { bytes: raw.length, limit: stack.bodyLimitBytes };
	if (size.bytes > size.limit) {
		throw new HookError(
			"BODY_TOO_LARGE",
			`the body has ${size.bytes} bytes. The limit is ${size.limit}`,
		);
	}
	return size;
}

/** The size of a body, and its limit. */
export interface SizeSeen {
	readonly bytes: number;
	readonly limit: number;
}

/** Formats a size for people. */
export function describeSize({ bytes, limit }: SizeSeen): string {
	return bytes === 0 ? "no body" : `${bytes} of at most ${limit} bytes`;
}

/** The facts about a webhook from its arrival, which cannot be determined again. */
export interface KeptFindings {
	/** The client's address. Undefined if it was unknown. */
	readonly client: string | undefined;
	/** Verified claims. */
	readonly claims: Claims;
	/** The body as text, where its bytes are not plain UTF-8. */
	readonly text: string | undefined;
	/** The reason of the quarantine if its origin was doubted: SIGNATURE_MISSING or SIGNATURE_INVALID. */
	readonly unproved: HookError | undefined;
}

/** Returns the client of a stored webhook. The headers of proxies are not evaluated again. */
export function keptClient({ client }: KeptFindings): Client {
	return {
		address: client === undefined ? undefined : parseAddress(client),
		found: "as found on arrival",
	};
}

/** Restores the webhook. Its signature is not stored, so the verdict is the one from its arrival. */
export function recallKept(
	gates: Gates,
	{ method, query, headers, raw }: RawWebhook,
	{ claims, unproved }: KeptFindings,
): VerifiedWebhook {
	if (unproved === undefined) {
		gates.pass("signature", `checked on arrival${describeClaims(claims)}`);
	} else {
		gates.refuse("signature", unproved, "quarantined");
	}
	return recall({ method, query, headers, raw }, claims);
}

// --- helpers ---

function describeNetwork(name: string | undefined): string {
	return name === undefined || name === "any"
		? "any client is admitted"
		: `in the network ${name}`;
}

/** Names the proved claims. Their values may be secret. */
function describeClaims(claims: Claims): string {
	const names = Object.keys(claims).map(showHidden);
	return names.length === 0 ? "" : `, which proved ${listWords(names, "and")}`;
}
