import type { RouteSettings, Settings } from "../config/settings.ts";
import { createFirewall, type Firewall } from "../gate/firewall.ts";
import { compileSignature } from "../gate/schemes/create.ts";
import type { Signature } from "../gate/signature.ts";
import type { SignatureSettings } from "../gate/signature-settings.ts";
import { memo } from "../handler/memo.ts";
import type { Kind } from "../kind/kind.ts";
import type { Door } from "../route/stack.ts";
import { compileNetworks, exampleOf } from "./networks.ts";

/** Request headers, lower case, that hold a proof of origin: nobody needs them once it was judged. */
export function secretHeadersOf(
	signature: readonly SignatureSettings[],
): ReadonlySet<string> {
	return new Set(
		signature.flatMap((settings) =>
			settings.scheme === "hmac" ? [settings.header] : [],
		),
	);
}

/** True where the platform signs by a parameter `sig`: by the route's scheme, or by what is known of its kind. */
export function isSignedBySig(
	signature: readonly SignatureSettings[],
	{ signed = [] }: Pick<Kind, "signed">,
): boolean {
	return (
		signed.includes("vonage-sig") ||
		signature.some(({ scheme }) => scheme === "vonage-sig")
	);
}

/** Request headers, lower case, that a signature scheme reads and that prove nothing: the id and the time of a webhook. */
export function plainHeadersOf(
	signature: readonly SignatureSettings[],
): readonly string[] {
	return signature.flatMap((settings) => {
		if (settings.scheme === "standard-webhooks")
			return ["webhook-id", "webhook-timestamp"];
		if (settings.scheme !== "hmac" || settings.timestamp === undefined)
			return [];
		return "header" in settings.timestamp ? [settings.timestamp.header] : [];
	});
}

/**
 * Makes the doors of paths. Most routes name the same networks and the same secrets: one firewall and
 * one signature for all of them is one that stays in the cache.
 */
export function createDoorBuilder({
	networks,
}: Pick<Settings, "networks">): (route: RouteSettings) => Door {
	const firewalls = new Map<string, Firewall>();
	const signatures = new Map<readonly SignatureSettings[], Signature>();
	return ({ firewall, onDenied, signature, onUnsigned, bodyLimitBytes }) => ({
		firewall: memo(firewalls, firewall.join(" "), () =>
			createFirewall(
				firewall,
				compileNetworks(firewall, networks),
				exampleOf(firewall, networks),
			),
		),
		onDenied,
		signature: memo(signatures, signature, () => compileSignature(signature)),
		onUnsigned,
		bodyLimitBytes,
	});
}
