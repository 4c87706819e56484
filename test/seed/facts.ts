import type { Level, Payload } from "../../src/event/webhook.ts";

/** The four ranges of the guide: what is in each at its ends, and what is beside it. */
export const RANGES: Readonly<Record<string, readonly [string[], string[]]>> = {
	"174.37.245.32/29": [
		["174.37.245.32", "174.37.245.39"],
		["174.37.245.31", "174.37.245.40"],
	],
	"174.36.197.192/28": [
		["174.36.197.192", "174.36.197.207"],
		["174.36.197.191", "174.36.197.208"],
	],
	"173.193.199.16/28": [
		["173.193.199.16", "173.193.199.31"],
		["173.193.199.15", "173.193.199.32"],
	],
	"119.81.44.0/28": [
		["119.81.44.0", "119.81.44.15"],
		["119.81.43.255", "119.81.44.16"],
	],
};

/** Kinds whose levels are neighbours in the guide's order; no kind has all five. */
export const NARROWER: readonly (readonly [Level, Level, string, Payload])[] = [
	["account", "number", "number-inbound", { to: "447700900001" }],
	["account", "request", "request-receipts", { "client-ref": "order-1" }],
	["app", "request", "request-event", { to: "447700900001" }],
	["app", "ncco", "connect-event", { from: "447700900002" }],
	[
		"request",
		"ncco",
		"connect-event",
		{ to: "447700900001", from: "447700900002" },
	],
];
