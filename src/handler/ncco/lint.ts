import { isRecord } from "../../event/is-record.ts";
import { nearest } from "../../finding/suggest.ts";
import { adviceOf, resolveSchema, type Schema } from "./schema.ts";
import { type NccoProblem, optionName } from "./words.ts";

/** The facts about a template and the audience of the findings. */
export interface LintOptions {
	/** Returns true for a value that is not known yet: text with a template expression. */
	readonly isOpen: (value: unknown) => boolean;
	/** Returns true for an open URL with unknown scheme and host. */
	readonly isHostOpen: (url: string) => boolean;
	/** Returns true if a value may be shown. */
	readonly quote: boolean;
}

/**
 * Finds questionable parts of a valid NCCO: options that the schema does not list, numbers and booleans as text, other
 * spellings, words in another case, and deprecated options. For an open value (text with a template expression) it only checks
 * the host of a URL.
 */
export function lintNcco(
	ncco: unknown,
	root: Schema,
	{ isOpen, isHostOpen, quote }: LintOptions,
): NccoProblem[] {
	const problems: NccoProblem[] = [];
	const visit = (value: unknown, schema: Schema, path: Path): void => {
		const full = toBranch(root, resolveSchema(root, schema), value);
		const name = (): string => optionName(ncco, path);
		if (isOpen(value)) {
			const url = full["x-url"];
			if (url !== undefined && isHostOpen(String(value))) {
				problems.push({
					path,
					what: `${name()} lets a value choose the host`,
					todo: `begin it with scheme and host: ${url}`,
				});
			}
			return;
		}
		if (full.deprecated === true) {
			problems.push({
				path,
				what: `${name()} is withdrawn`,
				todo: full["x-todo"] as string,
			});
		}
		if (typeof value === "string") {
			const odd = checkText(value, full, quote);
			if (odd !== undefined) {
				const [what, todo] = odd;
				problems.push({ path, what: `${name()} is ${what}`, todo });
			}
		} else if (Array.isArray(value)) {
			const items = full.items as Schema | undefined;
			if (items === undefined) return;
			for (const [index, item] of value.entries()) {
				visit(item, items, [...path, index]);
			}
		} else if (isRecord(value)) {
			for (const [key, option] of Object.entries(value)) {
				// JSON omits it.
				if (option === undefined) continue;
				const at = [...path, key];
				const own = optionsOf(full)[key];
				if (own !== undefined) {
					pushAlias(problems, optionName(ncco, at), at, own);
					visit(option, own, at);
				} else if (isClosed(full)) {
					problems.push(unknownOption(ncco, at, full));
				}
			}
		}
	};
	visit(ncco, root, []);
	return problems;
}

// --- helpers ---

type Path = readonly (string | number)[];

function optionsOf(schema: Schema): Readonly<Record<string, Schema>> {
	return (schema.properties ?? {}) as Readonly<Record<string, Schema>>;
}

/** Returns the schema of the action or of the endpoint's type in a mapping. */
function toBranch(root: Schema, schema: Schema, value: unknown): Schema {
	if (schema.discriminator === undefined || !isRecord(value)) return schema;
	const { propertyName } = schema.discriminator as { propertyName: string };
	const tag = value[propertyName];
	for (const branch of schema.oneOf as readonly Schema[]) {
		const full = resolveSchema(root, branch);
		const names = optionsOf(full)[propertyName] ?? {};
		if ([names.enum ?? names.const].flat().includes(tag)) return full;
	}
	return schema;
}

/** Returns false for free-form values, and for an unknown action or endpoint. */
function isClosed(schema: Schema): boolean {
	return (
		schema.properties !== undefined && schema.additionalProperties === undefined
	);
}

/** Describes the problem with a text and the fix. Undefined if there is none. */
function checkText(
	text: string,
	schema: Schema,
	quote: boolean,
): readonly [what: string, todo: string] | undefined {
	const advice = adviceOf(schema);
	const isBoolean = (advice.enum as readonly unknown[])?.includes(true);
	if (isBoolean || advice["x-numeric-text"] === true) {
		return ["text", `write ${quote ? text : "it"} without quotes`];
	}
	const known = schema["x-known-values"] as readonly string[] | undefined;
	if (known === undefined || known.includes(text)) return undefined;
	// The lists are open, so only a word that is listed in another case is surely wrong.
	const same = known.find(
		(value) => value.toLowerCase() === text.toLowerCase(),
	);
	return same === undefined
		? undefined
		: ["in another case than the platform's", `write \`${same}\``];
}

function pushAlias(
	problems: NccoProblem[],
	name: string,
	path: Path,
	schema: Schema,
): void {
	const better = schema["x-alias-of"];
	if (typeof better !== "string") return;
	problems.push({
		path,
		part: "key",
		what: `${name} is another spelling of \`${better}\``,
		todo: `write \`${better}\``,
	});
}

function unknownOption(ncco: unknown, path: Path, schema: Schema): NccoProblem {
	const key = String(path.at(-1));
	const names = Object.entries(optionsOf(schema))
		.filter(([, option]) => option["x-alias-of"] === undefined)
		.map(([name]) => name);
	const near = nearest(key, names);
	return {
		path,
		part: "key",
		what: `${optionName(ncco, path)} is not an option that the platform documents`,
		todo: near === undefined ? undefined : `did you mean \`${near}\`?`,
	};
}
