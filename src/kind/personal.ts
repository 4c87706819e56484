import { asRecord, isRecord } from "../event/is-record.ts";
import type { Finding } from "../finding/finding.ts";
import type { KeyPath, Source } from "../finding/located.ts";
import { resolvePointer } from "../finding/pointer.ts";
import { didYouMean } from "../finding/suggest.ts";
import {
	PERSONAL,
	PERSONAL_SORTS,
	type PersonalSort,
	type Privacy,
	UNKNOWN,
} from "../observe/privacy.ts";
import { compileLinear } from "./linear-pattern.ts";
import type { Json } from "./subschemas.ts";
import { findingAt } from "./words.ts";

/**
 * Compiles the keyword `personal` of a schema: what it stands on is masked, with all inside that has no `personal` of its own. Other
 * fields that the schema names are shown, and what it does not name is unknown. Every part that may apply counts, branches
 * (`anyOf`, `then`) too, so that a field is masked where any of them says so. Deeper places are worked out when a payload first gets there.
 */
export function toPrivacy(schema: unknown): Privacy {
	return new Place([schema], schema, undefined);
}

/** Finds invalid values of `personal`. */
export function checkPersonal(source: Source): Finding[] {
	const findings: Finding[] = [];
	const visit = (value: unknown, path: KeyPath, isSchema: boolean): void => {
		if (Array.isArray(value)) {
			for (const [index, part] of value.entries())
				visit(part, [...path, index], isSchema);
			return;
		}
		if (!isRecord(value)) return;
		for (const [key, part] of Object.entries(value)) {
			const way = [...path, key];
			if (!isSchema) visit(part, way, true);
			else if (key === "personal" && !isSort(part))
				findings.push(toFinding(source, way, part));
			else if (!VALUES.has(key)) visit(part, way, !MAPS.has(key));
		}
	};
	visit(source.value, [], true);
	return findings;
}

// --- helpers ---

/** The keywords whose values are not schemas. */
const VALUES: ReadonlySet<string> = new Set([
	"const",
	"default",
	"enum",
	"examples",
	"webhook",
]);

/** The keywords whose values are schemas by a user-defined name. */
const MAPS: ReadonlySet<string> = new Set([
	"$defs",
	"definitions",
	"dependentSchemas",
	"patternProperties",
	"properties",
]);

function isSort(value: unknown): value is PersonalSort {
	return (PERSONAL_SORTS as readonly unknown[]).includes(value);
}

function toFinding(source: Source, path: KeyPath, value: unknown): Finding {
	return findingAt(source, path, {
		what:
			typeof value === "string"
				? `\`personal\` does not know "${value}"`
				: "`personal` is not a text",
		expected: `one of ${PERSONAL_SORTS.join(", ")}`,
		todo:
			typeof value === "string" ? didYouMean(value, PERSONAL_SORTS) : undefined,
	});
}

/** One place of a payload, with all the schemas that may apply to it. */
class Place implements Privacy {
	readonly sort: Privacy["sort"];
	readonly #parts: readonly Json[];
	readonly #root: unknown;
	readonly #inherited: PersonalSort | undefined;
	readonly #fields = new Map<string, Place>();
	readonly #items = new Map<number, Privacy>();
	#patterns: readonly (readonly [Tester, Place])[] | undefined;
	#others: Privacy | undefined;

	constructor(
		schemas: readonly unknown[],
		root: unknown,
		inherited: PersonalSort | undefined,
	) {
		this.#parts = gather(schemas, root);
		this.#root = root;
		const sorts = this.#parts.map((part) => part.personal).filter(isSort);
		// Where two differ, neither would hide enough of the other's values.
		const [sort, ...others] = new Set(sorts);
		const own = others.length > 0 ? "text" : sort;
		this.#inherited = own ?? inherited;
		this.sort = this.#inherited ?? "plain";
	}

	field(name: string): Privacy {
		const known = this.#fields.get(name);
		if (known !== undefined) return known;
		const schemas = this.#parts.flatMap(({ properties }) => {
			const named = asRecord(properties);
			return Object.hasOwn(named, name) ? [named[name]] : [];
		});
		if (schemas.length > 0) {
			const place = this.#open(schemas);
			this.#fields.set(name, place);
			return place;
		}
		this.#patterns ??= this.#openPatterns();
		for (const [pattern, place] of this.#patterns)
			if (pattern.test(name)) return place;
		this.#others ??= this.#openOthers();
		return this.#others;
	}

	item(index: number): Privacy {
		const known = this.#items.get(index);
		if (known !== undefined) return known;
		const schemas = this.#parts.flatMap(
			({ prefixItems, items, additionalItems }) => {
				// Before draft 2020-12 `items` may be the list.
				const first = Array.isArray(items) ? items : prefixItems;
				const others = Array.isArray(items) ? additionalItems : items;
				const isFirst = Array.isArray(first) && index < first.length;
				const schema: unknown = isFirst ? first[index] : others;
				return isRecord(schema) ? [schema] : [];
			},
		);
		const place = schemas.length > 0 ? this.#open(schemas) : this.#unnamed;
		// A schema is written by hand and names few; a sender's list may be long.
		if (index < ITEMS_MAX) this.#items.set(index, place);
		return place;
	}

	get #unnamed(): Privacy {
		return this.#inherited === undefined ? UNKNOWN : PERSONAL[this.#inherited];
	}

	#open(schemas: readonly unknown[]): Place {
		return new Place(schemas, this.#root, this.#inherited);
	}

	#openPatterns(): (readonly [Tester, Place])[] {
		return this.#parts.flatMap(({ patternProperties }) =>
			Object.entries(asRecord(patternProperties)).flatMap(
				([pattern, schema]): (readonly [Tester, Place])[] => {
					try {
						return [[compileLinear(pattern), this.#open([schema])]];
					} catch {
						// The validator refuses such a schema, and says where.
						return [];
					}
				},
			),
		);
	}

	#openOthers(): Privacy {
		const schemas = this.#parts
			.map(({ additionalProperties }) => additionalProperties)
			.filter(isRecord);
		return schemas.length > 0 ? this.#open(schemas) : this.#unnamed;
	}
}

/** A compiled pattern. */
type Tester = Pick<RegExp, "test">;

/** Items of a list that are remembered one by one. */
const ITEMS_MAX = 16;

/** Collects the schemas that apply, or may apply, together with these: themselves, their references, and their branches. */
function gather(schemas: readonly unknown[], root: unknown): readonly Json[] {
	const seen = new Set<Json>();
	const rest = [...schemas];
	while (rest.length > 0) {
		const schema = rest.pop();
		if (Array.isArray(schema)) rest.push(...schema);
		if (!isRecord(schema) || seen.has(schema)) continue;
		seen.add(schema);
		if (typeof schema.$ref === "string")
			rest.push(resolvePointer(root, schema.$ref));
		for (const key of BRANCHES) rest.push(schema[key]);
		rest.push(...Object.values(asRecord(schema.dependentSchemas)));
	}
	return [...seen];
}

/** A condition (`if`, `not`) only validates, and names nothing. */
const BRANCHES = ["allOf", "anyOf", "oneOf", "then", "else"] as const;
