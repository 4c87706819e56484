import type { AccountSettings } from "../../config/settings.ts";
import { listWords } from "../../finding/suggest.ts";
import type { PlanProblem } from "./plan.ts";
import { hasParameters, type PlannedRoute, settingsOf } from "./routes.ts";

/** The routes of an account, and of its applications by the names in `platform.applications`. */
export interface Scope {
	readonly routes: readonly PlannedRoute[];
	/** A route of level `app` may belong to several. */
	readonly byApplication: ReadonlyMap<string, readonly PlannedRoute[]>;
	/** Routes whose URL a person has to set. */
	readonly byHand: readonly PlannedRoute[];
}

/** Assigns the routes to the accounts. A route without a clear account is a problem that blocks. */
export function shareRoutes(
	routes: readonly PlannedRoute[],
	accounts: ReadonlyMap<string, AccountSettings>,
): {
	readonly scopes: ReadonlyMap<string, Scope>;
	readonly problems: readonly PlanProblem[];
} {
	const problems: PlanProblem[] = [];
	const shares = new Map(
		[...accounts].map(([name, { applications }]) => [
			name,
			{
				routes: [] as PlannedRoute[],
				byHand: [] as PlannedRoute[],
				byApplication: new Map(
					[...applications.keys()].map((app) => [app, [] as PlannedRoute[]]),
				),
			},
		]),
	);
	for (const route of routes.filter(({ level }) => LEVELS.has(level))) {
		const owners = accountsOf(route, accounts);
		const isByHand = settingsOf(route).length === 0 || hasParameters(route);
		if (owners.length === 0 && !isByHand) {
			problems.push(accountUnnamed(route, [...accounts.keys()]));
		}
		for (const account of owners) {
			const share = shares.get(account.name);
			if (isByHand) {
				share?.byHand.push(route);
				continue;
			}
			share?.routes.push(route);
			if (route.level !== "app") continue;
			const apps = applicationsOf(route, account);
			if (apps.length === 0) problems.push(applicationUnnamed(route, account));
			for (const app of apps) share?.byApplication.get(app)?.push(route);
		}
	}
	return { scopes: shares, problems };
}

// --- helpers ---

/** The levels whose URLs are set once, and not by each request. */
const LEVELS: ReadonlySet<string> = new Set(["account", "number", "app"]);

/** Returns the accounts that a route declares, otherwise those of its applications, otherwise the only one. */
function accountsOf(
	{ accounts: named, apps, level }: PlannedRoute,
	accounts: ReadonlyMap<string, AccountSettings>,
): AccountSettings[] {
	const all = [...accounts.values()];
	if (named !== undefined) {
		return all.filter(({ name }) => named.includes(name));
	}
	if (all.length === 1 || level !== "app") return all.length === 1 ? all : [];
	const owners = all.filter(({ applications }) =>
		apps?.some((app) => applications.has(app)),
	);
	// A name that two accounts have says nothing.
	const isPlain = apps?.every(
		(app) => all.filter((one) => one.applications.has(app)).length === 1,
	);
	return isPlain === true ? owners : [];
}

function applicationsOf(
	{ apps }: PlannedRoute,
	{ applications }: AccountSettings,
): string[] {
	if (apps !== undefined) return apps.filter((app) => applications.has(app));
	const [only] = applications.keys();
	return applications.size === 1 && only !== undefined ? [only] : [];
}

function accountUnnamed(
	{ name, reason }: PlannedRoute,
	accounts: readonly string[],
): PlanProblem {
	return {
		code: "account-unnamed",
		blocks: true,
		what: `Route ${name} may belong to any of the accounts ${listWords(accounts)}.`,
		todo: `Write \`account: ${accounts[0]}\` on the route, or a list.`,
		because: [reason],
	};
}

function applicationUnnamed(
	{ name, reason }: PlannedRoute,
	{ name: account, applications }: AccountSettings,
): PlanProblem {
	const names = [...applications.keys()];
	return {
		code: "application-unnamed",
		blocks: true,
		account,
		what:
			names.length === 0
				? `Route ${name} is of level \`app\`, and account ${account} has no application in \`platform.applications\`.`
				: `Route ${name} may belong to any of the applications ${listWords(names)}.`,
		todo:
			names.length === 0
				? "Write the id of the application there, under a name."
				: `Write \`app: ${names[0]}\` on the route, or a list.`,
		because: [reason],
	};
}
