import type { Position } from "../../finding/finding.ts";
import { itemsOf } from "../../finding/items.ts";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { didYouMean, listWords } from "../../finding/suggest.ts";
import {
	BUILT_IN_NETWORKS,
	type Cidr,
	isWide,
	parseCidr,
} from "../../gate/networks.ts";
import { overlap } from "../../gate/ranges.ts";
import { memo } from "../../memo.ts";
import { findRanges, type Lists } from "../read/network-list.ts";
import type { NetworkSettings } from "../settings.ts";
import {
	type AuthoredNetwork,
	type TextOrList,
	toList,
} from "./authored/authored.ts";
import { type Breadth, createBreadth } from "./breadth.ts";
import type { Definition, Definitions } from "./definitions.ts";
import { gatherDefinitions } from "./definitions.ts";

/** The networks of the platform. */
export const PLATFORM_NETWORKS: ReadonlySet<string> = new Set([
	"nexmo",
	"vonage",
	"vonage-unconfirmed",
]);

/** A list of networks and addresses, checked. */
export interface AddressList {
	/** The names of networks and canonical CIDRs, without duplicates, in the written order. */
	readonly names: readonly string[];
	/** True if it admits everybody or a large part of the Internet. */
	readonly isWide: boolean;
	/** True if a single range does. Each has its own finding. */
	readonly isOneWide: boolean;
}

/** The available networks of a configuration. */
export interface Networks {
	/** The networks in the files, by name. */
	readonly defined: ReadonlyMap<string, NetworkSettings>;
	/** Checks a `firewall`. Returns undefined if something in it is wrong. */
	readFirewall(value: TextOrList, site: Site): AddressList | undefined;
	/** Checks `trustedProxies`. A wide range is an error, because everybody in it can impersonate any client. */
	readProxies(value: TextOrList, site: Site): AddressList | undefined;
	/** Checks a list of addresses that may be reached. Returns all CIDRs of it, or undefined if something in it is wrong. */
	readAddresses(value: TextOrList, site: Site): readonly string[] | undefined;
	/** Returns true if two checked lists share an address. */
	overlap(left: readonly string[], right: readonly string[]): boolean;
	/** Marks networks as used without checking them. */
	use(value: TextOrList): void;
	/** Warns about unused networks. */
	reportUnused(): void;
}

/**
 * Collects the networks in the files.
 *
 * @param lists the files with the ranges of networks.
 * @param isComplete false if a file could not be read, which may define an unknown name.
 */
export function createNetworks(
	definitions: readonly Definition<AuthoredNetwork>[],
	lists: Lists,
	isComplete: boolean,
	report: Report,
): Networks {
	return new CheckedNetworks(definitions, lists, isComplete, report);
}

// --- helpers ---

class CheckedNetworks implements Networks {
	readonly defined = new Map<string, NetworkSettings>();
	readonly #sites: Definitions<AuthoredNetwork>;
	readonly #wide = new Set<string>(["any"]);
	/** Thousands of routes write the same few lists, and each comparison sorts all their ranges. */
	readonly #overlaps = new Map<string, boolean>();
	readonly #breadth: Breadth;
	readonly #isComplete: boolean;
	readonly #report: Report;

