/** A line of a comparison. `gap` stands for lines that both texts have. */
export interface DiffLine {
	readonly sort: "same" | "removed" | "added" | "gap";
	readonly text: string;
	/** The number of the line in the first text. */
	readonly before?: number;
	/** The number of the line in the second text. */
	readonly after?: number;
}

/** Compares two texts line by line (Myers 1986), with so many equal lines around each difference. Empty if they are equal. */
export function diffLines(
	before: string,
	after: string,
	context = 3,
): readonly DiffLine[] {
	const a = toLines(before);
	const b = toLines(after);
	const from = commonStart(a, b);
	const ends = commonEnd(a, b, from);
	const middle = compare(
		a.slice(from, a.length - ends),
		b.slice(from, b.length - ends),
	);
	const steps: Step[] = [
		...Array.from({ length: from }, (): Step => "same"),
		...middle,
		...Array.from({ length: ends }, (): Step => "same"),
	];
	return fold(number(steps, a, b), context);
}

// --- helpers ---

type Step = "same" | "removed" | "added";

/** Differences beyond this number are not searched for the fewest. It keeps the time of unlike texts short. */
const EDITS_MAX = 1500;

function toLines(text: string): string[] {
	const lines = text.split(/\r?\n/);
	if (lines.at(-1) === "") lines.pop();
	return lines;
}

function commonStart(a: readonly string[], b: readonly string[]): number {
	let count = 0;
	while (count < a.length && count < b.length && a[count] === b[count])
		count += 1;
	return count;
}

function commonEnd(
	a: readonly string[],
	b: readonly string[],
	from: number,
): number {
	let count = 0;
	while (
		count < a.length - from &&
		count < b.length - from &&
		a[a.length - 1 - count] === b[b.length - 1 - count]
	)
		count += 1;
	return count;
}

/** Finds the fewest steps from one list to the other. */
function compare(a: readonly string[], b: readonly string[]): Step[] {
	const trace = search(a, b);
	if (trace === undefined)
		return [...a.map((): Step => "removed"), ...b.map((): Step => "added")];
	const steps: Step[] = [];
	let x = a.length;
	let y = b.length;
	for (let edits = trace.length - 1; edits >= 0; edits -= 1) {
		const reached = trace[edits] as ReadonlyMap<number, number>;
		const k = x - y;
		const isDown = comesFromAbove(k, edits, reached);
		const before = k + (isDown ? 1 : -1);
		const startX = edits === 0 ? 0 : (reached.get(before) ?? 0);
		const startY = edits === 0 ? 0 : startX - before;
		const edgeX = edits === 0 ? 0 : isDown ? startX : startX + 1;
		while (x > edgeX) {
			steps.push("same");
			x -= 1;
			y -= 1;
		}
		if (edits > 0) steps.push(isDown ? "added" : "removed");
		x = startX;
		y = startY;
	}
	return steps.reverse();
}

/** Returns for each number of edits how far each diagonal reached before it. Undefined beyond the limit. */
function search(
	a: readonly string[],
	b: readonly string[],
): readonly ReadonlyMap<number, number>[] | undefined {
	const trace: Map<number, number>[] = [];
	let reached = new Map<number, number>();
	for (let edits = 0; edits <= EDITS_MAX; edits += 1) {
		trace.push(reached);
		const next = new Map<number, number>();
		for (let k = -edits; k <= edits; k += 2) {
			let x =
				edits === 0
					? 0
					: comesFromAbove(k, edits, reached)
						? (reached.get(k + 1) ?? 0)
						: (reached.get(k - 1) ?? 0) + 1;
			while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
			next.set(k, x);
			if (x >= a.length && x - k >= b.length) return trace;
		}
		reached = next;
	}
	return undefined;
}

function comesFromAbove(
	k: number,
	edits: number,
	reached: ReadonlyMap<number, number>,
): boolean {
	if (k === -edits) return true;
	if (k === edits) return false;
	return (reached.get(k - 1) ?? -1) < (reached.get(k + 1) ?? -1);
}

function number(
	steps: readonly Step[],
	a: readonly string[],
	b: readonly string[],
): DiffLine[] {
	let before = 0;
	let after = 0;
	return steps.map((sort): DiffLine => {
		if (sort !== "added") before += 1;
		if (sort !== "removed") after += 1;
		const text = (sort === "added" ? b[after - 1] : a[before - 1]) ?? "";
		return {
			...{ sort, text },
			...(sort !== "added" && { before }),
			...(sort !== "removed" && { after }),
		};
	});
}

/** Leaves out equal lines that are far from a difference. */
function fold(lines: readonly DiffLine[], context: number): DiffLine[] {
	const kept = new Set<number>();
	for (const [at, { sort }] of lines.entries()) {
		if (sort === "same") continue;
		for (let near = at - context; near <= at + context; near += 1)
			kept.add(near);
	}
	const folded: DiffLine[] = [];
	for (const [at, line] of lines.entries()) {
		if (kept.has(at)) folded.push(line);
		else if (folded.at(-1)?.sort !== "gap" && folded.length > 0)
			folded.push({ sort: "gap", text: "" });
	}
	if (folded.at(-1)?.sort === "gap") folded.pop();
	return folded;
}
