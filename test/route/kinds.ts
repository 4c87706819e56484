import type { Level, Payload } from "../../src/event/webhook.ts";
import { formatFinding } from "../../src/finding/finding.ts";
import { createReport } from "../../src/finding/report.ts";
import { type ConfigFile, Site } from "../../src/finding/site.ts";
import type { Kind } from "../../src/kind/kind.ts";
import { UNKNOWN } from "../../src/observe/privacy.ts";
import type { Match } from "../../src/route/conditions/condition.ts";
import { CONDITIONS } from "../../src/route/conditions/index.ts";
import type { Subject } from "../../src/route/field.ts";
import type { Route } from "../../src/route/route.ts";
import type { Table } from "../../src/table/table.ts";

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
	over: Partial<Route> & { on?: Record<string, unknown> } = {},
): Route {
	const { on, ...rest } = over;
	return {
		name,
		path: "/x",
		methods: ["POST"],
		kind: KIND,
		level,
		match: on === undefined ? undefined : matchOf(on),
		...rest,
	};
}

/** Reads a `match` as routes.yaml has it. Throws with the findings where it is wrong. */
export function matchOf(
	on: Readonly<Record<string, unknown>>,
	tables: readonly Table[] = [],
	conditions = CONDITIONS,
): Match {
	const report = createReport();
	const source = {
		file: "routes.yaml",
		locate: () => ({ file: "routes.yaml", line: 1, column: 1 }),
	} as unknown as ConfigFile["source"];
	const file = {
		source,
		label: "routes.yaml",
		value: on,
		secret: new Set<string>(),
		broken: new Set<string>(),
	};
	const surroundings = {
		tables: new Map(tables.map((table) => [table.name, table])),
		report,
	};
	const match = Object.entries(on).map(
		([field, written]) =>
			[
				field,
				conditions.read(written, new Site(file, [field]), surroundings),
			] as const,
	);
	const findings = report.list([]);
	if (findings.length > 0) throw new Error(findings.map(formatFinding).join());
	return new Map(match) as Match;
}

/** A webhook of a payload alone. */
export function subjectOf(
	payload: unknown,
	over: Partial<Subject> = {},
): Subject {
	return { payload, headers: {}, query: "", params: {}, claims: {}, ...over };
}

/** A table of keys without columns. */
export function tableOf(name: string, keys: readonly string[]): Table {
	return {
		name,
		rows: new Map(keys.map((key) => [key, {}])),
		columns: new Set(),
	};
}

const KIND = fakeKind("test.one", "one");
