import type { HookError } from "../../src/errors.ts";
import type { HookEvent } from "../../src/event/webhook.ts";
import type { Deadline, Handler } from "../../src/handler/handler.ts";
import { Journal } from "../../src/handler/journal.ts";
import type { NccoChecker } from "../../src/handler/ncco/check.ts";
import type { PluginHandlerInit } from "../../src/handler/plugin/init.ts";
import { createPluginHandler } from "../../src/handler/plugin/plugin.ts";
import { createRouteUrls } from "../../src/handler/template/urls.ts";
import type { Kind } from "../../src/kind/kind.ts";
import type { RoutePluginLog } from "../../src/observe/plugin-log.ts";
import { toPlugin } from "../../src/plugin/loader/shape.ts";
import { createMemoryState } from "../../src/runtime/inbox/memory-state.ts";

/** The event that is handled in these tests. */
export const EVENT = {
	id: "e1",
	kind: "my.kind",
	payload: { from: "447700900001" },
} as unknown as HookEvent;

/** A deadline that counts how often its signal was asked for. */
export class CountingDeadline implements Deadline {
	readonly timeoutMs = 1000;
	readonly journal = new Journal();
	readonly abortReason = undefined;
	isKept = false;
	readonly #controller = new AbortController();
	asked = 0;

	get signal(): AbortSignal {
		this.asked += 1;
		return this.#controller.signal;
	}
}

/** A log that remembers its lines. */
export function createTestLog(): RoutePluginLog & {
	readonly lines: unknown[][];
} {
	const lines: unknown[][] = [];
	const line =
		(severity: string) =>
		(...parts: unknown[]) =>
			void lines.push([severity, ...parts]);
	const log = {
		debug: line("debug"),
		info: line("info"),
		warn: line("warn"),
		error: line("error"),
	};
	return { ...log, lines, forEvent: () => log };
}

/** Says of a list that it is an NCCO unless it is empty; the real one has tests of its own. */
export const TEST_CHECKER: NccoChecker = {
	isValid: (ncco) => Array.isArray(ncco) && ncco.length > 0,
	check: () => ({ errors: [], warnings: [] }),
	explain: () => "it is empty",
};

type Given = Partial<PluginHandlerInit>;

/** What a handler is made of, for a plugin that is written as an object. */
export function initOf(
	definition: object,
	given: Given = {},
): PluginHandlerInit {
	const { plugin, findings } = toPlugin(definition, { file: "x.ts", text: "" });
	if (plugin === undefined) throw new Error(findings[0]?.what);
	return {
		plugin,
		options: undefined,
		route: {
			name: "r",
			kind: "my.kind",
			level: "app",
			mode: "reply",
			path: "/r",
		},
		kind: { name: "my.kind", reply: { body: "any", required: false } } as Kind,
		log: createTestLog(),
		checker: TEST_CHECKER,
		tables: {},
		urls: createRouteUrls(
			() => "https://hooks.example.com",
			[
				{ name: "r", path: "/r" },
				{ name: "menu", path: "/menu/:language" },
			],
		),
		handOn: async () => {
			throw new Error("nothing is handed on here");
		},
		keeper: createMemoryState(),
		...given,
	};
}

/** The handler of a plugin that has no problem. */
export async function handlerFor(
	definition: object,
	given?: Given,
): Promise<Handler> {
	const made = await createPluginHandler(initOf(definition, given));
	if (made.handler === undefined) throw new Error(made.problems[0]?.what);
	return made.handler;
}

/** The error that handling ends with. */
export async function errorOf(work: () => unknown): Promise<HookError> {
	try {
		await work();
	} catch (error) {
		return error as HookError;
	}
	throw new Error("it did not throw");
}
