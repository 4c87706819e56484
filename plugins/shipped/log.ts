import {
	definePlugin,
	type HookEvent,
	type Ncco,
	type PluginContext,
	respond,
} from "switchhook";

/**
 * Writes one line of the log for each event, whatever its kind. Numbers and texts in it are masked, as everywhere in the log. Where
 * the platform needs an answer, the plugin gives one that does no harm: a caller hears a goodbye, and a request for audio gets silence.
 */
export default definePlugin({
	name: "log",
	options: {
		type: "object",
		additionalProperties: false,
		properties: {
			level: {
				enum: ["debug", "info", "warn", "error"],
				default: "info",
				description: "the severity of the line",
			},
			message: {
				type: "string",
				minLength: 1,
				default: "event received",
				description: "the text of the line",
			},
			fields: {
				type: "array",
				items: { type: "string", minLength: 1 },
				description:
					"the fields of the payload to write, such as `status` or `message.content.type`; all of them by default, none for an empty list",
			},
		},
	},
	on: {
		"voice.answer": (event, context) => {
			write(event, context);
			return GOODBYE;
		},
		"voice.fallback-answer": (event, context) => {
			write(event, context);
			return GOODBYE;
		},
		"ncco.connect.onAnswer": (event, context) => {
			write(event, context);
			return MOMENT;
		},
		"ncco.stream": (event, context) => {
			write(event, context);
			return respond({
				headers: { "content-type": "audio/wav" },
				body: SILENCE,
			});
		},
		"legacy.call.answer": (event, context) => {
			write(event, context);
			return HANG_UP;
		},
		"*": (event, context) => {
			write(event, context);
		},
	},
});

// --- helpers ---

interface Options {
	readonly level: "debug" | "info" | "warn" | "error";
	readonly message: string;
	readonly fields?: readonly string[] | undefined;
}

const GOODBYE: Ncco = [
	{ action: "talk", text: "Thank you for calling. Goodbye." },
];

/** The person who is called hears nothing of it before they are connected. */
const MOMENT: Ncco = [
	{ action: "talk", text: '<speak><break time="100ms"/></speak>' },
];

/** VoiceXML 2.1, section 5.3.12: the end of the call. */
const HANG_UP =
	'<?xml version="1.0" encoding="UTF-8"?><vxml version="2.1"><form><block><exit/></block></form></vxml>';

const SILENCE = silence();

function write(
	{ id, kind, payload }: Pick<HookEvent, "id" | "kind" | "payload">,
	{ options, log }: Pick<PluginContext<Options>, "options" | "log">,
): void {
	const { level, message, fields } = options;
	const shown =
		fields === undefined
			? { payload }
			: fields.length === 0
				? {}
				: { payload: pick(payload, fields) };
	log[level](message, { kind, id, ...shown });
}

/** A copy that has only these fields, where they are: the log masks a field by its place. */
function pick(payload: object, fields: readonly string[]): Tree {
	const picked: Tree = {};
	for (const field of fields) {
		// A name that itself has dots wins over the path.
		const path = Object.hasOwn(payload, field) ? [field] : field.split(".");
		const value = path.reduce<unknown>(
			(from, key) =>
				typeof from === "object" && from !== null && Object.hasOwn(from, key)
					? (from as Tree)[key]
					: undefined,
			payload,
		);
		if (value !== undefined) place(picked, path, value);
	}
	return picked;
}

interface Tree {
	[key: string]: unknown;
}

/** Puts a value into a tree. Objects on the way are copied first: they may be the event's own. */
function place(
	tree: Tree,
	[key = "", ...rest]: readonly string[],
	value: unknown,
): void {
	if (rest.length > 0) {
		const there = Object.hasOwn(tree, key) ? (tree[key] as Tree) : {};
		const inner = { ...there };
		place(inner, rest, value);
		set(tree, key, inner);
	} else {
		set(tree, key, value);
	}
}

/** A payload may have a field of any name, `__proto__` too. */
function set(tree: Tree, key: string, value: unknown): void {
	Object.defineProperty(tree, key, {
		configurable: true,
		enumerable: true,
		writable: true,
		value,
	});
}

/** A tenth of a second of silence: WAV, PCM of 16 bits, 8 kHz, mono. */
function silence(): Uint8Array {
	const rate = 8000;
	const size = rate / 5;
	const wav = Buffer.alloc(44 + size);
	wav.write("RIFF", 0, "latin1");
	wav.writeUInt32LE(36 + size, 4);
	wav.write("WAVEfmt ", 8, "latin1");
	wav.writeUInt32LE(16, 16);
	wav.writeUInt16LE(1, 20);
	wav.writeUInt16LE(1, 22);
	wav.writeUInt32LE(rate, 24);
	wav.writeUInt32LE(rate * 2, 28);
	wav.writeUInt16LE(2, 32);
	wav.writeUInt16LE(16, 34);
	wav.write("data", 36, "latin1");
	wav.writeUInt32LE(size, 40);
	return wav;
}
