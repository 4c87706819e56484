import type { Alert } from "../../inbox/port/alert.ts";
import { isErrorCode } from "../../inbox/port/doubt.ts";

/** A cause of an own event, before it is known which route gets the event. It contains no content of a payload. */
export type Cause = Omit<Alert, "to" | "orderKey">;

/** A delivery that was given up. */
export function dead(
	route: string,
	{ id, code }: { readonly id: string; readonly code: string },
): Cause {
	return {
		kind: "router.dead",
		subject: route,
		fields: { route, code },
		...once(code, [id]),
		text: {
			one: `1 event of \`${route}\` is dead: ${code}`,
			many: `# events of \`${route}\` are dead, the newest: ${code}`,
		},
	};
}

/** A webhook that is kept and not handled, because a gate did not trust it. */
export function quarantined(
	route: string,
	{ id, code }: { readonly id: string; readonly code: string },
): Cause {
	return {
		kind: "router.quarantined",
		subject: route,
		fields: { route, code },
		...once(code, [id]),
		text: {
			one: `1 webhook of \`${route}\` is in quarantine: ${code}`,
			many: `# webhooks of \`${route}\` are in quarantine, the newest: ${code}`,
		},
	};
}

/** Refused requests of one route with one code, as many as `count`. */
export function denied(route: string, code: string, count: number): Cause {
	return {
		kind: "router.denied",
		subject: JSON.stringify([route, code]),
		fields: { route, code },
		count,
		codes: { [code]: count },
		ids: [],
		text: {
			one: `1 request of \`${route}\` was refused: ${code}`,
			many: `# requests of \`${route}\` were refused: ${code}`,
		},
	};
}

/** A service that failed again and again, and gets no events for a while, or works again. */
export function circuit(
	route: string,
	{ upstream, state }: { readonly upstream: string; readonly state: string },
): Cause {
	const text =
		state === "open"
			? `${upstream} fails again and again. \`${route}\` holds its events back`
			: `${upstream} answers again. \`${route}\` sends its events`;
	return {
		kind: "router.circuit",
		subject: JSON.stringify([route, upstream, state]),
		fields: { route, code: "UPSTREAM_FAILED", upstream, state },
		...once("UPSTREAM_FAILED"),
		text: { one: text, many: `${text} (# times)` },
	};
}

/** The facts about the unfinished events. */
export interface Backlog {
	readonly state: "high" | "well";
	/** The number of unfinished events. */
	readonly waiting: number;
	readonly maxBacklog: number;
	/** The arrival of the oldest one, milliseconds since the epoch. Undefined if there is none. */
	readonly oldestAt: number | undefined;
}

/** Too many events wait, or one waits for too long; or that is over. */
export function backlog({
	state,
	waiting,
	maxBacklog,
	oldestAt,
}: Backlog): Cause {
	const oldest =
		oldestAt === undefined ? undefined : new Date(oldestAt).toISOString();
	const since = oldest === undefined ? "" : `, the oldest since ${oldest}`;
	const text =
		state === "high"
			? `${waiting} of at most ${maxBacklog} events wait${since}`
			: `The backlog is well again: ${waiting} of at most ${maxBacklog} events wait`;
	return {
		kind: "router.backlog",
		subject: state,
		fields: {
			state,
			waiting,
			maxBacklog,
			...(oldest !== undefined && { oldestAt: oldest }),
		},
		...once(undefined),
		text: { one: text, many: text },
	};
}

/** A configuration that could not be loaded. The previous one continues. */
export function reloadFailed(errors: number, place: string | undefined): Cause {
	const where = place === undefined ? "" : `, the first in ${place}`;
	const what =
		errors === 0
			? "It could not be read"
			: `It has ${errors} ${errors === 1 ? "error" : "errors"}${where}`;
	const text = `The new configuration was not loaded. ${what}. The previous one continues`;
	return {
		kind: "router.reload-failed",
		subject: "",
		fields: { errors, ...(place !== undefined && { place }) },
		...once(undefined),
		text: { one: text, many: `${text} (# reloads)` },
	};
}

/** Settings at the platform that differ from the routes. */
export function drift(differences: number): Cause {
	const text = `${differences} ${differences === 1 ? "setting" : "settings"} of the platform ${differences === 1 ? "is" : "are"} not as the routes say. \`switchhook platform plan\` shows the difference`;
	return {
		kind: "router.drift",
		subject: "",
		fields: { differences },
		...once(undefined),
		text: { one: text, many: text },
	};
}

/** Returns the code at the start of a reason. A handler's own words have none. */
export function codeOfReason(reason: string, otherwise: string): string {
	const code = /^([A-Z]+(?:_[A-Z]+)*): /.exec(reason)?.[1];
	return isErrorCode(code) ? code : otherwise;
}

// --- helpers ---

function once(
	code: string | undefined,
	ids: readonly string[] = [],
): Pick<Cause, "count" | "codes" | "ids"> {
	return { count: 1, codes: code === undefined ? {} : { [code]: 1 }, ids };
}
