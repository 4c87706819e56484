import type { AccountSettings } from "../../config/settings.ts";
import type { Remote } from "../remote.ts";
import { type Compared, compareAccount } from "./account.ts";
import { compareApplication } from "./application.ts";
import { compareNumbers, type NumbersCompared } from "./numbers.ts";
import { findOwnership, type Owning } from "./ownership.ts";
import {
	type AccountPlan,
	PLAN_VERSION,
	type Plan,
	type PlanProblem,
	type Untouched,
} from "./plan.ts";
import { checkCallable } from "./public-url.ts";
import { hasParameters, type PlannedRoute } from "./routes.ts";
import { type Scope, shareRoutes } from "./scope.ts";

/** The inputs of a plan. */
export interface PlanGround {
	readonly publicUrl: string;
	readonly accounts: ReadonlyMap<string, AccountSettings>;
	/** By the name of the account. */
	readonly remotes: ReadonlyMap<string, Remote>;
	readonly routes: readonly PlannedRoute[];
	/** Clears URLs that no route uses, and forwards that override a route. Default false. */
	readonly prune?: boolean;
	/** Adds capabilities that routes need; default false. */
	readonly enable?: boolean;
	/** Returns the last sent text for a setting that cannot be read. */
	readonly lastSent?: (
		account: string,
		msisdn: string,
		setting: string,
	) => string | undefined;
}

/** Compares routes with the platform's current state. It reads and writes nothing itself. */
export function makePlan(ground: PlanGround): Plan {
	const { publicUrl, accounts, routes, prune = false } = ground;
	const { scopes, problems: ofScopes } = shareRoutes(routes, accounts);
	const problems: PlanProblem[] = [...ofScopes];
	const plans: AccountPlan[] = [];
	const owning: Owning[] = [];
	const wanting = [...scopes.values()].flatMap((scope) => scope.routes);
	problems.push(
		...checkCallable(
			publicUrl,
			accounts.values(),
			wanting.slice(0, 1).map(({ reason }) => reason),
		),
	);
	for (const [name, account] of accounts) {
		const remote = ground.remotes.get(name);
		const scope = scopes.get(name);
		if (remote === undefined || scope === undefined) continue;
		const compared = compareOne(account, remote, scope, ground);
		plans.push(compared.plan);
		owning.push(compared.owning);
		problems.push(...compared.problems);
	}
	problems.push(...findOwnership(owning));
	return {
		version: PLAN_VERSION,
		publicUrl,
		prune,
		accounts: plans,
		problems: [
			...problems.filter(({ blocks }) => blocks),
			...problems.filter(({ blocks }) => !blocks),
		],
	};
}

// --- helpers ---

interface One {
	readonly plan: AccountPlan;
	readonly problems: readonly PlanProblem[];
	readonly owning: Owning;
}

function compareOne(
	account: AccountSettings,
	remote: Remote,
	scope: Scope,
	ground: PlanGround,
): One {
	const { prune = false } = ground;
	const found: Compared[] = [];
	if (remote.account !== undefined) {
		found.push(
			compareAccount(account.name, remote.account, scope.routes, prune),
		);
	}
	const unknown: PlanProblem[] = [];
	for (const [name, id] of account.applications) {
		if (remote.applications === undefined) break;
		const application = remote.applications.get(id);
		const routes = scope.byApplication.get(name) ?? [];
		if (application === undefined) {
			unknown.push(unknownApplication(account, name, id, routes));
			continue;
		}
		found.push(
			compareApplication({
				account: account.name,
				...{ name, remote: application, routes, prune },
				enable: ground.enable ?? false,
			}),
		);
	}
	const numbers = compareOwned(account, remote, scope, ground);
	const byApplicationId = new Map(
		[...account.applications].map(([name, id]) => [
			id,
			scope.byApplication.get(name) ?? [],
		]),
	);
	return {
		plan: {
			account: account.name,
			// Numbers come last: their application has its URLs then.
			objects: [
				...found.flatMap(({ object }) => object ?? []),
				...(numbers?.objects ?? []),
			],
			untouched: [
				...found.flatMap(({ untouched }) => untouched),
				...(numbers?.untouched ?? []),
				...strangers(account, remote),
				...scope.byHand.map(leaveToPerson),
			],
			unreadable: unreadableOf(account, remote, scope),
		},
		problems: [
			...unknown,
			...found.flatMap(({ problems }) => problems),
			...(numbers?.problems ?? []),
		],
		owning: {
			account: account.name,
			numbers: remote.numbers,
			routes: scope.routes,
			byApplicationId,
			links: numbers?.links ?? new Map(),
		},
	};
}

