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
		const fields: Fields = JSON.parse(line);
		return prettify(fields.outcome === undefined ? fields : toSentence(fields));
	};
}

// --- helpers ---

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
