import {
	type Change,
	countChanges,
	isEmpty,
	nameTarget,
	type ObjectPlan,
	type Plan,
	type PlanProblem,
	type Reason,
} from "./plan.ts";
import { maskUser, sayValue } from "./present.ts";

/** A line of a plan. The tone says how a terminal may colour it. */
export interface PlanLine {
	readonly text: string;
	readonly tone?: "set" | "update" | "clear" | "problem" | "title" | "quiet";
}

/** Writes a plan for a person: problems first, then what would change, then what would not. */
export function renderPlan(plan: Plan): PlanLine[] {
	const isNamed = plan.accounts.length > 1;
	return [
		...renderProblems(plan.problems),
		...plan.accounts.flatMap(({ account, objects }) =>
			objects.flatMap((object) =>
				renderObject(object, isNamed ? account : undefined),
			),
		),
		...renderRest(plan, isNamed),
		{ text: summarize(plan), tone: "title" },
	];
}

/** Says in one line what a plan comes to. */
export function summarize(plan: Plan): string {
	const { problems, accounts } = plan;
	if (isEmpty(plan)) return "The platform is as the routes say.";
	const objects = accounts.flatMap((one) => one.objects).length;
	const changes = countChanges(plan);
	const parts = [
		changes === 0
			? "Nothing to change"
			: `${count(changes, "setting")} of ${count(objects, "object")} to change`,
	];
	if (problems.length > 0) parts.push(count(problems.length, "problem"));
	const blocking = problems.some(({ blocks }) => blocks)
		? " Nothing can be applied before the first is solved."
		: "";
	return `${parts.join(", ")}.${blocking}`;
}

/** Writes the changes of an object, a line each. */
export function renderObject(
	{ target, changes, blind }: Omit<ObjectPlan, "fingerprint">,
	account?: string,
): PlanLine[] {
	const name = nameTarget(target);
	return [
		{
			text: account === undefined ? name : `${account}: ${name}`,
			tone: "title",
		},
		...changes.map(renderChange),
		...blind
			.filter((one) => !changes.some(({ setting }) => setting === one.setting))
			.map(
				({ setting, to }): PlanLine => ({
					text: `  ? ${setting}: (not readable) → ${to === null ? "cleared" : maskUser(to)}`,
					tone: "quiet",
				}),
			),
		{ text: "" },
	];
}

/** Writes where something comes from: `answer, routes.yaml:12`. */
export function sayReasons(because: readonly Reason[]): string {
	const [first, ...others] = because;
	if (first === undefined) return "";
	const more = others.length === 0 ? "" : ` and ${others.length} more`;
	return `${first.route}, ${first.file}:${first.line}${more}`;
}

// --- helpers ---

/** Lines that are shown of a long list. */
const SHOWN = 10;

const MARKS = { set: "+", update: "~", clear: "-" } as const;

function renderChange({
	action,
	setting,
	from,
	to,
	because,
}: Change): PlanLine {
	const values =
		action === "update"
			? `${sayValue(from)} → ${sayValue(to)}`
			: sayValue(action === "set" ? to : from);
	const reasons = because.length === 0 ? "" : `  (${sayReasons(because)})`;
	return {
		text: `  ${MARKS[action]} ${setting}: ${values}${reasons}`,
		tone: action,
	};
}

function renderProblems(problems: readonly PlanProblem[]): PlanLine[] {
	if (problems.length === 0) return [];
	return [
		{ text: "Problems", tone: "title" },
		...problems.flatMap(({ what, todo, blocks, because }): PlanLine[] => {
			const at = because.length === 0 ? "" : `  (${sayReasons(because)})`;
			return [
				{
					text: `  ${blocks ? "✖" : "!"} ${maskUser(what)}${at}`,
					tone: "problem",
				},
				{ text: `    ${todo}` },
			];
		}),
		{ text: "" },
	];
}

function renderRest({ accounts }: Plan, isNamed: boolean): PlanLine[] {
	const of = (account: string): string => (isNamed ? `${account}: ` : "");
	const unreadable = accounts.flatMap((one) =>
		one.unreadable.map((text) => `${of(one.account)}${text}`),
	);
	const untouched = accounts.flatMap((one) =>
		one.untouched.map(({ what, why }) => `${of(one.account)}${what}: ${why}`),
	);
	return [
		...renderList("Not readable", unreadable),
		...renderList("Stays untouched", untouched),
	];
}

function renderList(title: string, items: readonly string[]): PlanLine[] {
	if (items.length === 0) return [];
	const more = items.length - SHOWN;
	return [
		{ text: title, tone: "title" },
		...items
			.slice(0, SHOWN)
			.map(
				(text): PlanLine => ({ text: `  ${maskUser(text)}`, tone: "quiet" }),
			),
		...(more > 0
			? [
					{
						text: `  and ${more} more; --json lists all`,
						tone: "quiet" as const,
					},
				]
			: []),
		{ text: "" },
	];
}

function count(number: number, noun: string): string {
	return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
