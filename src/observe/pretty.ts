import { prettyFactory } from "pino-pretty";
import { showHidden, showHiddenInLines } from "./plain-text.ts";

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
		const { stack, ...fields } = cleanFields(JSON.parse(line));
		const text = prettify(toSentence(fields));
		return typeof stack === "string"
			? `${text}${indent(stack)}
`
			: text;
	};
}

// --- helpers ---

/** A sender's words, and the names of his fields, must not move the cursor or look like a line of the log; a stack has its own lines. */
function clean(value: unknown, key = ""): unknown {
	if (typeof value === "string")
		return key === "stack" ? showHiddenInLines(value) : showHidden(value);
	if (Array.isArray(value)) return value.map((item) => clean(item));
	if (typeof value !== "object" || value === null) return value;
	return cleanFields(value);
}

function cleanFields(fields: object): Fields {
	const entries = Object.entries(fields).map(([key, value]) => [
		showHidden(key),
		clean(value, key),
	]);
	// fromEntries defines, it does not assign: `__proto__` is a field like any other.
	return Object.fromEntries(entries);
}

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
	const { severity, time, err, payload, answer, id, ...webhook } = fields;
	const { route, kind, level, client, method, outcome, reason, status, ms } =
		webhook;
	const where =
		route === undefined ? "no route" : `${route} (${kind}, ${level})`;
	const why = reason === undefined ? "" : `: ${reason}`;
	const msg = `${where} ${method} from ${client} ${outcome} ${status} in ${ms} ms${why}`;
	return { severity, time, msg, id, err, payload, answer };
}
