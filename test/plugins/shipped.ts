import type { HookEvent, Payload } from "../../src/event/webhook.ts";
import type { Handler } from "../../src/handler/handler.ts";
import type { HandOnFrom } from "../../src/handler/plugin/init.ts";
import { createPluginHandler } from "../../src/handler/plugin/plugin.ts";
import type { Kind } from "../../src/kind/kind.ts";
import { findShippedPlugins } from "../../src/plugin/loader/find.ts";
import { loadPlugin } from "../../src/plugin/loader/load.ts";
import type { Plugin } from "../../src/plugin/loader/plugin.ts";
import { initOf } from "../handler/plugin-harness.ts";

/** Loads a plugin that comes with Switchhook, as the router does. */
export async function loadShipped(name: string): Promise<Plugin> {
	const file = (await findShippedPlugins()).get(name);
	if (file === undefined) throw new Error(`no plugin ${name} is shipped`);
	const { plugin, findings } = await loadPlugin(file);
	if (plugin === undefined) throw new Error(findings[0]?.what);
	return plugin;
}

/** A shipped plugin on a route of the kind `sms.inbound`, set up. */
export async function setUpShipped(
	name: string,
	options: object,
	handOn?: HandOnFrom,
): Promise<Handler> {
	const { handler, problems } = await createPluginHandler({
		...initOf({ on: { "*": () => {} } }),
		plugin: await loadShipped(name),
		kind: {
			name: "sms.inbound",
			reply: { body: "none", required: false },
		} as Kind,
		options,
		...(handOn && { handOn }),
	});
	if (handler === undefined) throw new Error(problems[0]?.what);
	return handler;
}

/** An event with this payload. */
export function eventOf(payload: Payload): HookEvent {
	return {
		id: "e1",
		kind: "sms.inbound",
		level: "account",
		route: "r",
		payload,
		receivedAt: 1_577_880_000_000,
		attempt: 1,
		claims: {},
		raw: new Uint8Array(0),
		params: {},
		headers: {},
		method: "POST",
		query: "",
		handedOn: 0,
	};
}
