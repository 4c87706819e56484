import type { HandlerSettings } from "../../config/settings.ts";
import { toShown } from "../load.ts";

/** Names a handler in one phrase: `plugin log`, `ncco nccos/welcome.yaml`, `static file hold.wav`. */
export function describeHandler(
	handler: HandlerSettings,
	folder: string,
): string {
	switch (handler.type) {
		case "plugin":
			return `plugin ${toShown(folder, handler.plugin)}`;
		case "ncco":
			return typeof handler.ncco === "string"
				? `ncco ${toShown(folder, handler.ncco)}`
				: "ncco written inline";
		case "forward":
			return `forward ${handler.socket === undefined ? handler.origin : `unix:${handler.socket}`}`;
		case "static":
			if (handler.file !== undefined) {
				return `static file ${toShown(folder, handler.file)}`;
			}
			if (handler.json !== undefined) return "static json";
			return handler.text === undefined ? "static" : "static text";
	}
}
