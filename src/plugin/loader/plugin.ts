import type { HookEvent } from "../../event/webhook.ts";
import type { PluginContext, SetupContext } from "../define.ts";
import type { OptionsCheck } from "./options.ts";

/** A plugin that was loaded and has the right shape. Nothing of it has run but its file. */
export interface Plugin {
	readonly name: string;
	/** Absolute path. */
	readonly file: string;
	readonly checkOptions: OptionsCheck;
	/** Handlers by kind, and `*`. */
	readonly on: ReadonlyMap<string, AnyHandler>;
	readonly setup: ((context: SetupContext) => unknown) | undefined;
	readonly teardown: ((state: unknown) => unknown) | undefined;
	/** Names the routes that the plugin hands on to; the result is not checked yet. */
	readonly handsOn: ((options: unknown) => unknown) | undefined;
}

/** A handler of a kind that is only known when the router runs. */
export type AnyHandler = (event: HookEvent, context: PluginContext) => unknown;

/** Returns the handler for a kind: its own, else the one for `*`. */
export function handlerOf(
	plugin: Plugin,
	kind: string,
): AnyHandler | undefined {
	return plugin.on.get(kind) ?? plugin.on.get("*");
}
