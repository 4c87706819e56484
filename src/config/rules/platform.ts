import { isRecord } from "../../event/is-record.ts";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { didYouMean, listWords } from "../../finding/suggest.ts";
import type { RouteDraft } from "../parts/route/draft.ts";
import { levelOf } from "./effective.ts";

/**
 * Checks the accounts and applications that routes name. It goes by what is written, as names are known also where the
 * secrets of `platform` are not.
 */
export function checkPlatform(
	routes: readonly RouteDraft[],
	site: Site,
	report: Report,
): void {
	const platform = site.value;
	const known = namesOf(platform);
	for (const route of routes) {
		if (route.account === undefined && route.app === undefined) continue;
		const { account = [], app = [] } = route;
		if (!isRecord(platform)) {
			for (const key of ["account", "app"] as const) reportLost(route, key);
			continue;
		}
		const at = (key: string, index: number, list: readonly string[]) => {
			const place = route.siteOf(key);
			return Array.isArray(place.value) && list.length > 0
				? place.in(index)
				: place;
		};
		for (const [index, name] of account.entries()) {
			reportUnknown(name, at("account", index, account), {
				word: "account",
				names: known.accounts,
				none: "name several accounts in `platform.accounts`, or take it out",
			});
		}
		if (app.length > 0 && route.wrote("app") && levelOf(route) !== "app") {
			report.error(route.siteOf("app").at(), {
				what: `\`app\` is on a route of level \`${levelOf(route)}\``,
				expected: "`level: app`",
				todo: "take it out, or correct the level",
			});
			continue;
		}
		for (const [index, name] of app.entries()) {
			reportUnknown(name, at("app", index, app), {
				word: "application",
				names: known.applications,
				none: "name it in `platform.applications`",
			});
		}
	}

	function reportLost(route: RouteDraft, key: "account" | "app"): void {
		if (route[key] === undefined) return;
		report.error(route.siteOf(key).at(), {
			what: `\`${key}\` refers to \`platform\`, which the configuration does not have`,
			todo: "add `platform`, or take it out",
		});
	}

	function reportUnknown(
		name: string,
		place: Site,
		{ word, names, none }: Expected,
	): void {
		if (names.includes(name)) return;
		report.error(place.at(), {
			what: `unknown ${word} ${place.show(name)}`,
			expected: names.length === 0 ? undefined : listWords(names),
			todo:
				names.length === 0
					? none
					: place.isSecret()
						? undefined
						: didYouMean(name, names),
		});
	}
}

// --- helpers ---

interface Expected {
	readonly word: string;
	readonly names: readonly string[];
	/** The advice where there is none of the sort. */
	readonly none: string;
}

interface Names {
	readonly accounts: readonly string[];
	readonly applications: readonly string[];
}

function namesOf(platform: unknown): Names {
	if (!isRecord(platform)) return { accounts: [], applications: [] };
	const { accounts } = platform;
	const all = isRecord(accounts) ? Object.values(accounts) : [platform];
	const applications = all.flatMap((account) =>
		isRecord(account) && isRecord(account.applications)
			? Object.keys(account.applications)
			: [],
	);
	return {
		accounts: isRecord(accounts) ? Object.keys(accounts) : [],
		applications: [...new Set(applications)],
	};
}
