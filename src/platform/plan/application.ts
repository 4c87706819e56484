import { isRecord } from "../../event/is-record.ts";
import type { RemoteApplication } from "../remote.ts";
import type { Compared } from "./account.ts";
import { conflict } from "./conflict.ts";
import { fingerprint } from "./fingerprint.ts";
import type {
	Change,
	PlanProblem,
	Reason,
	SettingValue,
	Untouched,
} from "./plan.ts";
import { type PlannedRoute, settingsOf } from "./routes.ts";
import { toWishes, type Wish } from "./wish.ts";

/** The application that is compared, and how. */
export interface ApplicationGround {
	readonly account: string;
	/** Its name in `platform.applications`. */
	readonly name: string;
	readonly remote: RemoteApplication;
	/** The routes of level `app` that are its own. */
	readonly routes: readonly PlannedRoute[];
	/** True to clear URLs that no route uses. */
	readonly prune: boolean;
	/** True to add capabilities that routes need. */
	readonly enable: boolean;
}

/** Compares an application's URLs, methods and signing with its routes. */
export function compareApplication(ground: ApplicationGround): Compared {
	const { name, remote, routes } = ground;
	const changes: Change[] = [];
	const problems: PlanProblem[] = [];
	const wanted = wantedBy(routes);
	for (const [capability, hooks] of wanted) {
		const known = at(remote, ["capabilities", capability]);
		const all = [...new Set([...hooks.values()].flat())];
		if (!isRecord(known) && !ground.enable) {
			problems.push(missing(ground, capability, all));
			continue;
		}
		for (const [hook, some] of hooks) {
			const wishes = toWishes(some);
			const [wish, ...others] = wishes;
			if (others.length > 0) {
				const setting = `\`${capability}.${hook}\` of application ${name}`;
				problems.push(conflict(ground.account, setting, wishes));
			} else if (wish !== undefined) {
				changes.push(...compareHook(remote, capability, hook, wish));
			}
		}
		changes.push(...compareSigning(remote, capability, all));
		problems.push(...findUnsigned(ground, capability, all));
		problems.push(...findVersion(ground, capability, all));
	}
	const stray = strayHooks(remote, wanted);
	if (ground.prune) changes.push(...stray.map(clear));
	return {
		object:
			changes.length === 0
				? undefined
				: {
						target: { type: "application", id: remote.id, name },
						fingerprint: fingerprint(remote),
						changes,
						blind: [],
					},
		problems,
		untouched: ground.prune ? [] : stray.map((one) => leave(one, name)),
	};
}

// --- helpers ---

/** Capabilities that sign their webhooks or not, by a setting. */
const SIGNING: ReadonlySet<string> = new Set(["voice", "rtc"]);

/** The capabilities whose URLs may be cleared. Unknown ones are sent back unchanged. */
const KNOWN: ReadonlySet<string> = new Set([
	"voice",
	"rtc",
	"messages",
	"verify",
	"video",
	"meetings",
]);

/** Capabilities whose webhooks have no method. */
const WITHOUT_METHOD: ReadonlySet<string> = new Set(["video"]);

type Hooks = ReadonlyMap<string, readonly PlannedRoute[]>;

/** The routes by capability and webhook. */
function wantedBy(routes: readonly PlannedRoute[]): ReadonlyMap<string, Hooks> {
	const wanted = new Map<string, Map<string, PlannedRoute[]>>();
	for (const route of routes) {
		for (const setting of settingsOf(route)) {
			const [capability = "", hook = ""] = setting.split(".");
			const hooks = wanted.get(capability) ?? new Map();
			wanted.set(capability, hooks);
			const known = hooks.get(hook) ?? [];
			hooks.set(hook, known);
			known.push(route);
		}
	}
	return wanted;
}

function compareHook(
	remote: RemoteApplication,
	capability: string,
	hook: string,
	{ url, methods, routes }: Wish,
): Change[] {
	const setting = `${capability}.${hook}`;
	const path = ["capabilities", capability, "webhooks", hook];
	const because = routes.map(({ reason }) => reason);
	const compare = (key: string, label: string, to: SettingValue): Change[] =>
		differ(at(remote, [...path, key]), to, {
			setting: label,
			path: [...path, key],
			because,
		});
	const changes = compare("address", setting, url);
	if (WITHOUT_METHOD.has(capability)) {
		return [...changes, ...compare("active", `${setting} active`, true)];
	}
	const method = at(remote, [...path, "http_method"]);
	// What the route takes is right as it is.
	if (typeof method === "string" && methods.includes(method)) return changes;
	const wanted = methods.includes("POST") ? "POST" : (methods[0] ?? "POST");
	return [...changes, ...compare("http_method", `${setting} method`, wanted)];
}

function compareSigning(
	remote: RemoteApplication,
	capability: string,
	routes: readonly PlannedRoute[],
): Change[] {
	const signed = routes.filter(asksForToken);
	if (!SIGNING.has(capability) || signed.length === 0) return [];
	const path = ["capabilities", capability, "signed_callbacks"];
	return differ(at(remote, path), true, {
		setting: `${capability}.signed_callbacks`,
		path,
		because: signed.map(({ reason }) => reason),
	});
}

