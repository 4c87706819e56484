import { isIPv4, isIPv6 } from "node:net";
import type { IPv6 } from "ipaddr.js";
import { ipaddr } from "./ipaddr.ts";

/** An IP address in canonical form, ready for comparison. */
export interface Address {
	/** Dotted quad for IPv4 (also for `::ffff:a.b.c.d`), compressed lower case for IPv6. */
	readonly text: string;
	readonly family: 4 | 6;
	/** The address as a number: below 2^32 for IPv4. */
	readonly value: bigint;
	/** The IPv4 address as a plain number, because BigInt is slow. -1 for IPv6. */
	readonly value4: number;
}

/**
 * Parses an address in the forms that sockets and proxies use: with a port, in brackets, with a zone, or IPv4-mapped (RFC
 * 4291 section 2.5.5.2). Returns undefined for anything else, including short and octal spellings such as `127.1`, which
 * two parsers may read as different addresses.
 */
export function parseAddress(text: string): Address | undefined {
	const bare = stripPort(text.trim());
	if (isIPv4(bare)) return fromV4(bare);
	const parsed = parseIPv6(bare);
	if (parsed === undefined) return undefined;
	if (parsed.isIPv4MappedAddress()) {
		return fromV4(parsed.toIPv4Address().toString());
	}
	let value = 0n;
	for (const byte of parsed.toByteArray()) value = (value << 8n) | BigInt(byte);
	return { text: parsed.toString(), family: 6, value, value4: -1 };
}

/**
 * Parses an IPv6 address in any form of RFC 4291 section 2.2, without its zone. Returns undefined for anything else. The
 * dotted part is rewritten first, because ipaddr.js reads the IPv4-compatible `::192.0.2.1` as the mapped
 * `::ffff:192.0.2.1`, which is a different address, and accepts octal or hexadecimal parts in it.
 */
export function parseIPv6(text: string): IPv6 | undefined {
	if (!isIPv6(text)) return undefined;
	const zone = text.indexOf("%");
	const bare = zone === -1 ? text : text.slice(0, zone);
	const dotted = bare.includes(".") ? bare.lastIndexOf(":") + 1 : bare.length;
	const [a = 0, b = 0, c = 0, d = 0] = bare
		.slice(dotted)
		.split(".")
		.map(Number);
	return ipaddr().IPv6.parse(
		dotted === bare.length
			? bare
			: `${bare.slice(0, dotted)}${toGroup(a, b)}:${toGroup(c, d)}`,
	);
}

/**
 * Creates a parser with a cache, because the same few peers call again and again. It keeps at most `capacity` strings
 * (default 4,096) and then starts with an empty cache. Senders can choose the string (a forwarded hop, with a zone of any
 * length), so long ones are not cached.
 */
export function createAddressReader(
	capacity = 4096,
): (text: string) => Address | undefined {
	const known = new Map<string, Address>();
	return (text) => {
		const hit = known.get(text);
		if (hit !== undefined) return hit;
		const address = parseAddress(text);
		if (address !== undefined && text.length <= KEPT_LENGTH) {
			if (known.size >= capacity) known.clear();
			known.set(detach(text), address);
		}
		return address;
	};
}

/** Returns true for `localhost` and the addresses of loopback. */
export function isLoopback(host: string): boolean {
	if (host === "localhost") return true;
	const text = parseAddress(host)?.text ?? "";
	return text === "::1" || text.startsWith("127.");
}

// --- helpers ---

/** Longer strings are not cached. An IPv6 address in brackets, with a port and an interface, is shorter. */
const KEPT_LENGTH = 80;

/** Copies a string. In V8 a substring keeps the whole string alive, here a header of up to 16 KiB. */
function detach(text: string): string {
	return Buffer.from(text, "latin1").toString("latin1");
}

function toGroup(high: number, low: number): string {
	return (high * 256 + low).toString(16);
}

function fromV4(text: string): Address {
	const value4 = text
		.split(".")
		.reduce((sum, part) => sum * 256 + Number(part), 0);
	return { text, family: 4, value: BigInt(value4), value4 };
}

/** Removes the port from `1.2.3.4:80` and `[::1]:80`. A bare IPv6 address contains colons itself. */
function stripPort(text: string): string {
	if (text.startsWith("[")) {
		const end = text.indexOf("]");
		if (end === -1 || !/^(?::\d{1,5})?$/.test(text.slice(end + 1))) return "";
		return text.slice(1, end);
	}
	const colon = text.indexOf(":");
	if (colon === -1 || text.includes(":", colon + 1)) return text;
	return /^\d{1,5}$/.test(text.slice(colon + 1)) ? text.slice(0, colon) : "";
}
