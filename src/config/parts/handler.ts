import { dirname, resolve } from "node:path";
import { FRAMING_HEADERS } from "../../event/framing-headers.ts";
import type { Report } from "../../finding/report.ts";
import type { Place } from "../../finding/site.ts";
import type { Files } from "../read/files.ts";
import type { HandlerSettings, StaticSettings } from "../settings.ts";
import type { AuthoredHandler, AuthoredStatic } from "./authored.ts";
import type { CopyContext } from "./copy-headers.ts";
import { readForward } from "./forward.ts";

/** A handler as far as it could be read. */
export interface HandlerDraft {
	readonly type: HandlerSettings["type"];
	/** Undefined when something in it is wrong. */
	readonly settings: HandlerSettings | undefined;
}

/** Normalises a `handler` or `fallback` that the schema accepts; paths become absolute. */
export function readHandler(
	handler: AuthoredHandler,
	place: Place,
	context: CopyContext & { readonly files: Files },
): HandlerDraft | undefined {
	const { files, report } = context;
	if (handler.plugin !== undefined) {
		return {
			type: "plugin",
			settings: {
				type: "plugin",
				plugin: toPlugin(handler.plugin, place),
				options: handler.options ?? {},
			},
		};
	}
	if (handler.ncco !== undefined) {
		const ncco =
			typeof handler.ncco === "string"
				? files.find(handler.ncco, place.in("ncco"), "ncco")
				: handler.ncco;
		return {
			type: "ncco",
			settings: ncco === undefined ? undefined : { type: "ncco", ncco },
		};
	}
	if (handler.forward !== undefined) {
		const forward = readForward(handler.forward, place.in("forward"), context);
		return {
			type: "forward",
			settings:
				forward === undefined ? undefined : { type: "forward", ...forward },
		};
	}
	if (handler.static === undefined) return undefined;
	const fixed = readStatic(handler.static, place.in("static"), files, report);
	return {
		type: "static",
		settings: fixed === undefined ? undefined : { type: "static", ...fixed },
	};
}

/** True for a handler that cannot fail while a call waits. */
export function isFixed({ type, settings }: HandlerDraft): boolean {
	if (type === "static") return true;
	if (settings?.type !== "ncco" || typeof settings.ncco === "string") {
		return false;
	}
	return !/\{[{%]/.test(JSON.stringify(settings.ncco));
}

// --- helpers ---

/** A bare name stays one, for `plugins/`; a path becomes absolute. */
function toPlugin(plugin: string, place: Place): string {
	return /[\\/]/.test(plugin)
		? resolve(dirname(place.file.source.file), plugin)
		: plugin;
}

function readStatic(
	answer: AuthoredStatic,
	place: Place,
	files: Files,
	report: Report,
): StaticSettings | undefined {
	const headers = new Map<string, string>();
	let isRight = true;
	for (const [name, value] of Object.entries(answer.headers ?? {})) {
		const lower = name.toLowerCase();
		const isOwn = FRAMING_HEADERS.has(lower);
		if (isOwn || headers.has(lower)) {
			isRight = false;
			report.error(place.keyAt("headers", name), {
				what: isOwn
					? `the header \`${name}\` is written by the server itself`
					: `the header \`${name}\` is written twice, in another case`,
				todo: "take it out",
			});
		}
		headers.set(lower, value);
	}
	const file =
		answer.file === undefined
			? undefined
			: files.find(answer.file, place.in("file"), "static");
	if (!isRight || (answer.file !== undefined && file === undefined)) {
		return undefined;
	}
	return {
		status: answer.status ?? 200,
		headers: Object.fromEntries(headers),
		...(answer.text === undefined ? {} : { text: answer.text }),
		...(answer.json === undefined ? {} : { json: answer.json }),
		...(file === undefined ? {} : { file }),
	};
}
