import { NONE } from "./none.ts";
import type { JsonSchema, Scheme } from "./scheme.ts";

/** The signature schemes that a configuration can use. */
export interface Schemes {
	/** The names of all schemes except `none`. */
	readonly names: readonly string[];
	/** The request headers, in lower case, that contain a proof in one of the schemes, with any settings. */
	readonly secretHeaders: ReadonlySet<string>;
	/** The `$defs` of `schemas/routes.schema.json` that describe schemes, in the order of the file. */
	readonly definitions: Readonly<Record<string, JsonSchema>>;
	/** Finds a scheme by its name, including `none`. */
	get(name: string): Scheme | undefined;
}

/** Creates a table of schemes. `none` is in every table and need not be listed. */
export function createSchemes(schemes: readonly Scheme[]): Schemes {
	const known = [NONE.scheme, ...schemes];
	const byName = new Map(known.map((scheme) => [scheme.name, scheme]));
	return {
		names: schemes.map(({ name }) => name),
		secretHeaders: new Set(known.flatMap((scheme) => scheme.secretHeaders)),
		definitions: defineAll(known),
		get: (name) => byName.get(name),
	};
}

// --- helpers ---

function defineAll(schemes: readonly Scheme[]): Record<string, JsonSchema> {
	return {
		scheme: defineScheme(schemes),
		...Object.assign(
			{},
			...schemes.map(({ name, schema, definitions }) => {
				return { [keyOf(name)]: schema, ...definitions };
			}),
		),
	};
}

/** Creates the JSON Schema in which the name of a scheme selects its options. */
function defineScheme(schemes: readonly Scheme[]): JsonSchema {
	const names = schemes.map(({ name }) => name);
	const links = names.map((name) =>
		name === NONE.scheme.name ? `\`${name}\`` : `[${name}](#${name})`,
	);
	const list = `${links.slice(0, -1).join(", ")} or ${links.at(-1)}`;
	return {
		title: "scheme",
		description: `A signature scheme. \`scheme\` is ${list}. The other keys are its options.`,
		examples: [
			// biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of routes.yaml
			{ scheme: "vonage-jwt", secret: "${VONAGE_SIGNATURE_SECRET}" },
		],
		required: ["scheme"],
		allOf: [
			{ properties: { scheme: { enum: names } } },
			...names.map((name) => ({
				if: {
					type: "object",
					required: ["scheme"],
					properties: { scheme: { const: name } },
				},
				// biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
				then: { $ref: `#/$defs/${keyOf(name)}` },
			})),
		],
	};
}

/** The key in `$defs`: `vonageJwt` for `vonage-jwt`. */
function keyOf(name: string): string {
	return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