	constructor(
		definitions: readonly Definition<AuthoredNetwork>[],
		lists: Lists,
		isComplete: boolean,
		report: Report,
	) {
		this.#isComplete = isComplete;
		this.#report = report;
		this.#sites = gatherDefinitions(
			definitions,
			{
				word: "network",
				isBuiltIn: (name) => BUILT_IN_NETWORKS.has(name),
				twice: "put all its ranges in one place",
				unused: "name it in a `firewall`, or take it out",
			},
			report,
		);
		this.#breadth = createBreadth((name) => this.#rangesOf(name));
		for (const definition of this.#sites.byName.values()) {
			this.#define(definition, lists);
		}
	}

	readFirewall(value: TextOrList, site: Site): AddressList | undefined {
		const report = this.#report;
		const list = this.#read(value, site, (_, at, cidr) => {
			if (cidr !== undefined && isWide(cidr)) warnOfWidth(cidr, at, report);
			return true;
		});
		if (list?.isWide && !list.isOneWide) warnOfSum(site.at(), report);
		if (list !== undefined) warnOfNexmoAlone(list, site, report);
		return list;
	}

	readProxies(value: TextOrList, site: Site): AddressList | undefined {
		const list = this.#read(value, site, (text, at, cidr) =>
			this.#acceptProxy(text, at, cidr),
		);
		if (list !== undefined) {
			checkProxies(list, this.#breadth, site, this.#report);
		}
		return list;
	}

	readAddresses(value: TextOrList, site: Site): readonly string[] | undefined {
		const list = this.#read(value, site, () => true);
		return list?.names.flatMap((name) => this.#rangesOf(name));
	}

	overlap(left: readonly string[], right: readonly string[]): boolean {
		const rangesOf = (name: string) => this.#rangesOf(name);
		return memo(
			this.#overlaps,
			`${left.join(" ")} and ${right.join(" ")}`,
			() => overlap(left.flatMap(rangesOf), right.flatMap(rangesOf)),
		);
	}

	use(value: TextOrList): void {
		for (const name of toList(value)) this.#sites.use(name);
	}

	reportUnused(): void {
		if (this.#isComplete) this.#sites.reportUnused();
	}

	#define(
		{ name, value, site }: Definition<AuthoredNetwork>,
		lists: Lists,
	): void {
		const report = this.#report;
		const found =
			value === undefined ? undefined : findRanges(value, site, lists, report);
		const cidrs = found ? readRanges(found.items, found.site, report) : [];
		this.defined.set(name, {
			ranges: [...new Set(cidrs.map(({ corrected }) => corrected))],
			file: (found?.site ?? site).file.source.file,
		});
		if (cidrs.some(isWide)) this.#wide.add(name);
		else if (this.#breadth.isWide([name])) {
			this.#wide.add(name);
			warnOfSum((found?.site ?? site).at(), report);
		}
	}

	#rangesOf(name: string): readonly string[] {
		return (
			BUILT_IN_NETWORKS.get(name)?.ranges.map(({ cidr }) => cidr) ??
			this.defined.get(name)?.ranges ?? [name]
		);
	}

	#read(
		value: TextOrList,
		site: Site,
		accept: (name: string, at: Site, cidr: Cidr | undefined) => boolean,
	): AddressList | undefined {
		const { byName } = this.#sites;
		const names = new Set<string>();
		let isRight = true;
		let widest = false;
		for (const { text, at } of itemsOf(value, site)) {
			const isName = BUILT_IN_NETWORKS.has(text) || byName.has(text);
			if (isName) this.#sites.use(text);
			const cidr = isName
				? undefined
				: readCidr(text, at, this.#report, () =>
						this.#isComplete || looksLikeAddress(text)
							? [...BUILT_IN_NETWORKS.keys(), ...byName.keys()]
							: undefined,
					);
			if (!isName && cidr === undefined) {
				isRight = false;
				continue;
			}
			isRight = accept(text, at, cidr) && isRight;
			widest ||= cidr === undefined ? this.#wide.has(text) : isWide(cidr);
			names.add(cidr?.corrected ?? text);
		}
		if (!isRight) return undefined;
		return {
			names: [...names],
			isWide: widest || this.#breadth.isWide([...names]),
			isOneWide: widest,
		};
	}

	#acceptProxy(text: string, at: Site, cidr: Cidr | undefined): boolean {
		const isTooWide = cidr === undefined ? this.#wide.has(text) : isWide(cidr);
		if (isTooWide) {
			this.#report.error(at.at(), {
				what: `${at.show(text)} trusts a large part of the Internet to name the client's address`,
				expected: "the addresses of your own proxies",
			});
			return false;
		}
		const ranges = this.#rangesOf(cidr?.corrected ?? text);
		if (!PLATFORM_NETWORKS.has(text) && !overlap(ranges, PLATFORM)) return true;
		this.#report.error(at.at(), {
			what: `${at.show(text)} trusts the platform to name the client's address: every customer of it could name any`,
			expected: "the addresses of your own proxies",
			todo: "take it out; `firewall` is where the platform is let in",
		});
		return false;
	}
}

