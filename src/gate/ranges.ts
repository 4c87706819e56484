import ipaddr from "ipaddr.js";
import type { Address } from "./address.ts";

/** A set of addresses, compiled once: a look-up is a binary search, whatever the number of CIDRs. */
export interface Ranges {
	has(address: Address): boolean;
	readonly isEmpty: boolean;
}

/**
 * Compiles CIDRs and single addresses, which MUST be well-formed (the config check sees to it).
 * An IPv4-mapped IPv6 range counts as the IPv4 range it stands for.
 */
export function compileRanges(cidrs: readonly string[]): Ranges {
	const v4: Interval[] = [];
	const v6: Interval[] = [];
	for (const cidr of cidrs) {
		const { family, first, last } = toInterval(cidr);
		(family === 4 ? v4 : v6).push({ first, last });
	}
	const merged4 = merge(v4);
	const first4 = Float64Array.from(merged4, ({ first }) => Number(first));
	const last4 = Float64Array.from(merged4, ({ last }) => Number(last));
	const merged6 = merge(v6);
	return {
		isEmpty: merged4.length === 0 && merged6.length === 0,
		has: (address) =>
			address.family === 4
				? within4(first4, last4, address.value4)
				: merged6.some(
						({ first, last }) =>
							first <= address.value && address.value <= last,
					),
	};
}

// --- helpers ---

interface Interval {
	readonly first: bigint;
	readonly last: bigint;
}

function toInterval(cidr: string): Interval & { family: 4 | 6 } {
	const [address, bits] = cidr.includes("/")
		? ipaddr.parseCIDR(cidr)
		: ([ipaddr.parse(cidr), undefined] as const);
	const isV6 = address instanceof ipaddr.IPv6;
	const mapped = isV6 && address.isIPv4MappedAddress() && (bits ?? 128) >= 96;
	const family = isV6 && !mapped ? 6 : 4;
	const width = family === 4 ? 32 : 128;
	const bytes = mapped
		? address.toIPv4Address().toByteArray()
		: address.toByteArray();
	const prefix = bits === undefined ? width : mapped ? bits - 96 : bits;
	let value = 0n;
	for (const byte of bytes) value = (value << 8n) | BigInt(byte);
	const hosts = (1n << BigInt(width - prefix)) - 1n;
	const first = value & ~hosts;
	return { family, first, last: first | hosts };
}

function merge(intervals: readonly Interval[]): Interval[] {
	const sorted = [...intervals].sort((a, b) =>
		a.first < b.first ? -1 : a.first > b.first ? 1 : 0,
	);
	const merged: Interval[] = [];
	for (const next of sorted) {
		const previous = merged.at(-1);
		if (previous !== undefined && next.first <= previous.last + 1n) {
			if (next.last > previous.last) {
				merged[merged.length - 1] = { first: previous.first, last: next.last };
			}
		} else {
			merged.push(next);
		}
	}
	return merged;
}

function within4(
	firsts: Float64Array,
	lasts: Float64Array,
	value: number,
): boolean {
	let low = 0;
	let high = firsts.length - 1;
	while (low <= high) {
		const middle = (low + high) >>> 1;
		if (value < (firsts[middle] as number)) high = middle - 1;
		else if (value > (lasts[middle] as number)) low = middle + 1;
		else return true;
	}
	return false;
}