function compareOwned(
	account: AccountSettings,
	remote: Remote,
	scope: Scope,
	{ publicUrl, prune = false, lastSent }: PlanGround,
): NumbersCompared | undefined {
	if (remote.numbers === undefined) return undefined;
	// A number cannot be linked to an application that is not there.
	const isThere = ([, id]: readonly [string, string]): boolean =>
		remote.applications?.has(id) ?? true;
	return compareNumbers({
		account: account.name,
		numbers: remote.numbers,
		applications: remote.applications,
		applicationIds: new Map([...account.applications].filter(isThere)),
		routes: scope.routes,
		byApplication: new Map(
			[...scope.byApplication].filter(([name]) =>
				isThere([name, account.applications.get(name) ?? ""]),
			),
		),
		publicUrl,
		prune,
		lastSent: (msisdn, setting) => lastSent?.(account.name, msisdn, setting),
	});
}

function unknownApplication(
	{ name: account }: AccountSettings,
	name: string,
	id: string,
	routes: readonly PlannedRoute[],
): PlanProblem {
	return {
		code: "application-unknown",
		blocks: true,
		account,
		what: `Account ${account} has no application ${id}, which \`platform.applications\` calls ${name}.`,
		todo: "Correct the id, or take it out.",
		because: routes.map(({ reason }) => reason),
	};
}

/** Applications of the account that the configuration does not name. */
function strangers(account: AccountSettings, remote: Remote): Untouched[] {
	const own = new Set(account.applications.values());
	return [...(remote.applications?.values() ?? [])]
		.filter(({ id }) => !own.has(id))
		.map(({ id, name }) => ({
			what: `application ${name} (${id})`,
			why: "`platform.applications` does not name it",
		}));
}

function leaveToPerson(route: PlannedRoute): Untouched {
	const { name, url, kind, level } = route;
	const { dashboard, rest } = kind.settings[level] ?? {};
	const place = dashboard ?? rest;
	return {
		what: `the URL of route ${name}, ${url}`,
		why: hasParameters(route)
			? "its path has parameters, so that it stands for many URLs"
			: level === "app" && kind.name.startsWith("ncco.")
				? "an action of an NCCO names it, else the application's event URL counts"
				: place === undefined
					? "the platform has no setting for it"
					: `a person sets it: ${place}`,
	};
}

function unreadableOf(
	{ manage }: AccountSettings,
	remote: Remote,
	{ routes }: Scope,
): string[] {
	const of = (...kinds: readonly string[]): PlannedRoute[] =>
		routes.filter(({ kind }) => kinds.some((one) => kind.name.startsWith(one)));
	const sms = of("sms.", "shortcode.");
	const lines: string[] = [];
	if (remote.account !== undefined && sms.length > 0) {
		lines.push(
			"`httpForwardMethod`, by which the platform calls the URLs of SMS: it is sent with every write of the account",
			"the default SMS setting of the account (SMS API or Messages API)",
		);
	}
	if (sms.some(({ schemes }) => schemes.includes("vonage-sig"))) {
		lines.push(
			"whether the account signs its SMS webhooks, as `vonage-sig` needs it",
		);
	}
	if (remote.numbers !== undefined && remote.numbers.length > 0) {
		lines.push(
			"`voiceStatusCallback` and `moSmppSysType` of numbers: a write of a number sends the first as routes say, and clears the other",
		);
	}
	if (manage.has("account") && remote.account === undefined) {
		lines.push("the settings of the account: the key may not read them");
	}
	for (const what of ["account", "numbers", "applications"] as const) {
		if (!manage.has(what))
			lines.push(`the ${what} of the account: \`manage\` leaves them out`);
	}
	return lines;
}
