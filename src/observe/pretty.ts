import { prettyFactory } from "pino-pretty";

/**
 * Makes a function that turns a JSON line of the log into text for a terminal; the line of a webhook or a
 * delivery becomes a sentence, and a stack stands below it.
 */
export function createPrettifier({
	colors,
}: {
	readonly colors: boolean;
}): (line: string) => string {
	const prettify = prettyFactory({
		colorize: colors,
		levelKey: "severity",
		translateTime: "SYS:HH:MM:ss.l",
		singleLine: true,
	});
	return (line) => {
		const { stack, ...fields }: Fields = JSON.parse(line, showControls);
		const text = prettify(toSentence(fields));
		return typeof stack === "string" ? `${text}${indent(stack)}\n` : text;
	};
}

// --- helpers ---

// A sender's words must not move the cursor, or look like a line of the log; a stack has its own lines.
function showControls(key: string, value: unknown): unknown {
	if (typeof value !== "string") return value;
	const controls = key === "stack" ? CONTROLS_BUT_NEWLINE : CONTROLS;
	return value.replace(
		controls,
		(found) => `\\x${found.charCodeAt(0).toString(16).padStart(2, "0")}`,
	);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\x00-\x1f\x7f-\x9f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS_BUT_NEWLINE = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/g;

type Fields = Readonly<Record<string, unknown>>;

/** Indents as pino-pretty does with an error. */
function indent(stack: string): string {
	return stack.replaceAll(/^/gm, "    ");
}

function toSentence(fields: Fields): Fields {
	if (fields.outcome === undefined) return fields;
	return fields.msg === "delivery"
		? toDeliverySentence(fields)
		: toWebhookSentence(fields);
}

function toDeliverySentence(fields: Fields): Fields {
	const { severity, time, id, ...delivery } = fields;
	const { route, kind, outcome, attempt, reason, retryInMs, ms } = delivery;
	const again = retryInMs === undefined ? "" : `, again in ${retryInMs} ms`;
	const why = reason === undefined ? "" : `: ${reason}`;
	const msg = `${route} (${kind}) attempt ${attempt} ${outcome} after ${ms} ms${again}${why}`;
	return { severity, time, msg, id };
}

function toWebhookSentence(fields: Fields): Fields {
	const { severity, time, err, payload, id, ...webhook } = fields;
	const { route, kind, level, client, method, outcome, reason, status, ms } =
		webhook;
	const where =
		route === undefined ? "no route" : `${route} (${kind}, ${level})`;
	const why = reason === undefined ? "" : `: ${reason}`;
	const msg = `${where} ${method} from ${client} ${outcome} ${status} in ${ms} ms${why}`;
	return { severity, time, msg, id, err, payload };
}
