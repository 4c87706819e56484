/** The version of the form of a plan as JSON. It changes when a key is removed or gets another meaning. */
export const PLAN_VERSION = 1;

/** A comparison of the routes with the platform, and what would be written. Plain data, as `--json` prints it. */
export interface Plan {
	readonly version: typeof PLAN_VERSION;
	/** The URL that the routes' URLs begin with. */
	readonly publicUrl: string;
	/** True where URLs that no route names are cleared as well. */
	readonly prune: boolean;
	readonly accounts: readonly AccountPlan[];
	/** The problems. Those that block come first. */
	readonly problems: readonly PlanProblem[];
}

/** The changes of one account. */
export interface AccountPlan {
	readonly account: string;
	/** Objects with something to write, in the order in which they are written. */
	readonly objects: readonly ObjectPlan[];
	readonly untouched: readonly Untouched[];
	/** Settings that no call of the platform returns. */
	readonly unreadable: readonly string[];
}

/** The object of an account that a setting belongs to. */
export type Target =
	| { readonly type: "account" }
	| {
			readonly type: "number";
			readonly country: string;
			readonly msisdn: string;
	  }
	| {
			readonly type: "application";
			readonly id: string;
			/** Its name in `platform.applications`. */
			readonly name: string;
	  };

/** The changes of one object. */
export interface ObjectPlan {
	readonly target: Target;
	/** Identifies the state of the object when the plan was made. */
	readonly fingerprint: string;
	readonly changes: readonly Change[];
	/** Settings that are sent along, although their current values cannot be read. */
	readonly blind: readonly Blind[];
}

/** A value of a setting; null for none. */
export type SettingValue = string | boolean | null;

/** One setting that would change. */
export interface Change {
	readonly action: "set" | "update" | "clear";
	/** `moHttpUrl`, or the capability and webhook of an application: `voice.answer_url`. */
	readonly setting: string;
	/** The keys of the value in an application's JSON; absent for a parameter. */
	readonly path?: readonly string[];
	readonly from: SettingValue;
	readonly to: SettingValue;
	/** The routes that ask for it; empty for what is cleared. */
	readonly because: readonly Reason[];
}

/** A setting that can be written but not read. */
export interface Blind {
	readonly setting: string;
	/** Null for one that the write clears. */
	readonly to: string | null;
}

/** The route that requires something, and its position. */
export interface Reason {
	readonly route: string;
	/** Relative to the folder of the configuration. */
	readonly file: string;
	readonly line: number;
}

/** A setting or an object that is not changed. */
export interface Untouched {
	readonly what: string;
	readonly why: string;
}

/** A problem that a plan cannot solve, or that exists until it is applied. */
export interface PlanProblem {
	readonly code: ProblemCode;
	/** True if nothing can be written before it is solved. */
	readonly blocks: boolean;
	/** A sentence. */
	readonly what: string;
	/** The advice, a sentence. */
	readonly todo: string;
	readonly account?: string;
	readonly because: readonly Reason[];
	/** All numbers that it is about. */
	readonly numbers?: readonly string[];
}

/** The types of problems. A code never changes its meaning. */
export type ProblemCode =
	| "account-unnamed"
	| "application-unnamed"
	| "application-unknown"
	| "capability-missing"
	| "conflict"
	| "forwarded"
	| "link-wins"
	| "number-uncounted"
	| "number-unowned"
	| "number-untaken"
	| "number-url-wins"
	| "public-url"
	| "unsigned"
	| "messages-version";

/** Returns true if a plan has neither changes nor problems. */
export function isEmpty({ accounts, problems }: Plan): boolean {
	return (
		problems.length === 0 &&
		accounts.every(({ objects }) => objects.length === 0)
	);
}

/** Counts the settings that would change. */
export function countChanges({ accounts }: Plan): number {
	return accounts
		.flatMap(({ objects }) => objects)
		.reduce((sum, { changes }) => sum + changes.length, 0);
}

/** Writes an object for a person. */
export function nameTarget(target: Target): string {
	switch (target.type) {
		case "account":
			return "account settings";
		case "number":
			return `number ${target.msisdn} (${target.country})`;
		case "application":
			return `application ${target.name} (${target.id})`;
	}
}

/** Writes an object inside a sentence; with the name of its account where there are several. */
export function locateTarget(target: Target, account?: string): string {
	if (target.type === "account") {
		return account === undefined ? "the account" : `account ${account}`;
	}
	const name = nameTarget(target);
	return account === undefined ? name : `${name} of account ${account}`;
}

/** True for two names of the same object. */
export function isSameTarget(a: Target, b: Target): boolean {
	return targetKey(a) === targetKey(b);
}

/** Writes an object as a key, without the name that people give it. */
export function targetKey(target: Target): string {
	switch (target.type) {
		case "account":
			return "account";
		case "number":
			return `number ${target.country} ${target.msisdn}`;
		case "application":
			return `application ${target.id}`;
	}
}
