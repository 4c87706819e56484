import { isRecord } from "../../event/is-record.ts";
import type { Encoding } from "../../event/webhook.ts";
import type { Fields } from "../../kind/set-fields.ts";
import type { Pairs } from "../command.ts";
import { ENCODINGS } from "./encode.ts";
import type { SampleOptions } from "./sample.ts";

/** The webhook of a saved test. */
export interface SavedTestFile {
	readonly payload: Fields;
	/** The route. */
	readonly to: string;
	readonly as: Encoding | undefined;
	readonly params: Pairs;
	readonly query: Pairs;
	readonly headers: Pairs;
}

/** Reads the file that `inbox show --save` writes: one test with a route and a payload. Undefined for any other. */
export function fromSavedTest(value: Fields): SavedTestFile | undefined {
	const { tests } = value;
	if (!Array.isArray(tests) || tests.length !== 1) return undefined;
	const [test]: unknown[] = tests;
	if (!isRecord(test) || typeof test.send !== "string") return undefined;
	if (!isRecord(test.payload)) return undefined;
	return {
		payload: { ...test.payload },
		to: test.send,
		as: ENCODINGS.find((one) => one === test.as),
		params: pairsOf(test.params),
		query: pairsOf(test.query),
		headers: pairsOf(test.headers),
	};
}

/** Adds the parts of a test to the options of a command, which win. */
export function withTest(
	options: SampleOptions,
	{ to, as, params, query, headers }: SavedTestFile,
): SampleOptions {
	return {
		to,
		...(as !== undefined && { as }),
		...options,
		param: [...params, ...options.param],
		query: [...query, ...options.query],
		header: [...headers, ...options.header],
	};
}

// --- helpers ---

function pairsOf(value: unknown): Pairs {
	if (!isRecord(value)) return [];
	return Object.entries(value).map(([name, one]) => [name, String(one)]);
}
