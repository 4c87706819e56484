import { readdirSync, readFileSync } from "node:fs";
import {
	createNccoChecker,
	type NccoChecker,
} from "../../src/handler/ncco/check.ts";

/** An NCCO from the platform's documentation, an SDK or an application, and what a check says of it. */
export interface NccoSample {
	readonly name: string;
	readonly body: unknown;
	readonly valid: boolean;
	/** The lines of all errors, where they matter. */
	readonly errors?: readonly string[];
	/** The lines of all warnings, where they matter. */
	readonly warnings?: readonly string[];
}

/** All of `test/ncco-samples`. */
export function loadNccoSamples(): NccoSample[] {
	const folder = new URL("../ncco-samples/", import.meta.url);
	return readdirSync(folder)
		.filter((name) => name.endsWith(".json"))
		.map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")));
}

let checker: NccoChecker | undefined;

/** One checker for all tests: it has no state, and takes a while to compile. */
export function sharedChecker(): NccoChecker {
	checker ??= createNccoChecker();
	return checker;
}

/** A talk with these options added. */
export const talk = (options: object) => [
	{ action: "talk", text: "hi", ...options },
];
/** A record with these options. */
export const record = (options: object) => [{ action: "record", ...options }];
/** An input with these options. */
export const input = (options: object) => [{ action: "input", ...options }];
/** A connect to this endpoint. */
export const connect = (endpoint: object, options: object = {}) => [
	{ action: "connect", endpoint: [endpoint], ...options },
];
/** A telephone. */
export const phone = { type: "phone", number: "447700900001" };
/** A conversation with these options added. */
export const room = (options: object) => [
	{ action: "conversation", name: "room", ...options },
];
/** What an option that is a list of one URL takes. */
export const URLS = ["https://example.com/x"];