/** Lists the current ranges of the platform. */
const PLATFORM = ["vonage", "vonage-unconfirmed"].flatMap(
	(name) => BUILT_IN_NETWORKS.get(name)?.ranges.map(({ cidr }) => cidr) ?? [],
);

function readRanges(items: TextOrList, site: Site, report: Report): Cidr[] {
	return itemsOf(items, site).flatMap(({ text, at }) => {
		const cidr = readCidr(text, at, report, () => []);
		if (cidr !== undefined && isWide(cidr)) warnOfWidth(cidr, at, report);
		return cidr === undefined ? [] : [cidr];
	});
}

/**
 * Reads one CIDR or reports the mistake. `names` are the networks that could be meant instead: empty if only ranges are
 * allowed, undefined if unknown.
 */
function readCidr(
	text: string,
	at: Site,
	report: Report,
	names: () => readonly string[] | undefined,
): Cidr | undefined {
	const cidr = parseCidr(text);
	if (cidr !== undefined) {
		if (!cidr.hostBitsSet) return cidr;
		report.error(at.at(), {
			what: `${at.show(text)} has bits set behind its length`,
			expected: "the address of a network",
			todo: at.isSecret()
				? undefined
				: `write \`${cidr.corrected}\`, or \`${text.split("/")[0]}\` for the one address`,
		});
		return undefined;
	}
	const candidates = names();
	if (candidates === undefined) return undefined;
	const example = "a CIDR such as `203.0.113.0/24`";
	report.error(
		at.at(),
		candidates.length === 0 || looksLikeAddress(text)
			? {
					what: `${at.show(text)} is neither an address nor a CIDR`,
					expected: example,
				}
			: {
					what: `unknown network ${at.show(text)}`,
					expected: `${listWords(candidates)}, or ${example}`,
					todo: at.isSecret() ? undefined : didYouMean(text, candidates),
				},
	);
	return undefined;
}

function looksLikeAddress(text: string): boolean {
	return /^[\d:[]|[./:]/.test(text);
}

function warnOfWidth({ bits }: Cidr, at: Site, report: Report): void {
	report.warn(at.at(), {
		what: `a range of length /${bits} admits a large part of the Internet`,
		expected: "/8 or longer",
		todo: "write the network that you mean, or `any` where everybody may come in",
	});
}

function warnOfSum(at: Position, report: Report): void {
	report.warn(at, {
		what: "the ranges together admit a large part of the Internet",
		expected: "a `/8` in all, or less",
		todo: "write the networks that you mean, or `any` where everybody may come in",
	});
}

/** Checks that few machines are trusted, because they can impersonate any client. */
function checkProxies(
	{ names }: AddressList,
	breadth: Breadth,
	site: Site,
	report: Report,
): void {
	if (breadth.isWide(names)) {
		report.error(site.at(), {
			what: "the ranges together trust a large part of the Internet to name the client's address",
			expected: "the addresses of your own proxies",
		});
	} else if (breadth.isLarge(names)) {
		report.warn(site.at(), {
			what: "everybody in these networks can name any client, and so pass every firewall",
			expected: "the addresses of your own proxies",
		});
	}
}

function warnOfNexmoAlone(
	{ names, isWide }: AddressList,
	site: Site,
	report: Report,
): void {
	if (isWide || !names.includes("nexmo") || names.includes("vonage")) return;
	report.warn(site.at(), {
		what: "`nexmo` alone keeps the platform out: three of its four ranges were withdrawn in 2019",
		todo: "write `vonage`, which has the fourth and those that were published later",
	});
}
