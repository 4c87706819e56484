import type { Payload } from "../event/webhook.ts";
import { createPluginStore } from "../handler/plugin/store.ts";
import { createPluginTables } from "../handler/plugin/tables.ts";
import type {
	HandOnInit,
	PluginContext,
	PluginLogLine,
	PluginRoute,
	PluginTables,
	RouteUrl,
	Tables,
} from "../plugin/define.ts";
import { createMemoryState } from "../runtime/inbox/memory-state.ts";
import type { Row, Table } from "../table/table.ts";

/** The parts of a context that a test chooses. */
export interface TestContextParts<Options, State> {
	/** The options. Default `{}`. Defaults of a schema are not filled in. */
	readonly options?: Options;
	/** The result of `setup`. */
	readonly state?: State;
	readonly route?: Partial<PluginRoute>;
	/** Rows by the table's name and their key, default none: `{ numbers: { "447700900001": { customer: "acme" } } }`. */
	readonly tables?: TestTables;
	/** Default: a signal that never aborts. */
	readonly signal?: AbortSignal;
	/** Writes the URL of a route, default `https://example.com/<route>` with the parameters as the query. */
	readonly url?: RouteUrl;
	/** Handles events that the plugin hands on. Default: does nothing. Each event is recorded in any case. */
	readonly onHandOn?: (route: string, payload: Payload) => unknown;
}

/** Tables as a test writes them: rows by name and key. */
export type TestTables = keyof Tables extends never
	? Readonly<Record<string, Readonly<Record<string, object>>>>
	: {
			readonly [Name in keyof Tables]?: Readonly<Record<string, Tables[Name]>>;
		};

/** A line that a plugin wrote. */
export interface TestLogLine {
	readonly severity: "debug" | "info" | "warn" | "error";
	readonly message: string | undefined;
	/** Empty where there are none. */
	readonly fields: object;
}

/** An event that a plugin handed on. */
export interface TestHandedOn extends HandOnInit {
	readonly route: string;
	readonly payload: Payload;
}

/** The context of a plugin, for `setup` and for a handler, and a record of the plugin's actions. */
export interface TestContext<Options, State>
	extends PluginContext<Options, State> {
	/** The lines that the plugin wrote. */
	readonly lines: readonly TestLogLine[];
	/** The events that the plugin handed on. */
	readonly handedOn: readonly TestHandedOn[];
}

/**
 * Creates the context of a handler. Its store is empty and in memory. Log lines and handed-on events are recorded.
 *
 * @example
 * const context = createTestContext({ options: { text: "Hello" } });
 * const ncco = await greeter.on["voice.answer"](createTestEvent("voice.answer"), context);
 */
export function createTestContext<
	Options = Readonly<Record<string, unknown>>,
	State = undefined,
>(parts: TestContextParts<Options, State> = {}): TestContext<Options, State> {
	const { route = {}, signal, url = exampleUrl, onHandOn } = parts;
	const lines: TestLogLine[] = [];
	const handedOn: TestHandedOn[] = [];
	const line =
		(severity: TestLogLine["severity"]): PluginLogLine =>
		(first: string | object, second?: string | object) => {
			const [fields = {}, message] =
				typeof first === "string" ? [second, first] : [first, second];
			lines.push({
				severity,
				message: typeof message === "string" ? message : undefined,
				fields: typeof fields === "object" ? fields : {},
			});
		};
	return {
		// Without options a plugin gets none, and without `setup` no state.
		options: (parts.options ?? {}) as Options,
		state: parts.state as State,
		log: {
			debug: line("debug"),
			info: line("info"),
			warn: line("warn"),
			error: line("error"),
		},
		route: {
			name: "test",
			kind: "test",
			level: "account",
			mode: "accept",
			path: "/test",
			...route,
		},
		tables: toTables(parts.tables),
		url,
		signal: signal ?? new AbortController().signal,
		store: createPluginStore("test", createMemoryState()),
		async handOn(name, payload, init = {}) {
			handedOn.push({ route: name, payload, ...init });
			await onHandOn?.(name, payload);
		},
		lines,
		handedOn,
	};
}

// --- helpers ---

function toTables(written: TestTables = {}): PluginTables {
	const tables = new Map<string, Table>();
	for (const [name, table] of Object.entries(written)) {
		const rows = new Map(
			Object.entries(table as Readonly<Record<string, Row>>),
		);
		const columns = new Set([...rows.values()].flatMap(Object.keys));
		tables.set(name, { name, rows, columns });
	}
	return createPluginTables(tables);
}

const exampleUrl: RouteUrl = (route, params = {}) => {
	const given = new URLSearchParams();
	for (const [name, value] of Object.entries(params))
		if (value !== undefined) given.append(name, String(value));
	const query = given.toString();
	return `https://example.com/${route}${query === "" ? "" : `?${query}`}`;
};
