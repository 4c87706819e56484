import {
	isAmong,
	parseStatusRange,
	type StatusRange,
} from "../event/status-range.ts";
import { joinWords } from "../finding/suggest.ts";
import { parseDuration } from "../finding/units.ts";

/** The `webhook.retry` of a kind file as written: when the sender sends a webhook again. Every key is optional. */
export interface AuthoredResend {
	/** How long it waits for the whole answer. */
	readonly wait?: string;
	/** Statuses that it takes for success, after which nothing comes again; after all others it does. */
	readonly success?: readonly (string | number)[];
	/** The only statuses after which it sends again. */
	readonly statuses?: readonly (string | number)[];
	/** How often it sends in all, the first time included. */
	readonly attempts?: number;
	readonly first?: string;
	readonly factor?: number;
	readonly max?: string;
	readonly for?: string;
	readonly after?: string;
	readonly note?: string;
	readonly disputed?: string;
}

/** The rule by which the sender of a kind sends a webhook again. */
export interface ResendRule {
	/** How long after the first time it may still come, milliseconds; undefined where that is not known. */
	readonly forMs: number | undefined;
	/** Statuses after which it never comes again; undefined where they are not known. */
	readonly success: readonly StatusRange[] | undefined;
	/** The only statuses after which it comes again; undefined where they are not known. */
	readonly statuses: readonly StatusRange[] | undefined;
	/** The words of the file. */
	readonly written: AuthoredResend;
}

const STATUSES = {
	type: "array",
	items: {
		anyOf: [
			{ type: "integer", minimum: 100, maximum: 599 },
			{ type: "string", pattern: "^[1-5][0-9]{2}-[1-5][0-9]{2}$" },
		],
	},
	minItems: 1,
	uniqueItems: true,
} as const;

const SENTENCES = { type: "string", minLength: 1 } as const;

/**
 * Makes the JSON Schema of `webhook.retry`.
 *
 * @param duration the pattern of a duration
 */
export function resendSchema(duration: string) {
	const DURATION = { type: "string", pattern: duration } as const;
	return {
		description:
			"When the sender sends a webhook again, as far as that is published. A missing answer always counts as a failure. By default nothing is known.",
		type: "object",
		additionalProperties: false,
		minProperties: 1,
		properties: {
			wait: {
				description: "How long it waits for the whole answer.",
				...DURATION,
			},
			success: {
				description:
					"Statuses and ranges that it takes for success. It sends again after every other one.",
				...STATUSES,
			},
			statuses: {
				description:
					"The only statuses and ranges after which it sends again, beside a missing answer.",
				...STATUSES,
			},
			attempts: {
				description: "How often it sends in all, the first time included.",
				type: "integer",
				minimum: 2,
			},
			first: { description: "The delay before it sends again.", ...DURATION },
			factor: {
				description: "How much longer each delay is than the one before.",
				type: "number",
				minimum: 1,
				default: 1,
			},
			max: { description: "The longest delay.", ...DURATION },
			for: {
				description:
					"How long it keeps sending, from the first time on. `check` warns of an inbox that forgets earlier.",
				...DURATION,
			},
			after: {
				description: "What the sender does when it gives up.",
				...SENTENCES,
			},
			note: { description: "What else is known.", ...SENTENCES },
			disputed: {
				description: "What other sources say instead.",
				...SENTENCES,
			},
		},
		// Of a status that is in neither list nobody could say what happens.
		not: { required: ["success", "statuses"] },
	} as const;
}

/** Reads a `webhook.retry` that the schema accepts. */
export function toResend(written: AuthoredResend): ResendRule {
	return {
		forMs: written.for === undefined ? undefined : parseDuration(written.for),
		success: written.success?.map(parseStatusRange),
		statuses: written.statuses?.map(parseStatusRange),
		written,
	};
}

/** True where a webhook that was answered with this status comes again; undefined where that is not known. */
export function isSentAgain(
	{ success, statuses }: ResendRule,
	status: number,
): boolean | undefined {
	if (statuses !== undefined) return isAmong(status, statuses);
	if (success !== undefined) return !isAmong(status, success);
	return status < 300 ? false : undefined;
}

/**
 * Says after which answers a webhook comes again, and how often: "after no answer, 429 or 503: once". Undefined where nothing
 * of it is known.
 */
export function describeResend(written: AuthoredResend): string | undefined {
	const failures = describeFailures(written);
	const pace = describePace(written);
	if (failures === undefined) return pace === "" ? undefined : pace;
	return `after ${failures}${pace === "" ? "" : `: ${pace}`}`;
}

/** Says in a few sentences what the sender does after this status; undefined where nothing is known. */
export function tellResend(
	rule: ResendRule,
	status: number,
): string | undefined {
	const isAgain = isSentAgain(rule, status);
	if (isAgain === undefined) return undefined;
	const { after, disputed } = rule.written;
	const pace = describePace(rule.written);
	return [
		isAgain
			? `The sender sends it again${pace === "" ? "" : `: ${pace}`}.`
			: `The sender does not send it again after ${status}.`,
		...(isAgain || after === undefined ? [] : [after]),
		...(disputed === undefined ? [] : [disputed]),
	].join(" ");
}

// --- helpers ---

/** "no answer, 429 or 503", "no answer, or any status but 200–205". */
function describeFailures({
	success,
	statuses,
}: AuthoredResend): string | undefined {
	if (statuses !== undefined)
		return joinWords(["no answer", ...statuses.map(toShown)]);
	if (success === undefined) return undefined;
	return `no answer, or any status but ${joinWords(success.map(toShown), "and")}`;
}

/** "once", "after 5s, then with delays that double up to 15m, for 24h"; empty where nothing is known. */
function describePace(written: AuthoredResend): string {
	const { attempts, first, factor = 1, max, for: time } = written;
	const parts: string[] = [];
	if (attempts !== undefined)
		parts.push(attempts === 2 ? "once" : `${attempts - 1} times`);
	if (first !== undefined) parts.push(describeDelay(first, factor, max));
	if (time !== undefined) parts.push(`for ${time}`);
	return parts.join(", ");
}

function describeDelay(
	first: string,
	factor: number,
	max: string | undefined,
): string {
	if (factor === 1) return `${first} apart`;
	const growth = factor === 2 ? "double" : `grow by a factor of ${factor}`;
	const bound = max === undefined ? "" : ` up to ${max}`;
	return `after ${first}, then with delays that ${growth}${bound}`;
}

function toShown(status: string | number): string {
	return String(status).replace("-", "–");
}
