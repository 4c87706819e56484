import type { HandlerSettings } from "../../config/settings.ts";
import type { Handler } from "../handler.ts";
import type { HandlerType } from "../handler-type.ts";

/** `none`: acknowledges an event and keeps only its log line. */
export const none: HandlerType = {
	name: "none",
	schema: {
		keys: {
			none: {
				description:
					"Acknowledges with an empty 200 and stores nothing. `handler: none` is the short form.",
				$ref: "#/$defs/acknowledge",
				defaultNote: "none",
			},
		},
		defs: {
			acknowledge: {
				title: "none",
				description:
					`Acknowledges an event and does nothing else, for webhooks that you do not need. The answer is an empty 200, and the log line
is the only record: the inbox does not store the event, and duplicates are not detected. All gates apply, and a webhook that a gate
quarantines is stored. Use the plugin \`log\` to keep a record. \`none\` has no settings: write \`handler: none\`. It cannot handle a
kind that needs an answer, such as \`voice.answer\`.`.replaceAll("\n", " "),
				type: "object",
				additionalProperties: false,
			},
		},
	},
	isBare: true,
	isUnkept: true,
	modes: ["accept", "reply"],
	misfit: ({ name, reply }) =>
		reply.required
			? `\`${name}\` needs an answer, and \`none\` gives an empty one`
			: undefined,
	isFixed: () => true,
	read: () => SETTINGS,
	describe: () => "none",
	createBuilder: () => ({ build: () => ({ handler: HANDLER, findings: [] }) }),
};

// --- helpers ---

const SETTINGS: HandlerSettings = { type: "none" };

const HANDLER: Handler = { handle: () => undefined };
