import type { RouteSettings, Settings } from "../../config/settings.ts";
import { createFirewall, type Firewall } from "../../gate/firewall.ts";
import { compileSignature } from "../../gate/schemes/none.ts";
import type { ConfiguredScheme } from "../../gate/schemes/scheme.ts";
import type { Schemes } from "../../gate/schemes/table.ts";
import type { Signature } from "../../gate/signature.ts";
import type { Kind } from "../../kind/kind.ts";
import { memo } from "../../memo.ts";
import type { Door } from "../../route/stack.ts";
import { compileNetworks, exampleOf } from "./networks.ts";

/**
 * Returns the request headers, in lower case, that contain a proof of origin: in the schemes of the route, or in any scheme
 * regardless of its settings. They are not needed after the proof was checked.
 */
export function secretHeadersOf(
	signature: readonly ConfiguredScheme[],
	schemes: Schemes,
): ReadonlySet<string> {
	const own = signature.flatMap(({ secretHeaders }) => secretHeaders);
	return new Set([...schemes.secretHeaders, ...own]);
}

/** Returns the parameters that contain a proof of origin: in the route's schemes, or in the schemes that sign its kind. */
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
 * Creates the gates of paths. Most routes use the same networks and the same secrets, and share one firewall and one signature,
 * which stay in the CPU cache.
 */
export function createDoorBuilder({
	networks,
}: Pick<Settings, "networks">): (route: RouteSettings) => Door {
	const firewalls = new Map<string, Firewall>();
	const signatures = new Map<readonly ConfiguredScheme[], Signature>();
	return ({
		firewall,
		onDenied,
		signature,
		onUnsigned,
		bodyLimitBytes,
		limit,
	}) => ({
		firewall: memo(firewalls, firewall.join(" "), () =>
			createFirewall(
				firewall,
				compileNetworks(firewall, networks),
				exampleOf(firewall, networks),
				(name) => compileNetworks([name], networks),
			),
		),
		onDenied,
		signature: memo(signatures, signature, () => compileSignature(signature)),
		onUnsigned,
		bodyLimitBytes,
		limit,
	});
}
