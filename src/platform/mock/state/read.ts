import {
	isAlias,
	isMap,
	isScalar,
	isSeq,
	type Node,
	parseDocument,
} from "yaml";
import { isRecord } from "../../../event/is-record.ts";
import type { Finding, Wording } from "../../../finding/finding.ts";
import type { KeyPath, Source } from "../../../finding/located.ts";
import { createReport } from "../../../finding/report.ts";
import { parseSource } from "../../../finding/source.ts";
import { nameTypeOf, unknownKey } from "../../../finding/words.ts";
import { type Json, type JsonObject, toJson } from "../json.ts";
import type { AccountInput, NumberInput } from "./state.ts";

/** A state file that was read. */
export interface ReadState {
	/** Undefined where there are findings. */
	readonly accounts: readonly AccountInput[] | undefined;
	readonly findings: readonly Finding[];
	/** True where an application has no id yet. */
	readonly lacksIds: boolean;
}

/** Reads a state file, YAML or JSON. A number inside of an application keeps its spelling. */
export function readState(text: string, file: string): ReadState {
	const { source, findings } = parseSource(text, file);
	if (source === undefined) {
		return { accounts: undefined, findings, lacksIds: false };
	}
	const found = checkState(source);
	if (found.length > 0) {
		return { accounts: undefined, findings: found, lacksIds: false };
	}
	const { accounts } = source.value as StateText;
	const document = parseDocument(text);
	let lacksIds = false;
	const read = accounts.map(({ readOnly = false, ...account }, index) => ({
		...account,
		isReadOnly: readOnly,
		applications: (account.applications ?? []).map((application, at) => {
			lacksIds ||= !("id" in application);
			const path = ["accounts", index, "applications", at];
			const node = document.getIn(path, true) as Node;
			return fromYaml(node, (alias) => alias.resolve(document)) as JsonObject;
		}),
	}));
	return { accounts: read, findings: [], lacksIds };
}

// --- helpers ---

/** A state file without mistakes. */
interface StateText {
	readonly accounts: readonly (Omit<AccountInput, "applications"> & {
		readonly readOnly?: boolean;
		readonly applications?: readonly Readonly<Record<string, unknown>>[];
	})[];
}

const ACCOUNT_KEYS = [
	"apiKey",
	"apiSecret",
	"readOnly",
	"settings",
	"numbers",
	"applications",
];

const SETTINGS_KEYS = ["moCallBackUrl", "drCallBackUrl", "httpForwardMethod"];

/** Fields of a number that are text; others are shown as they are. */
const NUMBER_TEXTS: readonly (keyof NumberInput)[] = [
	"type",
	"app_id",
	"moHttpUrl",
	"moSmppSysType",
	"voiceCallbackType",
	"voiceCallbackValue",
	"voiceStatusCallback",
	"messagesCallbackType",
	"messagesCallbackValue",
];

function checkState(source: Source): readonly Finding[] {
	const report = createReport();
	const check = new Check(source, (path, part, wording) =>
		report.error(source.locate(path, part), wording),
	);
	const keys = new Set<unknown>();
	const paths = check.keys([], "the state of the mock", ["accounts"])
		? check.list(["accounts"], { isRequired: true })
		: [];
	for (const path of paths) {
		if (!check.keys(path, "an account", ACCOUNT_KEYS)) continue;
		check.text([...path, "apiKey"], { isRequired: true });
		check.text([...path, "apiSecret"], { isRequired: true });
		check.unique([...path, "apiKey"], keys);
		check.flag([...path, "readOnly"]);
		checkParts(check, path);
	}
	return report.list([source.file]);
}

function checkParts(check: Check, account: KeyPath): void {
	const settings = [...account, "settings"];
	if (
		check.has(settings) &&
		check.keys(settings, "`settings`", SETTINGS_KEYS)
	) {
		for (const key of SETTINGS_KEYS) check.text([...settings, key]);
	}
	const numbers = new Set<unknown>();
	for (const path of check.list([...account, "numbers"])) {
		if (!check.mapping(path)) continue;
		for (const key of ["country", "msisdn"]) {
			check.text([...path, key], { isRequired: true });
		}
		for (const key of NUMBER_TEXTS) check.text([...path, key]);
		check.unique([...path, "msisdn"], numbers);
		check.list([...path, "features"]);
	}
	const ids = new Set<unknown>();
	for (const path of check.list([...account, "applications"])) {
		if (!check.mapping(path)) continue;
		check.text([...path, "name"], { isRequired: true });
		check.text([...path, "id"]);
		check.unique([...path, "id"], ids);
	}
}

