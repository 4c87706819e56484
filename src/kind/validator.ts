import {
	Ajv,
	type ErrorObject,
	type Options,
	type ValidateFunction,
} from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";

/** A compiled schema, and what its compiler had to say about it. */
export interface Compiled {
	readonly validate: ValidateFunction;
	readonly warnings: readonly string[];
}

/** AJV as kinds use it. Made once for many schemas, since a meta-schema is dear to compile. */
export interface Validator {
	/** What is wrong with a schema by the meta-schema of its dialect; empty for a good one. */
	checkSchema(schema: unknown): readonly ErrorObject[];
	/**
	 * Compiles a schema. `explain` collects every error with its data, else the first one ends the
	 * run. Throws what AJV throws, such as for a `$ref` that leads nowhere.
	 */
	compile(schema: Schema, options: { readonly explain: boolean }): Compiled;
}

type Schema = Readonly<Record<string, unknown>>;

/** True for the dialects that are known: 2020-12 (also where none is named), 2019-09 and draft-07. */
export function isKnownDialect(uri: unknown): boolean {
	return dialectOf(uri) !== undefined;
}

/** Creates the validator. */
export function createValidator(): Validator {
	const meta = new Map<Dialect, Ajv>();
	const plain = new Map<Dialect, Ajv>();
	const explaining = new Map<Dialect, Ajv>();
	let warnings: string[] = [];
	const warn = (text: unknown): void => void warnings.push(String(text));
	const createCompiler = (Dialect: Dialect, explain: boolean): Ajv =>
		create(Dialect, {
			meta: false,
			validateSchema: false,
			// Measured: a third of the time to compile, and no gain for a request.
			code: { optimize: false },
			strictSchema: "log",
			allErrors: explain,
			verbose: explain,
			messages: explain,
			logger: { log: () => {}, warn, error: warn },
		}).addVocabulary(["webhook", "x-known-values", "$anchor"]);
	return {
		checkSchema(schema) {
			const dialect = dialectOf((schema as Schema).$schema) ?? Ajv2020;
			let ajv = meta.get(dialect);
			if (ajv === undefined) {
				ajv = create(dialect, { logger: false, allErrors: true });
				meta.set(dialect, ajv);
			}
			// Without its own name for the dialect, which may be spelt with http or a hash.
			const { $schema, ...rest } = schema as Schema;
			ajv.validateSchema(rest);
			return ajv.errors ?? [];
		},
		compile(schema, { explain }) {
			warnings = [];
			const dialect = dialectOf(schema.$schema) ?? Ajv2020;
			// Two files may have the same `$id`, at any depth: who has references gets an instance alone.
			if (!standsAlone(schema)) {
				const ajv = createCompiler(dialect, explain);
				return { validate: ajv.compile(schema), warnings };
			}
			// Measured: an instance of its own takes as long as a schema does to compile.
			const known = explain ? explaining : plain;
			const ajv = known.get(dialect) ?? createCompiler(dialect, explain);
			known.set(dialect, ajv);
			const { $id, ...nameless } = schema;
			return { validate: ajv.compile(nameless), warnings };
		},
	};
}

// --- helpers ---

const NAMES = /^\$(id|ref|(dynamic|recursive)(Ref|Anchor))$/;

type Dialect = typeof Ajv | typeof Ajv2019 | typeof Ajv2020;

function create(Dialect: Dialect, options: Options): Ajv {
	const ajv = new Dialect({
		strictTypes: false,
		strictTuples: false,
		strictRequired: false,
		...options,
	}) as Ajv;
	formats.default(ajv);
	return ajv;
}

/** True where nothing is named that could be meant, or be taken, in another schema. */
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
