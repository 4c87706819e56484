import {
	applicationOf,
	type RemoteApplication,
	type RemoteNumber,
} from "../remote.ts";
import { conflict } from "./conflict.ts";
import { fingerprint } from "./fingerprint.ts";
import type {
	Blind,
	Change,
	ObjectPlan,
	PlanProblem,
	Reason,
	Untouched,
} from "./plan.ts";
import {
	choosesNumbers,
	namedNumbers,
	type PlannedRoute,
	settingsOf,
	takesNumber,
} from "./routes.ts";
import { closest, toWishes, type Wish } from "./wish.ts";

/** The numbers of an account and everything that decides about them. */
export interface NumbersGround {
	readonly account: string;
	readonly numbers: readonly RemoteNumber[];
	/** Undefined where they were not read. */
	readonly applications: ReadonlyMap<string, RemoteApplication> | undefined;
	/** Ids in lower case, by name. */
	readonly applicationIds: ReadonlyMap<string, string>;
	/** The routes of the account. */
	readonly routes: readonly PlannedRoute[];
	/** Routes of level `app` by the name of their application. */
	readonly byApplication: ReadonlyMap<string, readonly PlannedRoute[]>;
	readonly publicUrl: string;
	readonly prune: boolean;
	/** Returns the last sent text for a setting of a number that cannot be read. Undefined if there is none. */
	lastSent(msisdn: string, setting: string): string | undefined;
}

/** The result of comparing all numbers. */
export interface NumbersCompared {
	readonly objects: readonly ObjectPlan[];
	readonly problems: readonly PlanProblem[];
	readonly untouched: readonly Untouched[];
	/** The id of the application that each number has once the plan is applied, by its digits. */
	readonly links: ReadonlyMap<string, string>;
}

/** Compares every number of an account with the routes that are for it. */
export function compareNumbers(ground: NumbersGround): NumbersCompared {
	const objects: ObjectPlan[] = [];
	const problems: PlanProblem[] = [];
	const untouched: Untouched[] = [];
	const links = new Map<string, string>();
	const own = ground.routes.filter(({ level }) => level === "number");
	const inbound = own.filter((one) => settingsOf(one).includes("moHttpUrl"));
	const status = own.filter((one) =>
		settingsOf(one).includes("voiceStatusCallback"),
	);
	const named = linkedBy(ground);
	for (const number of ground.numbers) {
		const { msisdn } = number;
		const found: Found = { ground, number, changes: [], problems, untouched };
		compareInbound(found, inbound);
		const link = compareLink(found, named.get(msisdn) ?? []);
		links.set(msisdn, link);
		compareForward(found, link);
		const blind = compareStatus(found, status);
		if (found.changes.length === 0) continue;
		objects.push({
			target: { type: "number", country: number.country, msisdn },
			fingerprint: fingerprint(number),
			changes: found.changes,
			blind,
		});
	}
	problems.push(...own.filter((one) => !choosesNumbers(one)).map(uncounted));
	return { objects, problems, untouched, links };

	function uncounted({ name, reason }: PlannedRoute): PlanProblem {
		return {
			code: "number-uncounted",
			blocks: false,
			account: ground.account,
			what: `Route ${name} is of level \`number\`, and no \`match\` says for which numbers: none gets its URL.`,
			todo: 'Write `match: { to: "447700900001" }`, a prefix, or a table. A URL for all numbers is of level `account`.',
			because: [reason],
		};
	}
}

// --- helpers ---

/** One number, and what was found about it. */
interface Found {
	readonly ground: NumbersGround;
	readonly number: RemoteNumber;
	readonly changes: Change[];
	readonly problems: PlanProblem[];
	readonly untouched: Untouched[];
}

