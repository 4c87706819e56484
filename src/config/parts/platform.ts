import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { listWords } from "../../finding/suggest.ts";
import type {
	AccountSettings,
	Managed,
	PlatformSettings,
} from "../settings.ts";
import type { AuthoredAccount, AuthoredPlatform } from "./authored/authored.ts";
import { readTimer } from "./limits.ts";
import type { Authored } from "./route/draft.ts";

/** The name of the account where `platform` has no `accounts`. */
export const ONLY_ACCOUNT = "default";

/**
 * Reads `platform`. Undefined where there is none, where it has a mistake, and where its variables are left as they are
 * written, because nobody uses their values.
 */
export function readPlatform(
	{ value, site, wrote }: Authored<AuthoredPlatform>,
	report: Report,
): PlatformSettings | undefined {
	const written = site.value as AuthoredPlatform | undefined;
	if (written === undefined) return undefined;
	const { accounts, drift, ...short } = value;
	const driftMs = readDrift(drift, site.in("drift"), report);
	const isNamed = wrote("accounts");
	const isPlain = isNamed
		? hasNoneBeside(written, site, report)
		: hasBoth(written, site, report);
	// A part that is bad, or left as it is written, is not among the values.
	if (!isPlain || !isWhole(site)) return undefined;
	const list = isNamed
		? Object.entries(accounts ?? {})
		: [[ONLY_ACCOUNT, short] as const];
	const whole = toAccounts(list);
	return whole && { accounts: whole, isNamed, driftMs, at: site.keyAt() };
}

// --- helpers ---

const ACCOUNT_KEYS = [
	"apiKey",
	"apiSecret",
	"applications",
	"manage",
	"hosts",
	"pace",
	"development",
] as const;

const EVERYTHING: readonly Managed[] = ["account", "numbers", "applications"];

const HOSTS = {
	rest: "https://rest.nexmo.com",
	api: "https://api.nexmo.com",
};

const DEFAULT_PACE = "3/s";

function hasNoneBeside(
	written: AuthoredPlatform,
	site: Site,
	report: Report,
): boolean {
	const beside = ACCOUNT_KEYS.filter((key) => Object.hasOwn(written, key));
	for (const key of beside) {
		report.error(site.keyAt(key), {
			what: `\`${key}\` stands beside \`accounts\``,
			todo: "move it into the account that it belongs to",
		});
	}
	return beside.length === 0;
}

function hasBoth(
	written: AuthoredPlatform,
	site: Site,
	report: Report,
): boolean {
	const missing = (["apiKey", "apiSecret"] as const).filter(
		(key) => !Object.hasOwn(written, key),
	);
	if (missing.length === 0) return true;
	report.error(site.keyAt(), {
		what: `\`platform\` has no ${listWords(missing, "and no")}`,
		todo: "write both, or name several accounts in `accounts`",
	});
	return false;
}

/** True where nothing below a place is broken. */
function isWhole(site: Site): boolean {
	const { broken } = site.file;
	return ![...broken].some((pointer) => pointer.startsWith("/platform/"));
}

/** Reads how often drift is looked for; undefined for never. */
function readDrift(
	text: string | undefined,
	site: Site,
	report: Report,
): number | undefined {
	const ms = readTimer(text, site, report);
	if (ms === undefined || ms >= DRIFT_MIN_MS) return ms;
	report.error(site.at(), {
		what: `\`drift\` is ${site.show(text)}`,
		expected: "`1m` or more",
		todo: "write for example `drift: 15m`",
	});
	return undefined;
}

/** The platform counts the calls of an account. */
const DRIFT_MIN_MS = 60_000;

/** By name; undefined where one is not whole. */
function toAccounts(
	list: readonly (readonly [string, AuthoredAccount])[],
): ReadonlyMap<string, AccountSettings> | undefined {
	const accounts = new Map<string, AccountSettings>();
	for (const [name, written] of list) {
		const account = toAccount(name, written);
		if (account === undefined) return undefined;
		accounts.set(name, account);
	}
	return accounts.size === 0 ? undefined : accounts;
}

function toAccount(
	name: string,
	{ apiKey, apiSecret, ...rest }: AuthoredAccount,
): AccountSettings | undefined {
	// The schema has its finding for what is missing or wrong.
	if (apiKey === undefined || apiSecret === undefined) return undefined;
	const { applications = {}, manage = EVERYTHING, hosts = {} } = rest;
	const ids = Object.entries(applications);
	return {
		name,
		apiKey,
		apiSecret,
		applications: new Map(
			ids.map(([key, id]) => [key, String(id).toLowerCase()]),
		),
		manage: new Set(manage as readonly Managed[]),
		hosts: {
			rest: withoutSlash(hosts.rest ?? HOSTS.rest),
			api: withoutSlash(hosts.api ?? HOSTS.api),
		},
		paceMs: toPaceMs(rest.pace ?? DEFAULT_PACE),
		isDevelopment: rest.development ?? false,
	};
}

function withoutSlash(url: string): string {
	return url.replace(/\/+$/, "");
}

/** The schema has seen to the form. */
function toPaceMs(pace: string): number {
	const [count, unit] = pace.split("/");
	return (unit === "m" ? 60_000 : 1000) / Number(count);
}
