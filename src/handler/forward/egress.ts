import { type LookupAddress, type LookupOptions, lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { HookError } from "../../errors.ts";
import { type Address, parseAddress, parseIPv6 } from "../../gate/address.ts";
import { compileRanges } from "../../gate/ranges.ts";
import { once } from "../../memo.ts";
import { METADATA_ADDRESSES } from "./target.ts";

/** Resolves a name to all of its addresses, as `lookup` of `node:dns` does. */
export type Resolve = (
	hostname: string,
	options: LookupOptions & { readonly all: true },
	callback: (
		error: NodeJS.ErrnoException | null,
		addresses: readonly LookupAddress[],
	) => void,
) => void;

/** Decides which addresses the URLs of templates may reach. */
export interface Egress {
	/** Throws EGRESS_DENIED for a host that is an address, or a name of this machine. Other names are only known once they are resolved. */
	checkHost(hostname: string): void;
	/**
	 * Resolves the name of a new connection once and checks each of its addresses. The connection goes to one of these, so another
	 * answer of the DNS cannot redirect it.
	 */
	readonly lookup: LookupFunction;
}

/**
 * Creates the check of a route. Without `named`, only addresses of the Internet may be reached.
 *
 * @param named CIDRs that may be reached, too. An address of a metadata service only counts if it is named alone
 * @param resolve default: that of the system
 */
export function createEgress(
	named: readonly string[],
	resolve: Resolve = lookup,
): Egress {
	const ranges = compileRanges(named);
	const single = new Set(
		named.map((cidr) => /^(.*?)(?:\/(?:32|128))?$/.exec(cidr)?.[1]),
	);
	const refusalOf = (text: string): string | undefined => {
		const forms = formsOf(text);
		const found = classOf(forms);
		if (found === undefined || forms === undefined) return found;
		const { own, inner = own } = forms;
		const isNamed =
			found === METADATA
				? single.has(own.text) || single.has(inner.text)
				: ranges.has(own) || ranges.has(inner);
		return isNamed ? undefined : found;
	};
	return {
		checkHost(hostname) {
			const bare = hostname.replace(/^\[|\]$|\.$/g, "");
			const isHere = /^(?:.+\.)?localhost$/i.test(bare);
			const refused = isHere
				? refusalOf("127.0.0.1")
				: parseAddress(bare) && refusalOf(bare);
			if (refused !== undefined) throw denied(refused);
		},
		lookup(hostname, options, callback) {
			resolve(hostname, { ...options, all: true }, (error, addresses) => {
				if (error !== null) {
					callback(error, []);
					return;
				}
				for (const { address } of addresses) {
					const refused = refusalOf(address);
					if (refused === undefined) continue;
					callback(denied(refused), []);
					return;
				}
				const [first] = addresses;
				if (options.all) callback(null, [...addresses]);
				else if (first === undefined) callback(NO_ADDRESS, "", 4);
				else callback(null, first.address, first.family);
			});
		},
	};
}

/** Returns true for the error of an address that must not be reached. */
export function isEgressDenied(error: unknown): error is HookError {
	return error instanceof HookError && error.code === "EGRESS_DENIED";
}

/**
 * Names the class of an address that is not one of the Internet, such as `private`. Undefined for one of the Internet, and
 * `unknown` for a text that is not an address.
 */
export function addressClassOf(text: string): string | undefined {
	return classOf(formsOf(text));
}

// --- helpers ---

const METADATA = "metadata";

const NO_ADDRESS = Object.assign(new Error("no address"), {
	code: "ENOTFOUND",
});

function denied(found: string): HookError {
	return new HookError(
		"EGRESS_DENIED",
		`the URL leads to ${ARTICLES[found] ?? `a ${found} address`}, which \`egress\` does not name`,
	);
}

const ARTICLES: Readonly<Record<string, string>> = {
	metadata: "the metadata service of a cloud",
	unspecified: "an unspecified address",
	unknown: "an unknown address",
};

/** The classes, the narrowest first (IANA's registries of special-purpose addresses). */
const CLASSES: readonly (readonly [string, readonly string[]])[] = [
	[METADATA, [...METADATA_ADDRESSES]],
	["unspecified", ["0.0.0.0/8", "::/128"]],
	["loopback", ["127.0.0.0/8", "::1/128"]],
	["link-local", ["169.254.0.0/16", "fe80::/10"]],
	["private", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fec0::/10"]],
	["unique-local", ["fc00::/7"]],
	["shared", ["100.64.0.0/10"]],
	["multicast", ["224.0.0.0/4", "ff00::/8"]],
	[
		"reserved",
		[
			"192.0.0.0/24",
			"192.0.2.0/24",
			"192.88.99.0/24",
			"198.18.0.0/15",
			"198.51.100.0/24",
			"203.0.113.0/24",
			"240.0.0.0/4",
			"2001::/23",
			"2001:db8::/32",
			"3fff::/20",
			// Only 2000::/3 is assigned to the Internet (RFC 4291 section 2.4).
			"::/3",
			"4000::/2",
			"8000::/1",
		],
	],
];

const compiled = once(() =>
	CLASSES.map(([name, cidrs]) => [name, compileRanges(cidrs)] as const),
);

/** Ranges of IPv6 that contain an IPv4 address, and the position of its first byte. Some lead to it on the Internet. */
const EMBEDDED: readonly {
	readonly cidr: string;
	readonly at: number;
	readonly isRouted: boolean;
}[] = [
	// NAT64 (RFC 6052 section 2.1).
	{ cidr: "64:ff9b::/96", at: 12, isRouted: true },
	// 6to4 (RFC 3056 section 2).
	{ cidr: "2002::/16", at: 2, isRouted: true },
	// IPv4-translated (RFC 2765 section 2.1).
	{ cidr: "::ffff:0:0:0/96", at: 12, isRouted: false },
	// IPv4-compatible (RFC 4291 section 2.5.5.1).
	{ cidr: "::/96", at: 12, isRouted: false },
];

const embedding = once(() =>
	EMBEDDED.map((one) => ({ ...one, ranges: compileRanges([one.cidr]) })),
);

/** An address, and the IPv4 address in it. A mapped one (`::ffff:a.b.c.d`) is only the IPv4 address. */
interface Forms {
	readonly own: Address;
	readonly inner?: Address | undefined;
	/** True if `inner` is where the Internet delivers it. */
	readonly isRouted: boolean;
}

/** Returns undefined for a text that is not an address. */
function formsOf(text: string): Forms | undefined {
	const own = parseAddress(text);
	if (own === undefined) return undefined;
	const found =
		own.family === 6 && embedding().find(({ ranges }) => ranges.has(own));
	if (!found) return { own, isRouted: false };
	const bytes = parseIPv6(own.text)?.toByteArray() ?? [];
	const inner = bytes.slice(found.at, found.at + 4).join(".");
	return { own, inner: parseAddress(inner), isRouted: found.isRouted };
}

function classOf(forms: Forms | undefined): string | undefined {
	if (forms === undefined) return "unknown";
	const { own, inner, isRouted } = forms;
	const found = classOfOne(own);
	const isCertain = found !== undefined && found !== "reserved";
	if (isCertain || inner === undefined) return found;
	return classOfOne(inner) ?? (isRouted ? undefined : found);
}

function classOfOne(address: Address): string | undefined {
	return compiled().find(([, ranges]) => ranges.has(address))?.[0];
}
