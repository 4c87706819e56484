import { HookError } from "../../errors.ts";
import type { VerifiedWebhook } from "../../event/webhook.ts";
import type { Client } from "../../gate/client-address.ts";
import type { Stack } from "../../route/stack.ts";
import { admit, type Notes, prove, type Unproved } from "../gates.ts";
import type { ServedRoute } from "../served-route.ts";
import type { Gates } from "./verdict.ts";

/** Asks the firewall of a path. */
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
		gates.pass("firewall", `in one of: ${stack.firewall.names.join(", ")}`);
}

/** Asks who sent it; undefined where the path refuses it. */
export function askSignature(
	gates: Gates,
	stack: Stack<ServedRoute>,
	sample: Unproved & { readonly raw: Uint8Array },
): VerifiedWebhook | undefined {
	const notes: Notes = { reports: [], doubts: [] };
	try {
		const webhook = prove(stack, sample, sample.raw, notes);
		if (!gates.noted("signature", notes)) {
			gates.pass("signature", `scheme ${stack.signature.scheme}`);
		}
		return webhook;
	} catch (error) {
		gates.refuse("signature", error);
		return undefined;
	}
}

/** Throws BODY_TOO_LARGE. */
export function checkSize(
	{ raw }: Pick<Unproved & { readonly raw: Uint8Array }, "raw">,
	stack: Stack<ServedRoute>,
): SizeSeen {
	const size = { bytes: raw.length, limit: stack.bodyLimitBytes };
	if (size.bytes > size.limit) {
		throw new HookError(
			"BODY_TOO_LARGE",
			`the body has ${size.bytes} bytes, and ${size.limit} are the limit`,
		);
	}
	return size;
}

/** How large a body is, and may be. */
export interface SizeSeen {
	readonly bytes: number;
	readonly limit: number;
}

/** Writes a size for a person. */
export function describeSize({ bytes, limit }: SizeSeen): string {
	return bytes === 0 ? "no body" : `${bytes} of at most ${limit} bytes`;
}
