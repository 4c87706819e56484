import { type Address, parseIPv6 } from "./address.ts";
import { ipaddr } from "./ipaddr.ts";

/** A compiled set of addresses. A look-up is a binary search. */
export interface Ranges {
	has(address: Address): boolean;
	readonly isEmpty: boolean;
}

/**
 * Compiles CIDRs and single addresses, which MUST be well-formed (the check of the configuration ensures that). An
 * IPv4-mapped IPv6 range counts as the corresponding IPv4 range.
 */
export function compileRanges(cidrs: readonly string[]): Ranges {
	const { v4: merged4, v6: merged6 } = mergeAll(cidrs);
	const first4 = Float64Array.from(merged4, ({ first }) => Number(first));
	const last4 = Float64Array.from(merged4, ({ last }) => Number(last));
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

/** Counts the distinct addresses in the CIDRs. */
export function countAddresses(cidrs: readonly string[]): AddressCount {
	const { v4, v6 } = mergeAll(cidrs);
	const count = (intervals: readonly Interval[]): bigint =>
		intervals.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
	return { v4: count(v4), v6: count(v6) };
}

/** Numbers of addresses. */
export interface AddressCount {
	readonly v4: bigint;
	readonly v6: bigint;
}

/** Returns true if some address is in both. */
export function overlap(
	left: readonly string[],
	right: readonly string[],
): boolean {
	const one = mergeAll(left);
	const other = mergeAll(right);
	return meet(one.v4, other.v4) || meet(one.v6, other.v6);
}

// --- helpers ---

interface Interval {
	readonly first: bigint;
	readonly last: bigint;
}

function mergeAll(cidrs: readonly string[]): {
	readonly v4: readonly Interval[];
	readonly v6: readonly Interval[];
} {
	const v4: Interval[] = [];
	const v6: Interval[] = [];
	for (const cidr of cidrs) {
		const { family, first, last } = toInterval(cidr);
		(family === 4 ? v4 : v6).push({ first, last });
	}
	return { v4: merge(v4), v6: merge(v6) };
}

function toInterval(cidr: string): Interval & { family: 4 | 6 } {
	const slash = cidr.indexOf("/");
	const text = slash === -1 ? cidr : cidr.slice(0, slash);
	const bits = slash === -1 ? undefined : Number(cidr.slice(slash + 1));
	const address = parseIPv6(text) ?? ipaddr().IPv4.parse(text);
	const isV6 = address instanceof ipaddr().IPv6;
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

/** Returns true if two sorted lists of intervals share a number. Both MUST be merged. */
function meet(left: readonly Interval[], right: readonly Interval[]): boolean {
	let next = 0;
	for (const { first, last } of left) {
		while ((right[next]?.last ?? first) < first) next += 1;
		const other = right[next];
		if (other === undefined) return false;
		if (other.first <= last) return true;
	}
	return false;
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
