import type { HookEvent } from "../../event/webhook.ts";
import type { PluginContext, SetupContext } from "../define.ts";
import type { OptionsCheck } from "./options.ts";

/** A loaded plugin with a valid shape. Only its file has run. */
export interface Plugin {
	readonly name: string;
	/** Absolute path. */
	readonly file: string;
	readonly checkOptions: OptionsCheck;
	/** Handlers by kind, and `*`. */
	readonly on: ReadonlyMap<string, AnyHandler>;
	readonly setup: ((context: SetupContext) => unknown) | undefined;
	readonly teardown: ((state: unknown) => unknown) | undefined;
	/** Names the routes that the plugin hands on to. The result is not checked yet. */
	readonly handsOn: ((options: unknown) => unknown) | undefined;
}

/** A handler of a kind that is only known when the router runs. */
export type AnyHandler = (event: HookEvent, context: PluginContext) => unknown;

/** Returns the handler for a kind: its own, otherwise the one for `*`. */
export function handlerOf(
	plugin: Plugin,
	kind: string,
): AnyHandler | undefined {
	return plugin.on.get(kind) ?? plugin.on.get("*");
}
