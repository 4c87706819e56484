import type { Wording } from "../../finding/finding.ts";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { parseCidr } from "../../gate/networks.ts";
import { type Networks, PLATFORM_NETWORKS } from "../parts/networks.ts";
import type { RouteDraft } from "../parts/route/draft.ts";
import type { ServerSettings } from "../settings.ts";
import { isPublic, isUnproved } from "./doors.ts";

/**
 * Warns of a `publicUrl` that the platform cannot call, where the platform is let in: the URLs in NCCOs, and those
 * that `routes` prints, begin with it. One that nobody wrote, or that a variable may replace, is noted, and told at the start.
 */
export function checkPublicUrl(
	{ publicUrl, isPublicUrlWritten }: ServerSettings,
	site: Site,
	{
		routes,
		networks,
	}: { readonly routes: readonly RouteDraft[]; readonly networks: Networks },
	report: Report,
): void {
	if (!isLocal(publicUrl, networks)) return;
	// Thousands of routes share one list.
	const firewalls = new Set(routes.map(({ firewall }) => firewall));
	if (![...firewalls].some((one) => admitsPlatform(one, networks))) return;
	if (!isPublicUrlWritten) {
		report.note(site.at(), {
			what: `\`publicUrl\` is not set, so URLs in NCCOs name this machine, which the platform cannot call`,
			todo: "write the URL that the platform calls, such as `publicUrl: https://hooks.example.com`",
			isToldAtStart: true,
		});
		return;
	}
	const wording = {
		what: `\`publicUrl\` is ${site.show(site.value)}, which nobody outside can call, although the firewall admits the platform`,
		expected: "the URL that the platform calls",
		todo: "write for example `https://hooks.example.com`",
	};
	const isDefault = isReplaceable(site) && !site.isFromOutside();
	if (isDefault) report.note(site.at(), { ...wording, isToldAtStart: true });
	else report.warn(site.at(), wording);
}

/**
 * Warns where a firewall admits the machines that bring other people's requests: a trusted proxy, and without a
 * signature this machine itself. Anyone who comes through one that does not name its client passes as that machine.
 */
export function checkLocalDoors(
	server: ServerSettings,
	{
		routes,
		networks,
	}: { readonly routes: readonly RouteDraft[]; readonly networks: Networks },
	report: Report,
): void {
	// Thousands of routes share one list.
	const known = new Map<string, Wording | undefined>();
	for (const route of routes) {
		const { firewall } = route;
		if (firewall === undefined || firewall.isWide || isPublic(route)) continue;
		const key = `${isUnproved(route)} ${firewall.names.join(" ")}`;
		if (!known.has(key)) {
			known.set(key, localDoor(route, firewall.names, server, networks));
		}
		const wording = known.get(key);
		if (wording !== undefined) {
			report.warn(route.siteOf("firewall").at(), wording);
		}
	}
}

// --- helpers ---

function localDoor(
	route: RouteDraft,
	names: readonly string[],
	{ trustedProxies }: ServerSettings,
	networks: Networks,
): Wording | undefined {
	if (trustedProxies.length > 0 && networks.overlap(names, trustedProxies)) {
		return ADMITS_PROXY;
	}
	if (!isUnproved(route) || !networks.overlap(names, ["loopback"])) {
		return undefined;
	}
	// Who admits no other machine means the programs of this one, and puts no proxy before them.
	const isLocal = names.every((name) =>
		networks.overlap([name], ["loopback", "private"]),
	);
	return isLocal ? undefined : ADMITS_ITSELF;
}

const ADMITS_PROXY: Wording = {
	what: "the firewall admits a proxy of `trustedProxies`: a client that the proxy does not name passes as the proxy itself",
	todo: "take the addresses of the proxies out of `firewall`",
};

const ADMITS_ITSELF: Wording = {
	what: "the firewall admits this machine and there is no signature, so everything that a local proxy or tunnel forwards is accepted",
	todo: "take `loopback` out, or write a `signature`",
};

function admitsPlatform(
	firewall: RouteDraft["firewall"],
	networks: Networks,
): boolean {
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

/** Returns true for a string with a `${…}` in the file. */
function isReplaceable({ file, path }: Site): boolean {
	const written = path.reduce<unknown>(
		(outer, key) => (outer as Readonly<Record<string, unknown>>)?.[key],
		file.source.value,
	);
	return typeof written === "string" && written.includes("${");
}
