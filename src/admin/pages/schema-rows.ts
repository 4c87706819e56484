import { asRecord, isRecord } from "../../event/is-record.ts";

/** A field of a schema. */
export interface SchemaRow {
	readonly name: string;
	readonly type: string;
	readonly description: string;
	readonly isRequired: boolean;
}

/** Lists the fields of a schema, nested ones by their path. */
export function rowsOf(schema: unknown, prefix = ""): SchemaRow[] {
	const { properties, required, items, anyOf } = asRecord(schema);
	const needed = Array.isArray(required) ? required : [];
	const own = Object.entries(asRecord(properties)).flatMap(
		([name, part]): SchemaRow[] => [
			{
				name: `${prefix}${name}`,
				type: describeType(part),
				description: String(asRecord(part).description ?? ""),
				isRequired: needed.includes(name),
			},
			...rowsOf(part, `${prefix}${name}.`),
		],
	);
	const ofItems =
		items === undefined ? [] : rowsOf(items, `${prefix.replace(/\.$/, "")}[].`);
	const ofChoice =
		properties === undefined && Array.isArray(anyOf)
			? anyOf.flatMap((one) => rowsOf(one, prefix))
			: [];
	return [...own, ...ofItems, ...ofChoice];
}

/** Names the type of a schema in a few words. */
export function describeType(schema: unknown): string {
	const part = asRecord(schema);
	if (Array.isArray(part.enum)) return part.enum.map(String).join(" | ");
	if (part.const !== undefined) return String(part.const);
	if (part.type === "array") return `list of ${describeType(part.items)}`;
	if (Array.isArray(part.anyOf) && part.type === undefined)
		return part.anyOf.map(describeType).join(" or ");
	if (Array.isArray(part.type)) return part.type.join(" or ");
	if (part.type === "object" && isRecord(part.additionalProperties))
		return `map to ${describeType(part.additionalProperties)}`;
	return typeof part.type === "string" ? part.type : "any";
}
