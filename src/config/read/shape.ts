import { readFileSync } from "node:fs";
import type { ErrorObject, ValidateFunction } from "ajv";
import { asRecord } from "../../event/is-record.ts";
import { createAjv, EXPLAIN } from "../../finding/ajv.ts";
import type { KeyPath } from "../../finding/located.ts";
import { parsePointer, toPointer } from "../../finding/pointer.ts";
import type { Report } from "../../finding/report.ts";
import { type ConfigFile, Site } from "../../finding/site.ts";
import { nearest } from "../../finding/suggest.ts";
import { keyOf, namesOf, withoutEchoes } from "../../finding/words.ts";
import { once } from "../../memo.ts";
import { createQuickCheck, type QuickCheck, TRUSTED } from "./quick-check.ts";
import { belongsToHandler, type Setting, wordError } from "./words.ts";

/** The result of validating a file: the rejected values. */
export interface Shape {
	/** Returns true if the value, or something inside it, already has a finding. */
	isBad(...path: KeyPath): boolean;
	/** Returns true if an unknown key of the object at `path` is probably a typo of `key`. */
	isMeant(path: KeyPath, key: string): boolean;
}

/** The role of a file: the first one, an included one, or one of `tests/`. */
export type FilePart = "first" | "included" | "tests";

/** The keywords of `schemas/routes.schema.json` that are for people and not for AJV. */
export const ANNOTATIONS = [
	"unit",
	"defaultNote",
	"typeNote",
	"expects",
] as const;

/** Reads the schema of routes.yaml as published. */
export function readRoutesSchema(): Readonly<Record<string, unknown>> {
	const url = new URL("../../../schemas/routes.schema.json", import.meta.url);
	return JSON.parse(readFileSync(url, "utf8"));
}

/** Checks a file against the schema of routes.yaml, with one finding for each mistake. The schema is compiled once. */
export function checkShape(
	file: ConfigFile,
	part: FilePart,
	schema: Readonly<Record<string, unknown>>,
	report: Report,
): Shape {
	const { fits, explain } = checksOf(schema, part);
	const bad = new Set<string>();
	const meant = new Set<string>();
	for (const pointer of file.broken) markBad(bad, pointer);
	if (!fits(file.value)) {
		const errors = errorsOf(explain(), file.value);
		const handlerKeys = namesOf(asRecord(asRecord(schema.$defs).handler));
		const setting = { isIncluded: part === "included", handlerKeys };
		for (const error of errors) markMeant(meant, error, handlerKeys);
		for (const error of oneForEachMistake(errors, meant)) {
			const pointer = error.instancePath;
			if (file.broken.has(pointer)) continue;
			markBad(bad, pointer + toPointer(keysOf(error)));
			reportError(file, error, setting, report);
		}
	}
	return {
		isBad: (...path) => bad.size > 0 && bad.has(toPointer(path)),
		isMeant: (path, key) =>
			meant.size > 0 && meant.has(toPointer([...path, key])),
	};
}

// --- helpers ---

/** The checks of a file against one part of a schema. */
interface Checks {
	readonly fits: QuickCheck;
	/** Collects all mistakes. It takes long to compile, and few files need it. */
	readonly explain: () => ValidateFunction;
}

const CHECKS = new WeakMap<object, Readonly<Record<FilePart, Checks>>>();

/** Creates the checks by a schema once, and compiles each when first needed: each reload checks by the same ones. */
function checksOf(
	schema: Readonly<Record<string, unknown>>,
	part: FilePart,
): Checks {
	let checks = CHECKS.get(schema);
	if (checks === undefined) {
		const own = once(() => withoutForeignReferences(schema));
		const explaining = once(() =>
			createAjv({ ...EXPLAIN, ...TRUSTED }).addSchema(own(), "routes"),
		);
		const create = (position: string): Checks => ({
			fits: createQuickCheck(own(), position),
			// AJV keeps what it has compiled.
			explain: () =>
				explaining().getSchema(`routes${position}`) as ValidateFunction,
		});
		checks = {
			first: create(""),
			included: create("#/$defs/included"),
			tests: create("#/$defs/testsFile"),
		};
		CHECKS.set(schema, checks);
	}
	return checks[part];
}

