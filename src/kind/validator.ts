import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import { createAjv, type Dialect, EXPLAIN } from "../finding/ajv.ts";
import { memo } from "../memo.ts";
import { compileLinear } from "./linear-pattern.ts";

/** A compiled schema, and the warnings of its compiler. */
export interface Compiled {
	readonly validate: ValidateFunction;
	readonly warnings: readonly string[];
}

/** Compiles schemas with AJV, configured for kinds. One instance compiles many schemas, because compiling a meta-schema takes long. */
export interface Validator {
	/** Checks a schema against the meta-schema of its dialect. Returns no errors for a valid one. */
	checkSchema(schema: unknown): readonly ErrorObject[];
	/**
	 * Compiles a schema. Throws the errors of AJV, for example for an unknown `$ref`, and NotLinearError for a pattern
	 * that requires backtracking.
	 */
	compile(schema: Schema, options: CompileOptions): Compiled;
}

/** The options for compiling a schema. */
export interface CompileOptions {
	/** True to collect all errors with their data. Otherwise validation ends at the first one. */
	readonly explain: boolean;
	/**
	 * True for a schema that was tested against hostile payloads. Its patterns run on JavaScript's engine, which is about
	 * ten times as fast (measured) but backtracks. Default false: validation takes linear time.
	 */
	readonly isProven?: boolean;
}

type Schema = Readonly<Record<string, unknown>>;

/** Returns true for the supported dialects: 2020-12 (also the default), 2019-09 and draft-07. */
export function isKnownDialect(uri: unknown): boolean {
	return dialectOf(uri) !== undefined;
}

/** Creates the validator. */
export function createValidator(): Validator {
	const compilers = new Map<string, Ajv>();
	let warnings: string[] = [];
	const warn = (text: unknown): void => void warnings.push(String(text));
	const createCompiler = (
		Dialect: Dialect,
		{ explain, isProven = false }: CompileOptions,
	): Ajv => {
		const ajv = createAjv(
			{
				meta: false,
				validateSchema: false,
				// Measured: a third of the time to compile, and no gain for a request.
				code: { optimize: false, ...(isProven ? {} : { regExp: LINEAR }) },
				strictSchema: "log",
				...(explain ? EXPLAIN : {}),
				messages: explain,
				logger: { log: () => {}, warn, error: warn },
			},
			Dialect,
		).addVocabulary([
			"webhook",
			"personal",
			"x-known-values",
			"x-text-field",
			"$anchor",
		]);
		if (!isProven) addUniqueItems(ajv);
		return ajv;
	};
	return {
		checkSchema(schema) {
			const dialect = dialectOf((schema as Schema).$schema) ?? Ajv2020;
			const ajv = memo(META, dialect, () =>
				createAjv({ ...EXPLAIN, logger: false }, dialect),
			);
			// Without its own name for the dialect, which may be spelt with http or a hash.
			const { $schema, ...rest } = schema as Schema;
			ajv.validateSchema(rest);
			return ajv.errors ?? [];
		},
		compile(schema, options) {
			warnings = [];
			const dialect = dialectOf(schema.$schema) ?? Ajv2020;
			// Two files may have the same `$id`, at any depth: who has references gets an instance alone.
			if (!standsAlone(schema)) {
				const ajv = createCompiler(dialect, options);
				return { validate: ajv.compile(schema), warnings };
			}
			// Measured: an instance of its own takes as long as a schema does to compile.
			const { explain, isProven = false } = options;
			const sort = `${DIALECTS.indexOf(dialect)} ${explain} ${isProven}`;
			const ajv = compilers.get(sort) ?? createCompiler(dialect, options);
			compilers.set(sort, ajv);
			const { $id, ...nameless } = schema;
			return { validate: ajv.compile(nameless), warnings };
		},
	};
}

// --- helpers ---

/** The checkers of schemas, which compile the meta-schema of a dialect at their first use in the process. They keep no schema. */
const META = new Map<Dialect, Ajv>();

const NAMES = /^\$(id|ref|(dynamic|recursive)(Ref|Anchor))$/;

const DIALECTS: readonly Dialect[] = [Ajv, Ajv2019, Ajv2020];

/** Replaces RegExp in AJV. Its `code` is only for schemas that are compiled to files, which does not happen here. */
const LINEAR = Object.assign((pattern: string) => compileLinear(pattern), {
	code: "compileLinear",
});

/**
 * Replaces AJV's `uniqueItems`, which compares all pairs of items unless the schema says that they are scalars. 30,000
 * items fit into 100 KB and would block the process for seconds.
 */
function addUniqueItems(ajv: Ajv): void {
	ajv.removeKeyword("uniqueItems");
	ajv.addKeyword({
		keyword: "uniqueItems",
		type: "array",
		schemaType: "boolean",
		error: { message: "must NOT have duplicate items" },
		compile: (isWanted: boolean) => (items: readonly unknown[]) =>
			!isWanted || areUnique(items),
	});
}

/** Returns true for a schema without references and names, which can share an instance of AJV with others. */
function standsAlone({ $id = "", ...schema }: Schema): boolean {
	if (typeof $id !== "string") return false;
	const rest: unknown[] = [schema];
	while (rest.length > 0) {
		const value = rest.pop();
		if (typeof value !== "object" || value === null) continue;
		for (const name in value) if (NAMES.test(name)) return false;
		rest.push(...Object.values(value));
	}
	return true;
}

function dialectOf(uri: unknown): Dialect | undefined {
	if (uri === undefined) return Ajv2020;
	if (typeof uri !== "string") return undefined;
	// A path is there for an editor, and names no dialect.
	if (!/^[a-z][a-z0-9+.-]*:/i.test(uri)) return Ajv2020;
	const name = /^https?:\/\/json-schema\.org\/(.+?)\/schema#?$/.exec(uri)?.[1];
	if (name === "draft/2020-12") return Ajv2020;
	if (name === "draft/2019-09") return Ajv2019;
	return name === "draft-07" ? Ajv : undefined;
}

function areUnique(items: readonly unknown[]): boolean {
	const seen = new Set<string>();
	for (const item of items) seen.add(textOf(item));
	return seen.size === items.length;
}

/** Returns the same string for all equal values, independent of the order of keys. */
function textOf(value: unknown): string {
	return JSON.stringify(value, (_key, inner: unknown) =>
		typeof inner === "object" && inner !== null && !Array.isArray(inner)
			? Object.fromEntries(Object.entries(inner).sort(byName))
			: inner,
	);
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
