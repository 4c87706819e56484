import {
	locateTarget,
	type Plan,
	type ProblemCode,
	type Reason,
	type SettingValue,
	type Target,
} from "./plan/plan.ts";
import { sayValue, UNREADABLE } from "./plan/present.ts";
import { sayReasons } from "./plan/render.ts";

/** One difference between the platform and the routes. */
export interface Drift {
	readonly account?: string;
	/** Absent for a problem. */
	readonly target?: Target;
	/** The setting, or the code of a problem. */
	readonly what: string;
	readonly is?: SettingValue;
	readonly wanted?: SettingValue;
	readonly because: readonly Reason[];
	/** A sentence. */
	readonly text: string;
}

/** Lists the differences. Those that make routes refuse webhooks come first, such as an application that stopped signing. */
export function findDrift({ accounts, problems }: Plan): Drift[] {
	const isNamed = accounts.length > 1;
	const settings = accounts.flatMap(({ account, objects }) =>
		objects.flatMap(({ target, changes }) =>
			changes
				.filter(({ setting }) => !UNREADABLE.has(setting))
				.map(({ setting, from, to, because }): Drift => {
					const where = `\`${setting}\` of ${locateTarget(target, isNamed ? account : undefined)}`;
					const why = because.length === 0 ? "" : ` (${sayReasons(because)})`;
					return {
						...{ account, target, because },
						what: setting,
						is: from,
						wanted: to,
						text: `${where} is ${sayValue(from)}, and the routes want ${to === null ? "none" : sayValue(to)}${why}.`,
					};
				}),
		),
	);
	const others = problems
		.filter(({ code }) => TOLD.has(code))
		.map(
			({ code, what, because, account }): Drift => ({
				...(account !== undefined && { account }),
				...{ what: code, because, text: what },
			}),
		);
	return [
		...settings.filter(isSigning),
		...settings.filter((one) => !isSigning(one)),
		...others,
	];
}

// --- helpers ---

/** Problems that somebody's edit at the platform makes, and those that keep routes from being compared. */
const TOLD: ReadonlySet<ProblemCode> = new Set([
	"account-unnamed",
	"application-unnamed",
	"application-unknown",
	"capability-missing",
	"forwarded",
	"messages-version",
	"number-url-wins",
] as const);

function isSigning({ what }: Drift): boolean {
	return what.endsWith(".signed_callbacks");
}
