import type { Report } from "../../finding/report.ts";
import { lineOf, type Site } from "../../finding/site.ts";

/** Something that the files define by name, and where it stands. */
export interface Definition<T> {
	readonly name: string;
	/** Undefined when the schema refuses it. */
	readonly value: T | undefined;
	readonly site: Site;
}

/** Holds the words that messages use for one sort of definition. */
export interface Sort {
	/** Names one of them, such as `network`. */
	readonly word: string;
	readonly isBuiltIn: (name: string) => boolean;
	/** Says what to do about a second definition. */
	readonly twice: string;
	/** Says what to do about a definition that nothing names. */
	readonly unused: string;
}

/** The definitions of one sort. */
export interface Definitions<T> {
	/** Those that count: none that is built in, and of two with one name the first. */
	readonly byName: ReadonlyMap<string, Definition<T>>;
	/** Notes that something names it. */
	use(name: string): void;
	/** Warns of those that nothing names, but for those that the schema refuses. */
	reportUnused(): void;
}

/** Gathers definitions; a name that is built in or taken is a finding. */
export function gatherDefinitions<T>(
	definitions: readonly Definition<T>[],
	{ word, isBuiltIn, twice, unused }: Sort,
	report: Report,
): Definitions<T> {
	const byName = new Map<string, Definition<T>>();
	const used = new Set<string>();
	for (const definition of definitions) {
		const { name, site } = definition;
		const first = byName.get(name);
		if (isBuiltIn(name)) {
			report.error(site.keyAt(), {
				what: `the ${word} \`${name}\` is built in`,
				todo: "give yours another name",
			});
		} else if (first !== undefined) {
			report.error(site.keyAt(), {
				what: `the ${word} \`${name}\` is defined twice, first in ${lineOf(first.site)}`,
				todo: twice,
			});
		} else {
			byName.set(name, definition);
		}
	}
	return {
		byName,
		use: (name) => {
			used.add(name);
		},
		reportUnused: () => {
			for (const [name, { value, site }] of byName) {
				if (used.has(name) || value === undefined) continue;
				report.warn(site.keyAt(), {
					what: `nothing uses the ${word} \`${name}\``,
					todo: unused,
				});
			}
		},
	};
}
