import { parseCidr } from "../gate/networks.ts";
import type { RouteDraft } from "./draft.ts";
import { type Networks, PLATFORM_NETWORKS } from "./networks.ts";
import type { Place } from "./place.ts";
import type { Report } from "./report.ts";
import type { ServerSettings } from "./settings.ts";

/**
 * Warns of a `publicUrl` that the platform cannot call, where the platform is let in: the URLs in NCCOs, and those
 * that `routes` prints, begin with it. One that a variable may replace is noted.
 */
export function checkPublicUrl(
	{ publicUrl, isPublicUrlWritten }: ServerSettings,
	place: Place,
	{
		routes,
		networks,
	}: { readonly routes: readonly RouteDraft[]; readonly networks: Networks },
	report: Report,
): void {
	if (!isPublicUrlWritten || !isLocal(publicUrl, networks)) return;
	if (!routes.some((route) => admitsPlatform(route, networks))) return;
	const wording = {
		what: `\`publicUrl\` is ${place.show(place.value)}, which nobody outside can call, and the platform is let in`,
		expected: "the URL that the platform calls",
		todo: "write for example `https://hooks.example.com`",
	};
	const isDefault = isReplaceable(place) && !place.isFromOutside();
	if (isDefault) report.note(place.at(), wording);
	else report.warn(place.at(), wording);
}

// --- helpers ---

function admitsPlatform({ firewall }: RouteDraft, networks: Networks): boolean {
	if (firewall === undefined || firewall.isWide) return false;
	return (
		firewall.names.some((name) => PLATFORM_NETWORKS.has(name)) ||
		networks.overlap(firewall.names, ["vonage"])
	);
}

function isLocal(url: string, networks: Networks): boolean {
	const host = new URL(url).hostname.replace(/^\[|\]$|\.$/g, "");
	const address = parseCidr(host)?.corrected;
	if (address === undefined) {
		return (
			!host.includes(".") ||
			/\.(?:localhost|local|internal|lan|intranet|home\.arpa|test)$/.test(host)
		);
	}
	return networks.overlap([address], ["loopback", "private", ...NOT_ROUTED]);
}

/** "This network" (RFC 1122 section 3.2.1.3) and what providers share among customers (RFC 6598). */
const NOT_ROUTED = ["0.0.0.0/8", "100.64.0.0/10", "::/128"];

/** True for a text with a `${…}` in the file. */
function isReplaceable({ file, path }: Place): boolean {
	const written = path.reduce<unknown>(
		(outer, key) => (outer as Readonly<Record<string, unknown>>)?.[key],
		file.source.value,
	);
	return typeof written === "string" && written.includes("${");
}
