import type { Logger } from "pino";
import type { PluginLog, PluginLogLine } from "../plugin/define.ts";
import type { Log } from "./log.ts";
import { maskPayload } from "./mask-payload.ts";
import { ofPluginFields, type Privacy, UNKNOWN } from "./privacy.ts";

/**
 * Makes the log of a plugin: the router's, with the plugin's and the route's names on each
 * line. Unless the log may show payloads, the payload that it logs, and fields under names of the payload, are masked as the
 * route's kind says, and other fields by how they look.
 *
 * @param payload the privacy of the route's kind, default unknown
 */
export function createPluginLog(
	log: Log,
	names: { readonly plugin: string; readonly route: string },
	payload: Privacy = UNKNOWN,
): PluginLog {
	const privacy = ofPluginFields(payload);
	const mask = (fields: object) => maskPayload(fields, privacy);
	let child: Logger | undefined;
	// Made for the first line: of 10,000 routes most never write one.
	const own = (): Logger => {
		child ??= log.child(
			{ plugin: names.plugin, route: names.route },
			log.payloads ? {} : { formatters: { log: mask } },
		);
		return child;
	};
	const line =
		(severity: "debug" | "info" | "warn" | "error"): PluginLogLine =>
		(first: string | object, second?: string | object) => {
			if (!log.isLevelEnabled(severity)) return;
			// pino wants the fields first and drops what follows the message; both orders are fine here.
			const [fields, message] =
				typeof first === "string" ? [second, first] : [first, second];
			const text = typeof message === "string" ? message : undefined;
			if (fields instanceof Error) {
				own()[severity]({ err: fields }, text ?? fields.message);
			} else if (typeof fields === "object" && fields !== null) {
				own()[severity](fields, text);
			} else {
				own()[severity](text);
			}
		};
	return {
		debug: line("debug"),
		info: line("info"),
		warn: line("warn"),
		error: line("error"),
	};
}