/** Returns the routes of level `app` that match a number by its digits and so require its link. */
function linkedBy({
	byApplication,
	applicationIds,
}: NumbersGround): ReadonlyMap<string, readonly Link[]> {
	const links = new Map<string, Link[]>();
	for (const [name, routes] of byApplication) {
		const id = applicationIds.get(name) ?? "";
		for (const route of routes.filter(isInbound)) {
			for (const text of namedNumbers(route)) {
				const known = links.get(text);
				if (known === undefined) links.set(text, [{ name, id, route }]);
				else known.push({ name, id, route });
			}
		}
	}
	return links;
}

interface Link {
	readonly name: string;
	readonly id: string;
	readonly route: PlannedRoute;
}

/** True for kinds whose webhooks reach an application by the number that was called or written to. */
export function isInbound({ kind }: Pick<PlannedRoute, "kind">): boolean {
	return kind.name.endsWith(".inbound") || kind.name === "voice.answer";
}

function compareInbound(
	{ ground, number, changes, problems, untouched }: Found,
	routes: readonly PlannedRoute[],
): void {
	const { account, prune, publicUrl } = ground;
	const { msisdn } = number;
	const fitting = routes.filter(
		(route) => choosesNumbers(route) && takesNumber(route, msisdn),
	);
	const wishes = toWishes(closest(fitting, msisdn));
	const [wish, ...others] = wishes;
	if (others.length > 0) {
		problems.push(
			conflict(account, `\`moHttpUrl\` of number ${msisdn}`, wishes),
		);
		return;
	}
	const from = orNull(number.moHttpUrl);
	if (wish !== undefined && !receivesMessages(number)) {
		untouched.push({
			what: `\`moHttpUrl\` of number ${msisdn}`,
			why: `the number does not receive messages, so ${namesOf(wish.routes)} cannot take any`,
		});
		return;
	}
	if (wish !== undefined) {
		if (from !== wish.url)
			changes.push(change("moHttpUrl", from, wish.url, reasonsOf(wish)));
		return;
	}
	if (from === null) return;
	const beaten = ground.routes.filter(
		(route) =>
			route.level === "account" &&
			settingsOf(route).includes("moCallBackUrl") &&
			choosesNumbers(route) &&
			takesNumber(route, msisdn),
	);
	const isOurs = `${from}/`.startsWith(`${publicUrl}/`);
	if (prune && (beaten.length > 0 || isOurs)) {
		changes.push(change("moHttpUrl", from, null, []));
		return;
	}
	untouched.push({
		what: `\`moHttpUrl\` of number ${msisdn} is ${from}`,
		why: "no route of level `number` names it",
	});
	if (beaten.length === 0) return;
	problems.push({
		code: "number-url-wins",
		blocks: false,
		account,
		what: `Number ${msisdn} has a URL of its own for inbound messages, ${from}, so that ${namesOf(beaten)} of level \`account\` never ${seeOf(beaten)} them.`,
		todo: "Clear it with `--prune`, or write a route of level `number`.",
		because: beaten.map(({ reason }) => reason),
		numbers: [msisdn],
	});
}

/** False for a number whose features say that it takes calls only. */
function receivesMessages({ features }: RemoteNumber): boolean {
	return (
		features.length === 0 ||
		features.some((feature) => feature === "SMS" || feature === "MMS")
	);
}

/** Returns the id of the application that the number has in the end. */
function compareLink(
	{ ground, number, changes, problems }: Found,
	links: readonly Link[],
): string {
	const now = applicationOf(number);
	const ids = [...new Set(links.map(({ id }) => id))];
	const [id, ...others] = ids;
	if (id === undefined) return now;
	const routes = links.map(({ route }) => route);
	const because = routes.map(({ reason }) => reason);
	if (others.length > 0) {
		const names = [...new Set(links.map(({ name }) => name))];
		problems.push({
			code: "conflict",
			blocks: false,
			account: ground.account,
			what: `Number ${number.msisdn} belongs to one application, and routes of ${names.join(" and ")} name it.`,
			todo: "Take it out of the `match` of all but one. Until then its link stays as it is.",
			because,
			numbers: [number.msisdn],
		});
		return now;
	}
	if (now === id) return id;
	if (now !== "") {
		const other = ground.applications?.get(now)?.name ?? "unknown";
		problems.push({
			code: "link-wins",
			blocks: false,
			account: ground.account,
			what: `Number ${number.msisdn} is linked to application ${now} (${other}), so that ${namesOf(routes)} never ${seeOf(routes)} its calls and messages.`,
			todo: "Apply this plan, which links it anew, or take the number out of the `match`.",
			because,
			numbers: [number.msisdn],
		});
	}
	changes.push(change("app_id", orNull(number.appId), id, because));
	if (number.voiceCallbackType === "app") {
		changes.push(...clearForward(number));
	}
	return id;
}

