import type { Site } from "../../../finding/site.ts";
import type {
	HandlerSpec,
	HandlerSpecs,
	ReadContext,
} from "../../handler-spec.ts";
import type { HandlerSettings } from "../../settings.ts";

/** The readable parts of a handler. */
export interface HandlerDraft {
	readonly type: HandlerSpec;
	/** Undefined if something in it is wrong. */
	readonly settings: HandlerSettings | undefined;
}

/** Normalizes a `handler` or `fallback` that the schema accepts; paths become absolute. */
export function readHandler(
	handler: object | string,
	site: Site,
	types: HandlerSpecs,
	context: ReadContext,
): HandlerDraft | undefined {
	const written = typeof handler === "string" ? { [handler]: {} } : handler;
	const name = Object.keys(written).find((key) => types.has(key)) ?? "";
	const type = types.get(name);
	return type && { type, settings: type.read(written, site, context) };
}

/** Returns true for a handler that cannot fail while a call waits. */
export function isFixed({ type, settings }: HandlerDraft): boolean {
	return type.isFixed?.(settings) ?? false;
}