/** Removes references to other files, which are for editors. Their content is checked when it is read. */
function withoutForeignReferences(schema: object): object {
	const text = JSON.stringify(schema, (key, value: unknown) =>
		key === "$ref" && typeof value === "string" && !value.startsWith("#")
			? undefined
			: value,
	);
	return JSON.parse(text);
}

function errorsOf(
	validate: ValidateFunction,
	value: unknown,
): readonly ErrorObject[] {
	return validate(value) ? [] : (validate.errors ?? []);
}

function markBad(bad: Set<string>, pointer: string): void {
	let rest = pointer;
	bad.add(rest);
	while (rest !== "") {
		rest = rest.slice(0, rest.lastIndexOf("/"));
		bad.add(rest);
	}
}

function markMeant(
	meant: Set<string>,
	error: ErrorObject,
	handlerKeys: readonly string[],
): void {
	if (error.keyword !== "additionalProperties") return;
	const written = error.params.additionalProperty as string;
	const known = namesOf(error.parentSchema);
	const key = belongsToHandler(written, known, handlerKeys)
		? "handler"
		: nearest(written, known);
	if (key !== undefined) meant.add(error.instancePath + toPointer([key]));
}

/** The keywords whose errors at one position are separate mistakes. Of all others, only the first error is used. */
const SEVERAL = new Set(["additionalProperties", "required", "propertyNames"]);

/** Keeps the most useful error, because AJV reports one mistake in several ways. */
function oneForEachMistake(
	errors: readonly ErrorObject[],
	meant: ReadonlySet<string>,
): ErrorObject[] {
	const unknownKeyAt = new Set(
		errors
			.filter(({ keyword }) => keyword === "additionalProperties")
			.map(({ instancePath }) => instancePath),
	);
	const said = new Set<string>();
	return withoutEchoes(errors)
		.sort(byRank)
		.filter((error) => {
			const { keyword, instancePath } = error;
			// The name that is wrong is told by `propertyNames` itself.
			if (error.propertyName !== undefined) return false;
			// A misspelled key is one mistake, not also a missing one.
			const missing: unknown = error.params.missingProperty;
			if (keyword === "required" && typeof missing === "string") {
				return !meant.has(instancePath + toPointer([missing]));
			}
			if (SEVERAL.has(keyword)) return true;
			// A handler whose only key is misspelled has no type, but one mistake.
			if (keyword === "oneOf" && unknownKeyAt.has(instancePath)) return false;
			if (said.has(instancePath)) return false;
			said.add(instancePath);
			return true;
		});
}

const RANKED = ["type", "const", "enum", "oneOf"];

function byRank(a: ErrorObject, b: ErrorObject): number {
	const rank = ({ keyword }: ErrorObject): number => {
		const index = RANKED.indexOf(keyword);
		return index === -1 ? RANKED.length : index;
	};
	return rank(a) - rank(b);
}

function reportError(
	file: ConfigFile,
	error: ErrorObject,
	setting: Setting,
	report: Report,
): void {
	const path = parsePointer(error.instancePath);
	const site = new Site(file, path);
	const wording = wordError(error, site, setting);
	const keys = keysOf(error);
	const at = keys.length === 0 ? site.at() : site.keyAt(...keys);
	// A list of 100,000 unquoted numbers is one mistake.
	const isItem = error.keyword === "type" && /^\d+$/.test(path.at(-1) ?? "");
	const list = toPointer(path.slice(0, -1));
	report.error(
		at,
		wording,
		isItem ? `${file.source.file}${list} ${error.schemaPath}` : undefined,
	);
}

function keysOf(error: ErrorObject): string[] {
	const key = keyOf(error);
	return key === undefined ? [] : [key];
}