function differ(
	now: unknown,
	to: SettingValue,
	change: {
		readonly setting: string;
		readonly path: readonly string[];
		readonly because: readonly Reason[];
	},
): Change[] {
	const from = toSettingValue(now);
	if (from === to) return [];
	return [{ action: from === null ? "set" : "update", ...change, from, to }];
}

function asksForToken({ schemes }: PlannedRoute): boolean {
	return schemes.includes("vonage-jwt");
}

function missing(
	{ account, name, remote }: ApplicationGround,
	capability: string,
	routes: readonly PlannedRoute[],
): PlanProblem {
	return {
		code: "capability-missing",
		blocks: false,
		account,
		what: `Application ${name} (${remote.name}) has no capability \`${capability}\`, which ${listRoutes(routes)} ${routes.length === 1 ? "needs" : "need"}.`,
		todo: "Add it in the dashboard, or run the command with `--enable`.",
		because: routes.map(({ reason }) => reason),
	};
}

/** Warns about routes that verify a token: they refuse every webhook of an application that does not sign. */
function findUnsigned(
	{ account, name, remote }: ApplicationGround,
	capability: string,
	routes: readonly PlannedRoute[],
): PlanProblem[] {
	const signed = routes.filter(asksForToken);
	const value = at(remote, ["capabilities", capability, "signed_callbacks"]);
	if (!SIGNING.has(capability) || signed.length === 0 || value === true)
		return [];
	return [
		{
			code: "unsigned",
			blocks: false,
			account,
			what: `Application ${name} does not sign its ${capability} webhooks, and ${listRoutes(signed)} ${signed.length === 1 ? "asks" : "ask"} for \`vonage-jwt\`: they are refused now.`,
			todo: "Apply this plan, which turns `signed_callbacks` on.",
			because: signed.map(({ reason }) => reason),
		},
	];
}

/** The older webhooks of the Messages API have another form. */
function findVersion(
	{ account, name, remote }: ApplicationGround,
	capability: string,
	routes: readonly PlannedRoute[],
): PlanProblem[] {
	if (capability !== "messages") return [];
	const now = at(remote, ["capabilities", "messages", "version"]) ?? "v1";
	const wrong = routes.filter(
		({ kind }) =>
			(kind.name.startsWith("messages-v0.") ? "v0.1" : "v1") !== now,
	);
	if (wrong.length === 0) return [];
	return [
		{
			code: "messages-version",
			blocks: false,
			account,
			what: `Application ${name} sends messages in version ${String(now)}, and ${listRoutes(wrong)} ${wrong.length === 1 ? "expects" : "expect"} ${now === "v1" ? "v0.1" : "v1"}.`,
			todo: "Change the version in the dashboard, or the kind of the route.",
			because: wrong.map(({ reason }) => reason),
		},
	];
}

function listRoutes(routes: readonly PlannedRoute[]): string {
	const names = routes.map(({ name }) => name);
	return `${names.length === 1 ? "route" : "routes"} ${names.join(", ")}`;
}

interface Stray {
	readonly setting: string;
	readonly path: readonly string[];
	readonly address: string;
}

/** The webhooks of an application that no route names. */
function strayHooks(
	remote: RemoteApplication,
	wanted: ReadonlyMap<string, Hooks>,
): Stray[] {
	const capabilities = at(remote, ["capabilities"]);
	if (!isRecord(capabilities)) return [];
	return Object.entries(capabilities).flatMap(([capability, content]) => {
		const webhooks = isRecord(content) ? content.webhooks : undefined;
		if (!isRecord(webhooks) || !KNOWN.has(capability)) return [];
		return Object.entries(webhooks).flatMap(([hook, webhook]): Stray[] => {
			const address = isRecord(webhook) ? webhook.address : undefined;
			const isWanted = wanted.get(capability)?.has(hook) === true;
			if (isWanted || typeof address !== "string" || address === "") return [];
			const path = ["capabilities", capability, "webhooks", hook];
			return [{ setting: `${capability}.${hook}`, path, address }];
		});
	});
}

function clear({ setting, path, address }: Stray): Change {
	return {
		action: "clear",
		...{ setting, path },
		from: address,
		to: null,
		because: [],
	};
}

function leave({ setting, address }: Stray, name: string): Untouched {
	return {
		what: `\`${setting}\` of application ${name} is ${address}`,
		why: "no route names it",
	};
}

function at(remote: RemoteApplication, path: readonly string[]): unknown {
	return path.reduce<unknown>(
		(outer, key) => (isRecord(outer) ? outer[key] : undefined),
		remote.value,
	);
}

function toSettingValue(value: unknown): SettingValue {
	if (value === undefined || value === null || value === "") return null;
	return typeof value === "boolean" ? value : String(value);
}
