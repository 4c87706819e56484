import ipaddr from "ipaddr.js";
import { parseIPv6 } from "./address.ts";

/** A range of addresses of a built-in network, and where it is known from. */
export interface NetworkRange {
	readonly cidr: string;
	/** The day (or month) from which it is known to be used; undefined for ranges of a standard. */
	readonly since?: string;
	/** The day on which the platform took it off its list; undefined while it is on it. */
	readonly until?: string;
	readonly source: string;
	/** False where only third parties quote it. */
	readonly confirmed: boolean;
}

/** A network that needs no definition. */
export interface BuiltInNetwork {
	readonly name: string;
	readonly ranges: readonly NetworkRange[];
	readonly note: string;
}

const LIST_2018 = "Nexmo developer documentation, webhooks guide, 2018-08-16";
const LIST_2019 = "Nexmo developer documentation, webhooks guide, 2019-01-31";

/** The networks that every configuration knows, by name. */
export const BUILT_IN_NETWORKS: ReadonlyMap<string, BuiltInNetwork> = new Map(
	[
		network(
			"nexmo",
			"The four ranges that Nexmo published in 2017. Three of them were withdrawn in 2019: they are anybody's by now, and the fourth is in `vonage` too.",
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
			"The ranges published later. The platform names no end dates, so that none is left out; compare with its IP whitelisting page.",
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
			"A range that others quote from the platform's IP whitelisting page, and that no official text confirms. Compare before you admit it.",
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
		network("private", "Networks that the Internet does not route.", [
			standard("10.0.0.0/8", "RFC 1918 section 3"),
			standard("172.16.0.0/12", "RFC 1918 section 3"),
			standard("192.168.0.0/16", "RFC 1918 section 3"),
			standard("169.254.0.0/16", "RFC 3927 section 2.1"),
			standard("fc00::/7", "RFC 4193 section 3.1"),
			standard("fe80::/10", "RFC 4291 section 2.5.6"),
		]),
		network(
			"any",
			"Every address, known or not: for tunnels and proxies that hide where a webhook comes from.",
			[
				standard("0.0.0.0/0", "RFC 4632 section 3.1"),
				standard("::/0", "RFC 4291 section 2.3"),
			],
		),
	].map((entry) => [entry.name, entry]),
);

/** A network as CIDR notation writes it (RFC 4632 section 3.1, RFC 4291 section 2.3). */
export interface Cidr {
	readonly family: 4 | 6;
	/** Length of the network's part: 0 to 32, or to 128. */
	readonly bits: number;
	/** The range in canonical spelling, with its length. */
	readonly cidr: string;
	/** True when the address has bits after the network's part, so that it is no network. */
	readonly hostBitsSet: boolean;
	/** The network that the address is in; the same as `cidr` without host bits. */
	readonly corrected: string;
}

/**
 * Reads a CIDR or a single address; undefined for anything else, also for `127.1`, leading zeros,
 * zones and netmasks, which two readers may take for different addresses. An IPv4-mapped IPv6 range
 * becomes the IPv4 range it stands for.
 */
export function parseCidr(text: string): Cidr | undefined {
	const [, address = "", length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
	const parsed = parseAddress(address);
	if (parsed === undefined) return undefined;
	const width = parsed instanceof ipaddr.IPv6 ? 128 : 32;
	const bits = length === undefined ? width : Number(length);
	if (bits > width || (length !== undefined && String(bits) !== length)) {
		return undefined;
	}
	if (parsed instanceof ipaddr.IPv6) {
		return parsed.isIPv4MappedAddress() && bits >= 96
			? toCidr(parsed.toIPv4Address(), bits - 96)
			: toCidr(parsed, bits);
	}
	return toCidr(parsed, bits);
}

/**
 * True for ranges of length `/0` to `/7`, half the Internet or so: hardly ever what was meant. The
 * exception is `fc00::/7`, the one range of that length that the Internet does not route.
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

function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
	if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
	return text.includes("%") ? undefined : parseIPv6(text);
}

function toCidr(address: ipaddr.IPv4 | ipaddr.IPv6, bits: number): Cidr {
	const bytes = address.toByteArray();
	const kept = bytes.map((byte, index) => {
		const free = Math.min(Math.max((index + 1) * 8 - bits, 0), 8);
		return (byte >> free) << free;
	});
	const network = ipaddr.fromByteArray(kept);
	return {
		family: bytes.length === 4 ? 4 : 6,
		bits,
		cidr: `${address.toString()}/${bits}`,
		hostBitsSet: kept.some((byte, index) => byte !== bytes[index]),
		corrected: `${network.toString()}/${bits}`,
	};
}
