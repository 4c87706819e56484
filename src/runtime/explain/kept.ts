import type { HookError } from "../../errors.ts";
import type {
	Claims,
	RawWebhook,
	VerifiedWebhook,
} from "../../event/webhook.ts";
import { parseAddress } from "../../gate/address.ts";
import type { Client } from "../../gate/client-address.ts";
import { recall } from "../../gate/signature.ts";
import type { Gates } from "./verdict.ts";

/** What was found out about a webhook when it came, and cannot be found out again. */
export interface KeptFindings {
	/** The client's address; undefined where it could not be told. */
	readonly client: string | undefined;
	/** Verified claims. */
	readonly claims: Claims;
	/** The body as text, where its bytes are not plain UTF-8. */
	readonly text: string | undefined;
	/** Why its origin was doubted, where it is quarantined for that: SIGNATURE_MISSING or SIGNATURE_INVALID. */
	readonly unproved: HookError | undefined;
}

/** The client of a webhook that was kept: the headers of proxies are not walked again. */
export function keptClient({ client }: KeptFindings): Client {
	return {
		address: client === undefined ? undefined : parseAddress(client),
		found: "as it was found when it came",
	};
}

/** Makes the webhook again. Its signature is not kept, so that the verdict is the one of that time. */
export function recallKept(
	gates: Gates,
	{ method, query, headers, raw }: RawWebhook,
	{ claims, unproved }: KeptFindings,
): VerifiedWebhook {
	if (unproved === undefined) {
		gates.pass("signature", "judged when it came");
	} else {
		gates.refuse("signature", unproved, "quarantined");
	}
	return recall({ method, query, headers, raw }, claims);
}
