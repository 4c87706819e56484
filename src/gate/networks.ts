import type { IPv4, IPv6 } from "ipaddr.js";
import { parseIPv6 } from "./address.ts";
import { ipaddr } from "./ipaddr.ts";

/** A range of addresses of a built-in network, and its source. */
export interface NetworkRange {
	readonly cidr: string;
	/** The day (or month) since which it is known to be in use. Undefined for ranges of a standard. */
	readonly since?: string;
	/** The day on which the platform removed it from its list. Undefined if it is still listed. */
	readonly until?: string;
	readonly source: string;
	/** False if only third parties mention it. */
	readonly confirmed: boolean;
}

/** A built-in network. */
export interface BuiltInNetwork {
	readonly name: string;
	readonly ranges: readonly NetworkRange[];
	readonly note: string;
}

const LIST_2018 = "Nexmo developer documentation, webhooks guide, 2018-08-16";
const LIST_2019 = "Nexmo developer documentation, webhooks guide, 2019-01-31";

/** The built-in networks, by name. */
export const BUILT_IN_NETWORKS: ReadonlyMap<string, BuiltInNetwork> = new Map(
	[
		network(
			"nexmo",
			"The four ranges that Nexmo published in 2017. Three of them were withdrawn in 2019 and may belong to others now. The fourth is also in `vonage`.",
			[
				{ cidr: "174.37.245.32/29", since: "2017-02-14", until: "2019-01-31" },
				{ cidr: "174.36.197.192/28", since: "2012", until: "2019-01-31" },
				{ cidr: "173.193.199.16/28", since: "2017-02-14", until: "2019-01-31" },
				{ cidr: "119.81.44.0/28", since: "2017-02-14" },
			].map((range) => ({
				...range,
				source: "Nexmo developer documentation, webhooks guide, 2017-02-14",
				confirmed: true,
			})),
		),
		network(
			"vonage",
			"The ranges published later. The platform publishes no end dates, so all ranges are included. Compare with its IP whitelisting page.",
			[
				range("5.10.112.112/28", "2018-08-16", LIST_2018),
				range("119.81.44.0/28", "2017-02-14", LIST_2019),
				range("169.60.146.16/28", "2019-01-31", LIST_2019),
				range("169.63.86.160/28", "2019-01-31", LIST_2019),
				range("169.50.200.64/28", "2019-01-31", LIST_2019),
				range(
					"216.147.0.0/18",
					"2024-01",
					"Vonage support article 11703629696412 (the common callback service)",
				),
			],
		),
		network(
			"vonage-unconfirmed",
			"A range that third parties quote from the platform's IP whitelisting page, without official confirmation. Check it before you admit it.",
			[
				{
					cidr: "168.100.64.0/18",
					since: "2024",
					source:
						"third-party configurations that quote Vonage's IP whitelisting page",
					confirmed: false,
				},
			],
		),
		network("loopback", "The machine itself.", [
			standard("127.0.0.0/8", "RFC 1122 section 3.2.1.3"),
			standard("::1/128", "RFC 4291 section 2.5.3"),
		]),
		network("private", "Networks that are not routed on the Internet.", [
			standard("10.0.0.0/8", "RFC 1918 section 3"),
			standard("172.16.0.0/12", "RFC 1918 section 3"),
			standard("192.168.0.0/16", "RFC 1918 section 3"),
			standard("169.254.0.0/16", "RFC 3927 section 2.1"),
			standard("fc00::/7", "RFC 4193 section 3.1"),
			standard("fe80::/10", "RFC 4291 section 2.5.6"),
		]),
		network(
			"any",
			"Every address, known or unknown, for tunnels and proxies that hide the client.",
			[
				standard("0.0.0.0/0", "RFC 4632 section 3.1"),
				standard("::/0", "RFC 4291 section 2.3"),
			],
		),
	].map((entry) => [entry.name, entry]),
);

/** A network in CIDR notation (RFC 4632 section 3.1, RFC 4291 section 2.3). */
export interface Cidr {
	readonly family: 4 | 6;
	/** Length of the network prefix: 0 to 32, or to 128. */
	readonly bits: number;
	/** The range in canonical form, with its length. */
	readonly cidr: string;
	/** True if the address has host bits, so it is not a network. */
	readonly hostBitsSet: boolean;
	/** The network that contains the address. The same as `cidr` if there are no host bits. */
	readonly corrected: string;
}

/**
 * Parses a CIDR or a single address. Returns undefined for anything else, including `127.1`, leading zeros, zones and
 * netmasks, which two parsers may read as different addresses. An IPv4-mapped IPv6 range becomes the corresponding IPv4
 * range.
 */
export function parseCidr(text: string): Cidr | undefined {
	const [, address = "", length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
	const parsed = parseAddress(address);
	if (parsed === undefined) return undefined;
	const width = parsed instanceof ipaddr().IPv6 ? 128 : 32;
	const bits = length === undefined ? width : Number(length);
	if (bits > width || (length !== undefined && String(bits) !== length)) {
		return undefined;
	}
	if (parsed instanceof ipaddr().IPv6) {
		return parsed.isIPv4MappedAddress() && bits >= 96
			? toCidr(parsed.toIPv4Address(), bits - 96)
			: toCidr(parsed, bits);
	}
	return toCidr(parsed, bits);
}

/**
 * Returns true for ranges of length `/0` to `/7`, which cover a large part of the Internet and are rarely intended. The
 * exception is `fc00::/7`, the only range of that length that the Internet does not route.
 */
export function isWide({ bits, corrected }: Cidr): boolean {
	return bits < 8 && corrected !== "fc00::/7";
}

// --- helpers ---

function network(
	name: string,
	note: string,
	ranges: readonly NetworkRange[],
): BuiltInNetwork {
	return { name, note, ranges };
}

function range(cidr: string, since: string, source: string): NetworkRange {
	return { cidr, since, source, confirmed: true };
}

function standard(cidr: string, source: string): NetworkRange {
	return { cidr, source, confirmed: true };
}

function parseAddress(text: string): IPv4 | IPv6 | undefined {
	if (ipaddr().IPv4.isValidFourPartDecimal(text))
		return ipaddr().IPv4.parse(text);
	return text.includes("%") ? undefined : parseIPv6(text);
}

function toCidr(address: IPv4 | IPv6, bits: number): Cidr {
	const bytes = address.toByteArray();
	const kept = bytes.map((byte, index) => {
		const free = Math.min(Math.max((index + 1) * 8 - bits, 0), 8);
		return (byte >> free) << free;
	});
	const network = ipaddr().fromByteArray(kept);
	return {
		family: bytes.length === 4 ? 4 : 6,
		bits,
		cidr: `${address.toString()}/${bits}`,
		hostBitsSet: kept.some((byte, index) => byte !== bytes[index]),
		corrected: `${network.toString()}/${bits}`,
	};
}
