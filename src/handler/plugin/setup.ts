import type { HandOn, PluginLog, RouteUrl } from "../../plugin/define.ts";
import { withoutExit } from "../../plugin/loader/exit-guard.ts";
import { placeOfThrow } from "../../plugin/loader/fault.ts";
import type { HandlerProblem } from "../../plugin/loader/options.ts";
import type { Plugin } from "../../plugin/loader/plugin.ts";
import { LATE, within } from "../../within.ts";
import type { PluginHandlerInit } from "./init.ts";
import { createPluginStore } from "./store.ts";

/** Runs a plugin's `setup` within its time limit. The state is only valid if there is no problem. */
export async function setUp(
	init: PluginHandlerInit,
	options: unknown,
	{ url, handOn }: { readonly url: RouteUrl; readonly handOn: HandOn },
): Promise<{ state: unknown; problem: HandlerProblem | undefined }> {
	const { plugin, route, log, tables, keeper } = init;
	const { setupTimeoutMs = 10_000 } = init;
	const whose = `setup of the plugin \`${plugin.name}\` for the route \`${route.name}\``;
	const fail = (what: string, todo?: string) => ({
		state: undefined,
		problem: { keys: ["plugin"], what: `${whose} ${what}`, todo },
	});
	try {
		const store = createPluginStore(plugin.name, keeper);
		let work: unknown;
		const { value: state, ended } = await withoutExit(
			() => {
				work = plugin.setup?.({
					...{ options, log, route, tables, url, handOn, store },
				});
				return isThenable(work)
					? within(Promise.resolve(work), setupTimeoutMs)
					: work;
			},
			(call) => placeOfThrow(call, plugin.file) !== undefined,
		);
		if (ended !== undefined) throw ended;
		if (state !== LATE) return { state, problem: undefined };
		// If setup succeeds too late, its resources must be released.
		Promise.resolve(work).then(
			(late) => tearDown(plugin, late, log),
			(error: unknown) =>
				log.error({ err: error }, "setup failed after its time"),
		);
		return fail(
			`did not finish in ${setupTimeoutMs / 1000} s`,
			"did it forget to return?",
		);
	} catch (error) {
		log.error({ err: error }, "setup failed");
		const site = placeOfThrow(error, plugin.file);
		const where = site && ` (${site.file}:${site.line}:${site.column})`;
		return fail(`threw: ${messageOf(error)}${where ?? ""}`);
	}
}

/** Runs a plugin's `teardown`. Its errors are only logged. */
export async function tearDown(
	plugin: Plugin,
	state: unknown,
	log: PluginLog,
): Promise<void> {
	try {
		await plugin.teardown?.(state);
	} catch (error) {
		log.error({ err: error }, "teardown failed");
	}
}

/** Returns true for any thenable, whichever library created it. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
	return (
		typeof value === "object" &&
		value !== null &&
		"then" in value &&
		typeof value.then === "function"
	);
}

/** Returns the message of any thrown value. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
