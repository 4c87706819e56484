import { toShellWord } from "../../../src/finding/shell-word.ts";
import { type Fields, isRecord } from "./fields.ts";

/** What a person sends: the body of the operation `send`. */
export interface Sending {
	readonly kind: string;
	readonly to?: string;
	readonly from?: string;
	readonly as?: "query" | "form" | "json";
	readonly params?: Readonly<Record<string, string>>;
	readonly payload: Fields;
}

/** Writes a call of the API that sends the same. The token stays outside. */
export function toCurl(origin: string, sending: Sending): string {
	return [
		"curl",
		"-X POST",
		'-H "Authorization: Bearer $SWITCHHOOK_ADMIN_TOKEN"',
		"-H 'Content-Type: application/json'",
		`-d ${toShellWord(JSON.stringify(sending))}`,
		toShellWord(`${origin}/api/v1/send`),
	].join(" ");
}

/** Writes a command that sends the same. Fields that are as in the sample are left to the command. */
export function toCommand(
	{ kind, to, from, as, params = {}, payload }: Sending,
	sample: Fields,
): string {
	const words = ["switchhook", "send", kind];
	if (to !== undefined) words.push("--to", to);
	if (from !== undefined) words.push("--from", from);
	if (as !== undefined) words.push("--as", as);
	for (const [name, value] of Object.entries(params))
		words.push("--param", `${name}=${value}`);
	for (const [field, value] of differences(sample, payload))
		words.push("--set", setting(field, value));
	for (const name of Object.keys(sample))
		if (!Object.hasOwn(payload, name)) words.push("--unset", name);
	return words.map(toShellWord).join(" ");
}

// --- helpers ---

/** Lists the fields that differ, inside of objects too. */
function differences(
	before: Fields,
	after: Fields,
	path: readonly string[] = [],
): readonly (readonly [field: string, value: unknown])[] {
	return Object.entries(after).flatMap(([name, value]) => {
		const old = before[name];
		if (JSON.stringify(old) === JSON.stringify(value)) return [];
		const isNarrower =
			isRecord(old) &&
			isRecord(value) &&
			Object.keys(old).every((key) => Object.hasOwn(value, key));
		return isNarrower
			? differences(old, value, [...path, name])
			: [[[...path, name].join("."), value] as const];
	});
}

function setting(field: string, value: unknown): string {
	return typeof value === "string"
		? `${field}=${value}`
		: `${field}:=${JSON.stringify(value)}`;
}
