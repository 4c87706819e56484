import type { Document } from "yaml";
import { yaml } from "../yaml.ts";
import type { Found } from "./diagnose.ts";
import { plainSlip } from "./value.ts";

/** Finds each `{{ }}` without quotes that is valid YAML by chance: a mapping with a mapping as its key. */
export function findTemplates(
	document: Document,
	text: string,
): readonly Found[] {
	if (!text.includes("{{")) return [];
	const found: Found[] = [];
	const { isMap, isScalar, visit } = yaml();
	visit(document, {
		Map(_key, node) {
			const from = node.range?.[0] ?? 0;
			const isTemplate =
				text.startsWith("{{", from) &&
				node.items.some(({ key }) => isMap(key) || !isScalar(key));
			const slip = isTemplate ? plainSlip(text, from, true) : undefined;
			if (slip === undefined) return undefined;
			found.push(slip);
			return visit.SKIP;
		},
	});
	return found;
}

/** Finds the first occurrence of a duplicate key at an offset. */
export function firstKeyOf(
	document: Document,
	offset: number,
): number | undefined {
	let first: number | undefined;
	const { isScalar, visit } = yaml();
	visit(document, {
		Map(_key, node) {
			const keys = node.items.flatMap(({ key }) =>
				isScalar(key) ? [key] : [],
			);
			const second = keys.find(({ range }) => range?.[0] === offset);
			if (second === undefined) return undefined;
			first = keys.find(({ value }) => value === second.value)?.range?.[0];
			return visit.BREAK;
		},
	});
	return first === offset ? undefined : first;
}

/** Finds aliases of a document without a target or with a cycle. */
export function wordAliases(document: Document): Found {
	let found: Found | undefined;
	const { visit } = yaml();
	visit(document, {
		Alias(_key, node, path) {
			const [from, to] = node.range ?? [0, 0];
			const anchored = node.resolve(document);
			if (anchored === undefined) {
				found = {
					...{ from, to },
					what: `the alias \`*${node.source}\` has no anchor \`&${node.source}\` above it`,
					todo: "add the anchor, or put a text that begins with `*` in quotes",
				};
			} else if (path.some((outer) => outer === anchored)) {
				found = {
					...{ from, to },
					what: `the alias \`*${node.source}\` stands inside its own anchor`,
					todo: "take it out",
				};
			}
			return found === undefined ? undefined : visit.BREAK;
		},
	});
	return (
		found ?? {
			...{ from: 0, to: 1 },
			what: "the aliases multiply to more values than a configuration has",
			todo: "write fewer aliases inside the values of other anchors",
		}
	);
}
