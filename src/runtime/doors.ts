import type { RouteSettings, Settings } from "../config/settings.ts";
import { createFirewall, type Firewall } from "../gate/firewall.ts";
import { compileSignature } from "../gate/schemes/none.ts";
import type { ConfiguredScheme } from "../gate/schemes/scheme.ts";
import type { Schemes } from "../gate/schemes/table.ts";
import type { Signature } from "../gate/signature.ts";
import type { Kind } from "../kind/kind.ts";
import { memo } from "../memo.ts";
import type { Door } from "../route/stack.ts";
import { compileNetworks, exampleOf } from "./networks.ts";

/**
 * Returns the request headers, in lower case, that hold a proof of origin: under the schemes of the route,
 * or under any scheme whatever its settings. Nobody needs them once the proof was judged.
 */
export function secretHeadersOf(
	signature: readonly ConfiguredScheme[],
	schemes: Schemes,
): ReadonlySet<string> {
	const own = signature.flatMap(({ secretHeaders }) => secretHeaders);
	return new Set([...schemes.secretHeaders, ...own]);
}

/** Returns the parameters that hold a proof of origin: by the route's schemes, or by those that its kind is signed by. */
export function secretParametersOf(
	signature: readonly ConfiguredScheme[],
	{ signed = [] }: Pick<Kind, "signed">,
	schemes: Schemes,
): readonly string[] {
	const known = signed.map((name) => schemes.get(name));
	const all = [...known, ...signature.map(({ scheme }) => scheme)];
	return [...new Set(all.flatMap((one) => one?.secretParameters ?? []))];
}

/**
 * Makes the doors of paths. Most routes name the same networks and the same secrets: one firewall and
 * one signature for all of them is one that stays in the cache.
 */
export function createDoorBuilder({
	networks,
}: Pick<Settings, "networks">): (route: RouteSettings) => Door {
	const firewalls = new Map<string, Firewall>();
	const signatures = new Map<readonly ConfiguredScheme[], Signature>();
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
