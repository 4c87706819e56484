import type { Ajv, ErrorObject } from "ajv";
import { isRecord } from "../event/is-record.ts";
import { createAjv } from "../finding/ajv.ts";
import type { AdminOperation, JsonSchema } from "./operation.ts";
import { AdminProblem } from "./problem.ts";

/** Validates the requests of an operation. */
export interface RequestValidator {
	/** Returns the query with numbers and booleans in place of their texts. Throws `bad-request`. */
	query(text: string): Readonly<Record<string, unknown>>;
	/** Returns the body. Undefined, for a request without one, counts as an empty object. Throws `bad-request`. */
	body(value: unknown): unknown;
}

/** Creates the function that compiles the schemas of an operation. They are closed: an unknown name is a mistake of the client. */
export function createValidators(): (
	operation: Pick<AdminOperation, "query" | "body">,
) => RequestValidator {
	const options = { useDefaults: true, strict: false };
	const queries = createAjv({ ...options, coerceTypes: "array" });
	const bodies = createAjv(options);
	return (operation) => compileValidator(operation, queries, bodies);
}

/** Says what is wrong with a value, and which names are known. */
export function describeInvalid(
	what: "parameter" | "body" | "argument",
	error: ErrorObject | undefined,
	known: readonly string[],
): string {
	if (error === undefined) return `The ${what} is not valid.`;
	const noun = NOUNS[what];
	const at = error.instancePath.slice(1).replaceAll("/", ".");
	const { additionalProperty, missingProperty, allowedValues } =
		error.params as Readonly<Record<string, unknown>>;
	const inside = at === "" ? "" : ` in ${quote(at)}`;
	if (typeof additionalProperty === "string") {
		const list = known.length === 0 ? "none" : known.join(", ");
		const advice = at === "" ? ` Known are: ${list}.` : "";
		return `${noun} ${quote(additionalProperty)}${inside} is unknown.${advice}`;
	}
	if (typeof missingProperty === "string") {
		return `${noun} ${quote(missingProperty)}${inside} is missing.`;
	}
	const subject = at === "" ? SUBJECTS[what] : `${noun} ${quote(at)}`;
	const allowed = Array.isArray(allowedValues)
		? `: ${allowedValues.join(", ")}`
		: "";
	return `${subject} ${error.message ?? "is not valid"}${allowed}.`;
}

// --- helpers ---

const NOUNS = {
	parameter: "The parameter",
	body: "The property",
	argument: "The argument",
} as const;

const SUBJECTS = {
	parameter: "The query",
	body: "The body",
	argument: "The list of arguments",
} as const;

function compileValidator(
	{ query, body }: Pick<AdminOperation, "query" | "body">,
	queries: Ajv,
	bodies: Ajv,
): RequestValidator {
	const schema = closed(query ?? { type: "object", properties: {} });
	const isQuery = queries.compile(schema);
	const isBody = body && bodies.compile(closed(body));
	const names = Object.keys(propertiesOf(schema));
	return {
		query(text) {
			const value = readQuery(text, propertiesOf(schema));
			if (isQuery(value)) return value;
			throw invalid("parameter", isQuery.errors, names);
		},
		body(value) {
			if (isBody === undefined) return undefined;
			const given = value === undefined ? {} : value;
			if (isBody(given)) return given;
			if (value === undefined) throw missingBody();
			const known = Object.keys(propertiesOf(body ?? {}));
			throw invalid("body", isBody.errors, known);
		},
	};
}

function closed(schema: JsonSchema): JsonSchema {
	return schema.type === "object" && schema.additionalProperties === undefined
		? { ...schema, additionalProperties: false }
		: schema;
}

function propertiesOf({ properties }: JsonSchema): Record<string, unknown> {
	return isRecord(properties) ? properties : {};
}

/** Reads a query. A name that is repeated is a list, and only where its schema is one. */
function readQuery(
	text: string,
	properties: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
	const value: Record<string, unknown> = Object.create(null);
	for (const [name, item] of new URLSearchParams(text)) {
		if (item.includes("\u0000")) throw malformed(name, "contains a NUL");
		const schema = properties[name];
		const isList = isRecord(schema) && schema.type === "array";
		if (!(name in value)) value[name] = isList ? [item] : item;
		else if (isList) (value[name] as unknown[]).push(item);
		else throw malformed(name, "is given twice. Give it once");
	}
	return value;
}

function missingBody(): AdminProblem {
	return new AdminProblem(
		"bad-request",
		"The request has no body. Send a JSON object.",
	);
}

function malformed(name: string, what: string): AdminProblem {
	return new AdminProblem(
		"bad-request",
		`The parameter ${quote(name)} ${what}.`,
	);
}

function invalid(
	what: "parameter" | "body",
	errors: readonly ErrorObject[] | null | undefined,
	known: readonly string[],
): AdminProblem {
	return new AdminProblem(
		"bad-request",
		describeInvalid(what, errors?.[0], known),
	);
}

/** Shows a name of the client's, shortened and without control characters. */
function quote(text: string): string {
	return JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}
