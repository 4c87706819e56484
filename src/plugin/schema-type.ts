/** A JSON Schema (2020-12) as a plugin writes it. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/**
 * The type of the values that a schema admits: `const enum type properties required items anyOf oneOf`, a list of types, and
 * `additionalProperties` where there are no `properties`.
 * A property with a `default` is always there, as the defaults are filled in before anyone looks.
 * The router checks all other keywords when it starts; here they are `unknown`.
 *
 * @example
 * type Options = FromSchema<{ type: "array"; items: { type: "string" } }>; // readonly string[]
 */
export type FromSchema<S> = S extends { readonly const: infer C }
	? C
	: S extends { readonly enum: readonly (infer E)[] }
		? E
		: S extends { readonly type: readonly (infer T)[] }
			? EachType<S, T>
			: S extends { readonly type: "string" }
				? string
				: S extends { readonly type: "number" | "integer" }
					? number
					: S extends { readonly type: "boolean" }
						? boolean
						: S extends { readonly type: "null" }
							? null
							: S extends { readonly type: "array" }
								? readonly ItemOf<S>[]
								: S extends { readonly properties: infer P }
									? ObjectOf<P, AlwaysThere<P> | RequiredOf<S>>
									: S extends {
												readonly additionalProperties: infer A extends object;
											}
										? { readonly [key: string]: FromSchema<A> }
										: S extends { readonly type: "object" }
											? { readonly [key: string]: unknown }
											: S extends
														| { readonly anyOf: readonly (infer B)[] }
														| { readonly oneOf: readonly (infer B)[] }
												? FromSchema<B>
												: unknown;

// --- helpers ---

/** One after the other, each with the keywords that the schema has beside its types. */
type EachType<S, T> = T extends unknown
	? FromSchema<Omit<S, "type"> & { readonly type: T }>
	: never;

type ItemOf<S> = S extends { readonly items: infer I }
	? FromSchema<I>
	: unknown;

type RequiredOf<S> = S extends { readonly required: readonly (infer R)[] }
	? R
	: never;

type AlwaysThere<P> = {
	[K in keyof P]: P[K] extends { readonly default: unknown } ? K : never;
}[keyof P];

type ObjectOf<P, R> = Flat<
	{ readonly [K in keyof P as K extends R ? K : never]: FromSchema<P[K]> } & {
		readonly [K in keyof P as K extends R ? never : K]?:
			| FromSchema<P[K]>
			| undefined;
	}
>;

/** Makes an editor show the properties instead of an intersection. */
type Flat<T> = { [K in keyof T]: T[K] };