/** Warns about a number's own forward, which overrides the answer URL of its application. */
function compareForward(
	{ ground, number, changes, problems }: Found,
	link: string,
): void {
	const { voiceCallbackType: type, voiceCallbackValue: value } = number;
	if (type === "" || type === "app") return;
	const name = [...ground.applicationIds].find(([, id]) => id === link)?.[0];
	const beaten = (ground.byApplication.get(name ?? "") ?? []).filter(
		(route) =>
			route.kind.name === "voice.answer" && takesNumber(route, number.msisdn),
	);
	if (beaten.length === 0) return;
	if (ground.prune) {
		changes.push(...clearForward(number));
		return;
	}
	problems.push({
		code: "forwarded",
		blocks: false,
		account: ground.account,
		what: `Calls to number ${number.msisdn} are forwarded by \`${type}\` to ${value}, which beats the answer URL of application ${name}: ${namesOf(beaten)} never ${seeOf(beaten)} them.`,
		todo: "Clear the forward with `--prune`, or take the number out of the `match`.",
		because: beaten.map(({ reason }) => reason),
		numbers: [number.msisdn],
	});
}

/** Handles a setting that cannot be read: it is compared with the last sent value, and sent with every write. */
function compareStatus(
	{ ground, number, changes, problems }: Found,
	routes: readonly PlannedRoute[],
): readonly Blind[] {
	const { msisdn } = number;
	const fitting = routes.filter(
		(route) => choosesNumbers(route) && takesNumber(route, msisdn),
	);
	const wishes = toWishes(closest(fitting, msisdn));
	const [wish, ...others] = wishes;
	const last = ground.lastSent(msisdn, "voiceStatusCallback");
	if (others.length > 0) {
		problems.push(
			conflict(
				ground.account,
				`\`voiceStatusCallback\` of number ${msisdn}`,
				wishes,
			),
		);
	} else if (wish !== undefined && last !== wish.url) {
		changes.push(
			change("voiceStatusCallback", last ?? null, wish.url, reasonsOf(wish)),
		);
	}
	const status = wish !== undefined && others.length === 0 ? wish.url : last;
	return [
		{ setting: "voiceStatusCallback", to: status ?? null },
		{ setting: "moSmppSysType", to: null },
	];
}

function clearForward(number: RemoteNumber): Change[] {
	const { voiceCallbackType, voiceCallbackValue } = number;
	return [
		change("voiceCallbackType", voiceCallbackType, null, []),
		change("voiceCallbackValue", orNull(voiceCallbackValue), null, []),
	];
}

function change(
	setting: string,
	from: string | null,
	to: string | null,
	because: readonly Reason[],
): Change {
	const action = to === null ? "clear" : from === null ? "set" : "update";
	return { action, setting, from, to, because };
}

function reasonsOf({ routes }: Wish): Reason[] {
	return routes.map(({ reason }) => reason);
}

function seeOf(routes: readonly PlannedRoute[]): string {
	return new Set(routes.map(({ name }) => name)).size === 1 ? "sees" : "see";
}

function namesOf(routes: readonly PlannedRoute[]): string {
	const names = [...new Set(routes.map(({ name }) => name))];
	return `${names.length === 1 ? "route" : "routes"} ${names.join(", ")}`;
}

function orNull(text: string): string | null {
	return text === "" ? null : text;
}
