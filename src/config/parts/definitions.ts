import type { Report } from "../../finding/report.ts";
import { lineOf, type Site } from "../../finding/site.ts";

/** A named definition in the files, and its position. */
export interface Definition<T> {
	readonly name: string;
	/** Undefined if the schema rejects it. */
	readonly value: T | undefined;
	readonly site: Site;
}

/** The texts of messages for one type of definition. */
export interface Sort {
	/** Names one of them, such as `network`. */
	readonly word: string;
	readonly isBuiltIn: (name: string) => boolean;
	/** The advice about a duplicate definition. */
	readonly twice: string;
	/** The advice about an unused definition. */
	readonly unused: string;
}

/** The definitions of one type. */
export interface Definitions<T> {
	/** The valid definitions: without built-in names, and only the first one of each name. */
	readonly byName: ReadonlyMap<string, Definition<T>>;
	/** Marks a definition as used. */
	use(name: string): void;
	/** Warns about unused definitions, except those that the schema rejects. */
	reportUnused(): void;
}

/** Collects definitions. A built-in or duplicate name is a finding. */
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
