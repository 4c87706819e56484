import type { Level, Payload } from "../../src/event/webhook.ts";
import type { Kind } from "../../src/kind/kind.ts";
import { UNKNOWN } from "../../src/observe/privacy.ts";
import type { Route } from "../../src/route/route.ts";

/** A kind that knows a payload by one field. */
export function fakeKind(
	name: string,
	mark: string,
	over: Partial<Kind> = {},
): Kind {
	return {
		name,
		title: name,
		description: "",
		product: "test",
		deprecated: undefined,
		methods: ["POST"],
		contentTypes: ["json"],
		levels: ["account", "number", "app", "request", "ncco"],
		levelsWhy: undefined,
		settings: {},
		mode: "accept",
		reply: { body: "none", required: false },
		timeoutMs: 1000,
		dedupe: [],
		dedupeNeeds: [],
		orderBy: [],
		number: [],
		signed: undefined,
		precedence: 0,
		privacy: UNKNOWN,
		schema: {},
		recognizes: (payload: Payload) => mark in payload,
		decode: (payload: Payload) => payload,
		validate: () => undefined,
		...over,
	};
}

export function fakeRoute(
	name: string,
	level: Level,
	over: Partial<Route> & { on?: Record<string, string[]> } = {},
): Route {
	const { on, ...rest } = over;
	return {
		name,
		path: "/x",
		methods: ["POST"],
		kind: KIND,
		level,
		match: on === undefined ? undefined : new Map(Object.entries(on)),
		...rest,
	};
}

const KIND = fakeKind("test.one", "one");
