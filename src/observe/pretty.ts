import { prettyFactory } from "pino-pretty";

/**
 * Makes a function that turns a JSON line of the log into text for a terminal; a webhook's line
 * becomes a sentence.
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
		const fields: Fields = JSON.parse(line, showControls);
		return prettify(fields.outcome === undefined ? fields : toSentence(fields));
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

function toSentence(fields: Fields): Fields {
	const { severity, time, err, payload, id, ...webhook } = fields;
	const { route, kind, level, client, method, outcome, reason, status, ms } =
		webhook;
	const where =
		route === undefined ? "no route" : `${route} (${kind}, ${level})`;
	const why = reason === undefined ? "" : `: ${reason}`;
	const msg = `${where} ${method} from ${client} ${outcome} ${status} in ${ms} ms${why}`;
	return { severity, time, msg, id, err, payload };
}
