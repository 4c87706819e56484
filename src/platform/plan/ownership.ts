import type { RemoteNumber } from "../remote.ts";
import { isInbound } from "./numbers.ts";
import type { PlanProblem } from "./plan.ts";
import { namedNumbers, type PlannedRoute, takesNumber } from "./routes.ts";

/** An account with its numbers and routes, as far as ownership goes. */
export interface Owning {
	readonly account: string;
	/** Undefined where they were not read: then nothing is told. */
	readonly numbers: readonly RemoteNumber[] | undefined;
	readonly routes: readonly PlannedRoute[];
	/** Routes of level `app`, by the id of their application. */
	readonly byApplicationId: ReadonlyMap<string, readonly PlannedRoute[]>;
	/** The application of each number once the plan is applied. */
	readonly links: ReadonlyMap<string, string>;
}

/** Finds the numbers that routes name and no account has, and those that an account has and no route takes. */
export function findOwnership(owning: readonly Owning[]): PlanProblem[] {
	return [...findUnowned(owning), ...owning.flatMap(findUntaken)];
}

// --- helpers ---

/** Shown of many. */
const SHOWN = 5;

function findUnowned(owning: readonly Owning[]): PlanProblem[] {
	// A number may be any account's, where not all were read.
	const accountsOf = new Map<PlannedRoute, Owning[]>();
	for (const one of owning) {
		for (const route of one.routes) {
			accountsOf.set(route, [...(accountsOf.get(route) ?? []), one]);
		}
	}
	const digits = new Map(
		owning.map((one) => [
			one,
			new Set(one.numbers?.map(({ msisdn }) => msisdn)),
		]),
	);
	return [...accountsOf].flatMap(([route, owners]): PlanProblem[] => {
		if (!isCounted(route) || owners.some(({ numbers }) => !numbers)) return [];
		const strange = namedNumbers(route).filter(
			(text) =>
				PHONE.test(text) &&
				!owners.some((owner) => digits.get(owner)?.has(text) === true),
		);
		if (strange.length === 0) return [];
		const whose =
			owners.length === 1
				? `account ${owners[0]?.account} does not own`
				: "none of its accounts owns";
		return [
			{
				code: "number-unowned",
				blocks: false,
				what: `Route ${route.name} names ${countNumbers(strange)} that ${whose}: ${list(strange)}.`,
				todo: "Correct it in the `match` or its table, or buy the number.",
				because: [route.reason],
				numbers: strange,
			},
		];
	});
}

/** Other channels of messages have senders that are not numbers of the account. */
function isCounted(route: PlannedRoute): boolean {
	return isInbound(route) && !route.kind.name.startsWith("messages");
}

/** Short codes and names of senders are not in the list of numbers. */
const PHONE = /^\d{7,15}$/;

function findUntaken({
	account,
	numbers = [],
	routes,
	byApplicationId,
	links,
}: Owning): PlanProblem[] {
	const plain = routes.filter(
		(route) => route.level !== "app" && isInbound(route),
	);
	const untaken = numbers
		.map(({ msisdn }) => msisdn)
		.filter((msisdn) => {
			const linked = byApplicationId.get(links.get(msisdn) ?? "") ?? [];
			return ![...plain, ...linked.filter(isInbound)].some((route) =>
				takesNumber(route, msisdn),
			);
		});
	if (untaken.length === 0) return [];
	return [
		{
			code: "number-untaken",
			blocks: false,
			account,
			what: `Account ${account} owns ${countNumbers(untaken)} that no route takes: ${list(untaken)}.`,
			todo: "Write a route for them, name them in the `match` of one, or leave numbers out of `manage`.",
			because: [],
			numbers: untaken,
		},
	];
}

function countNumbers(numbers: readonly string[]): string {
	return numbers.length === 1 ? "a number" : `${numbers.length} numbers`;
}

function list(numbers: readonly string[]): string {
	const shown = numbers.slice(0, SHOWN).join(", ");
	const more = numbers.length - SHOWN;
	return more > 0 ? `${shown} and ${more} more` : shown;
}
