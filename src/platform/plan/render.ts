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
			foldNumbers(objects).flatMap((alike) =>
				renderAlike(alike, isNamed ? account : undefined),
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

/** From so many on, numbers with the same changes are shown as one. */
const ALIKE_MIN = 4;

/** Objects to which the same is written. */
interface Alike {
	readonly first: ObjectPlan;
	readonly others: ObjectPlan[];
}

/** Gathers numbers to which the same is written; every other object stands alone. */
function foldNumbers(objects: readonly ObjectPlan[]): readonly Alike[] {
	const folded = new Map<string, Alike>();
	for (const object of objects) {
		const { target, changes, blind } = object;
		const written = changes.map(({ action, setting, to }) => [
			...[action, setting, to],
		]);
		const key = JSON.stringify(
			target.type === "number" ? [written, blind] : target,
		);
		const alike = folded.get(key);
		if (alike === undefined) folded.set(key, { first: object, others: [] });
		else alike.others.push(object);
	}
	return [...folded.values()].flatMap((alike) =>
		alike.others.length + 1 >= ALIKE_MIN
			? [alike]
			: [alike.first, ...alike.others].map((first) => ({ first, others: [] })),
	);
}

function renderAlike(
	{ first, others }: Alike,
	account: string | undefined,
): PlanLine[] {
	if (others.length === 0) return renderObject(first, account);
	const numbers = [first, ...others].flatMap(({ target }) =>
		target.type === "number" ? [target.msisdn] : [],
	);
	const changes = first.changes.map((change, index): Change => {
		const isOne = others.every(
			(one) => one.changes[index]?.from === change.from,
		);
		return isOne ? change : { ...change, from: SEVERAL };
	});
	const [, ...lines] = renderObject({ ...first, changes });
	const shown = numbers.slice(0, SHOWN).join(", ");
	const more = numbers.length - SHOWN;
	const text = `${count(numbers.length, "number")}: ${shown}${more > 0 ? ` and ${more} more; --json lists all` : ""}`;
	return [
		{
			text: account === undefined ? text : `${account}: ${text}`,
			tone: "title",
		},
		...lines,
	];
}

const SEVERAL = "(several)";

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
	const hidden = problems.length - shownOf(problems).length;
	return [
		{ text: "Problems", tone: "title" },
		...shownOf(problems).flatMap(({ what, todo, blocks, because }) => {
			const at = because.length === 0 ? "" : `  (${sayReasons(because)})`;
			const lines: PlanLine[] = [
				{
					text: `  ${blocks ? "✖" : "!"} ${maskUser(what)}${at}`,
					tone: "problem",
				},
				{ text: `    ${todo}` },
			];
			return lines;
		}),
		...(hidden > 0
			? [{ text: `  and ${hidden} more like these; --json lists all` }]
			: []),
		{ text: "" },
	];
}

/** Of each sort the first: a thousand numbers may have the same problem. */
function shownOf(problems: readonly PlanProblem[]): readonly PlanProblem[] {
	const counts = new Map<string, number>();
	return problems.filter(({ code }) => {
		const before = counts.get(code) ?? 0;
		counts.set(code, before + 1);
		return before < SHOWN;
	});
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