type Tell = (path: KeyPath, part: "key" | "value", wording: Wording) => void;

/** Checks values by their paths, and tells what is wrong. */
class Check {
	readonly #source: Source;
	readonly #tell: Tell;

	constructor(source: Source, tell: Tell) {
		this.#source = source;
		this.#tell = tell;
	}

	has(path: KeyPath): boolean {
		return this.#at(path) !== undefined;
	}

	/** @returns false where it is not a mapping */
	keys(path: KeyPath, where: string, known: readonly string[]): boolean {
		if (!this.mapping(path)) return false;
		for (const key of Object.keys(this.#at(path) as object)) {
			if (known.includes(key)) continue;
			this.#tell([...path, key], "key", unknownKey(key, known, where));
		}
		return true;
	}

	mapping(path: KeyPath): boolean {
		const value = this.#at(path);
		if (isRecord(value)) return true;
		this.#tell(path, "value", {
			what: `${nameOf(path)} is ${nameTypeOf(value)}`,
			expected: "a mapping",
		});
		return false;
	}

	/** @returns the paths of the items */
	list(
		path: KeyPath,
		{ isRequired = false }: { readonly isRequired?: boolean } = {},
	): readonly KeyPath[] {
		const value = this.#at(path);
		if (Array.isArray(value)) return value.map((_, index) => [...path, index]);
		if (value !== undefined || isRequired) {
			this.#tell(path, "value", {
				what: `${nameOf(path)} is ${value === undefined ? "missing" : nameTypeOf(value)}`,
				expected: "a list",
			});
		}
		return [];
	}

	text(
		path: KeyPath,
		{ isRequired = false }: { readonly isRequired?: boolean } = {},
	): void {
		const value = this.#at(path);
		if (value === undefined && !isRequired) return;
		if (typeof value === "string" && !(isRequired && value === "")) return;
		this.#tell(path, "value", {
			what: `${nameOf(path)} is ${value === undefined ? "missing" : value === "" ? "empty" : nameTypeOf(value)}`,
			expected: "text",
			todo: typeof value === "number" ? "put it in quotes" : undefined,
		});
	}

	flag(path: KeyPath): void {
		const value = this.#at(path);
		if (value === undefined || typeof value === "boolean") return;
		this.#tell(path, "value", {
			what: `${nameOf(path)} is ${nameTypeOf(value)}`,
			expected: "`true` or `false`",
		});
	}

	unique(path: KeyPath, seen: Set<unknown>): void {
		const value = this.#at(path);
		if (value !== undefined && seen.has(value)) {
			this.#tell(path, "value", {
				what: `${nameOf(path)} \`${value}\` is there twice`,
				todo: "take one out",
			});
		}
		seen.add(value);
	}

	#at(path: KeyPath): unknown {
		let value = this.#source.value;
		for (const key of path) {
			if (typeof value !== "object" || value === null) return undefined;
			value = (value as Readonly<Record<string, unknown>>)[key];
		}
		return value;
	}
}

/** Names a value by its key; an item of a list by that of the list. */
function nameOf(path: KeyPath): string {
	const last = path.at(-1);
	if (last === undefined) return "the state of the mock";
	return typeof last === "string"
		? `\`${last}\``
		: `an item of \`${path.at(-2)}\``;
}

/** Makes JSON of a node of YAML; a number is spelled as in the file where JSON knows that spelling. */
function fromYaml(
	node: unknown,
	resolve: (alias: Extract<Node, { resolve: unknown }>) => Node | undefined,
): Json {
	if (isAlias(node)) return fromYaml(resolve(node), resolve);
	if (isSeq(node)) return node.items.map((item) => fromYaml(item, resolve));
	if (isMap(node)) {
		return new Map(
			node.items.map(({ key, value }) => [
				isScalar(key) ? String(key.source ?? key.value) : String(key),
				fromYaml(value, resolve),
			]),
		);
	}
	if (!isScalar(node)) return { raw: "null" };
	const { value, source = "" } = node;
	return typeof value === "number" && JSON_NUMBER.test(source)
		? { raw: source }
		: toJson(value);
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;
