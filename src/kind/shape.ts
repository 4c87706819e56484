import { asRecord, isRecord } from "../event/is-record.ts";
import {
	fieldsOf,
	findPart,
	type Json,
	subschemasOf,
	typesOf,
} from "./subschemas.ts";

/**
 * Knows the types that a schema allows at one place of a payload: all that decoding needs. It follows
 * `properties`, `patternProperties`, `additionalProperties`, `items`, `prefixItems`, `$ref` inside
 * the file, `allOf`, `anyOf` and `oneOf`; conditions (`if`, `not`) only validate. Deeper places are
 * worked out when a payload first gets there, so that a schema may refer to itself.
 */
export class Shape {
	/** The allowed types as bits. 0 if the schema does not restrict them. */
	readonly types: number;
	/** The field of an object for which a plain string stands. Undefined if a string cannot stand for the object. */
	readonly textField: string | undefined;
	readonly #root: unknown;
	readonly #named: ReadonlyMap<string, Json>;
	readonly #opened = new Map<string, Shape>();
	readonly #patterns: readonly (readonly [RegExp, Shape])[];
	readonly #others: Lazy;
	readonly #items: Lazy;
	readonly #firstItems: readonly Lazy[];

	constructor(schema: unknown, root: unknown = schema) {
		const subschemas = subschemasOf(schema, root);
		this.#root = root;
		this.types = typesOf(subschemas, root);
		const textField = findPart(subschemas, "x-text-field");
		this.textField = typeof textField === "string" ? textField : undefined;
		this.#named = fieldsOf(subschemas, root);
		this.#patterns = subschemas.own.flatMap((part) =>
			Object.entries(asRecord(part.patternProperties)).flatMap(
				([pattern, inner]) => compilePattern(pattern, inner, root),
			),
		);
		const items = findPart(subschemas, "items");
		const first = findPart(subschemas, "prefixItems") ?? items;
		this.#others = lazy(findPart(subschemas, "additionalProperties"));
		this.#items = lazy(
			Array.isArray(items) ? findPart(subschemas, "additionalItems") : items,
		);
		this.#firstItems = Array.isArray(first) ? first.map(lazy) : [];
	}

	/** True if nothing inside an object can need decoding. */
	get hasFields(): boolean {
		return (
			this.#named.size > 0 ||
			this.#patterns.length > 0 ||
			this.#others.schema !== undefined
		);
	}

	/** True when items of a list can need decoding. */
	get hasItems(): boolean {
		return this.#items.schema !== undefined || this.#firstItems.length > 0;
	}

	/** Returns the shape of a field. Undefined if the schema does not define it. */
	field(name: string): Shape | undefined {
		const opened = this.#opened.get(name);
		if (opened !== undefined) return opened;
		const named = this.#named.get(name);
		if (named !== undefined) {
			const shape = new Shape(named, this.#root);
			this.#opened.set(name, shape);
			return shape;
		}
		for (const [pattern, shape] of this.#patterns) {
			if (pattern.test(name)) return shape;
		}
		return this.#open(this.#others);
	}

	/** Returns the shape of a list's item. Undefined if the schema does not define it. */
	item(index: number): Shape | undefined {
		return this.#open(this.#firstItems[index] ?? this.#items);
	}

	#open(place: Lazy): Shape | undefined {
		if (place.schema === undefined) return undefined;
		place.shape ??= new Shape(place.schema, this.#root);
		return place.shape;
	}
}

// --- helpers ---

interface Lazy {
	readonly schema: Json | undefined;
	shape: Shape | undefined;
}

function compilePattern(
	pattern: string,
	schema: unknown,
	root: unknown,
): (readonly [RegExp, Shape])[] {
	try {
		return [[new RegExp(pattern, "u"), new Shape(schema, root)]];
	} catch {
		// The validator refuses such a schema, and says where.
		return [];
	}
}

function lazy(schema: unknown): Lazy {
	return { schema: isRecord(schema) ? schema : undefined, shape: undefined };
}
