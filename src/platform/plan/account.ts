import type { RemoteAccount } from "../remote.ts";
import { conflict } from "./conflict.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Change, ObjectPlan, PlanProblem, Untouched } from "./plan.ts";
import { type PlannedRoute, settingsOf } from "./routes.ts";
import { toWishes } from "./wish.ts";

/** The result of comparing one object. */
export interface Compared {
	/** Undefined where there is nothing to write. */
	readonly object: ObjectPlan | undefined;
	readonly problems: readonly PlanProblem[];
	readonly untouched: readonly Untouched[];
}

/** Compares the settings of an account with the routes of level `account`. */
export function compareAccount(
	account: string,
	remote: RemoteAccount,
	routes: readonly PlannedRoute[],
	prune: boolean,
): Compared {
	const changes: Change[] = [];
	const problems: PlanProblem[] = [];
	const untouched: Untouched[] = [];
	const own = routes.filter(({ level }) => level === "account");
	for (const setting of SETTINGS) {
		const wishes = toWishes(
			own.filter((route) => settingsOf(route).includes(setting)),
		);
		const [wish, ...others] = wishes;
		const from = remote[setting] === "" ? null : remote[setting];
		if (others.length > 0) {
			problems.push(conflict(account, `\`${setting}\` of the account`, wishes));
		} else if (wish !== undefined) {
			if (from !== wish.url) {
				changes.push({
					action: from === null ? "set" : "update",
					...{ setting, from, to: wish.url },
					because: wish.routes.map(({ reason }) => reason),
				});
			}
		} else if (from !== null && prune) {
			changes.push({ action: "clear", setting, from, to: null, because: [] });
		} else if (from !== null) {
			untouched.push({
				what: `\`${setting}\` of the account is ${from}`,
				why: "no route of level `account` names it",
			});
		}
	}
	const called = routes.filter((route) => settingsOf(route).some(isOfSms));
	const method = forwardMethod(called);
	if (method === "conflict") problems.push(methodConflict(account, called));
	return {
		object:
			changes.length === 0
				? undefined
				: {
						target: { type: "account" },
						fingerprint: fingerprint(remote),
						changes,
						blind:
							method === undefined || method === "conflict"
								? []
								: [{ setting: "httpForwardMethod", to: method }],
					},
		problems,
		untouched,
	};
}

// --- helpers ---

const SETTINGS = ["moCallBackUrl", "drCallBackUrl"] as const;

function isOfSms(setting: string): boolean {
	return setting === "moHttpUrl" || SETTINGS.some((one) => one === setting);
}

/**
 * Returns how the platform must call the URLs of SMS, because a single setting of the account applies to all of them. Undefined
 * if no route requires it.
 */
function forwardMethod(
	routes: readonly PlannedRoute[],
): "POST_JSON" | "GET_QUERY_PARAMS" | "conflict" | undefined {
	if (routes.length === 0) return undefined;
	const takesAll = (method: string): boolean =>
		routes.every(({ methods }) => methods.includes(method));
	if (takesAll("POST")) return "POST_JSON";
	return takesAll("GET") ? "GET_QUERY_PARAMS" : "conflict";
}

function methodConflict(
	account: string,
	routes: readonly PlannedRoute[],
): PlanProblem {
	return {
		code: "conflict",
		blocks: false,
		account,
		what: "The platform calls all URLs of SMS by one method, and some of these routes take only GET, others only POST.",
		todo: "Give them a method in common. Until then `httpForwardMethod` stays as it is.",
		because: routes.map(({ reason }) => reason),
	};
}
