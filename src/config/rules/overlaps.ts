/** Patterns by segment: `:` stands for a segment that takes any text. */
export interface PatternNode<T> {
	readonly next: Map<string, PatternNode<T>>;
	target: T | undefined;
}

/** Two patterns that match the same path, of which neither is more specific. */
export interface Overlap<T> {
	readonly left: T;
	readonly right: T;
	/** A path that both match. */
	readonly example: string;
}

/** Creates an empty tree. */
export function createPatternTree<T>(): PatternNode<T> {
	return { next: new Map(), target: undefined };
}

/** Adds a pattern by its shape, such as `/invoices/:/lines`. */
export function addPattern<T>(
	root: PatternNode<T>,
	shape: string,
	target: T,
): void {
	let node = root;
	for (const segment of shape.slice(1).split("/")) {
		let next = node.next.get(segment);
		if (next === undefined) {
			next = createPatternTree();
			node.next.set(segment, next);
		}
		node = next;
	}
	node.target = target;
}

/**
 * Finds the overlaps in a tree, one at a time, so that the caller can stop: there may be as many as
 * pairs of patterns. Only branches that fit the same paths are walked.
 */
export function findOverlaps<T>(root: PatternNode<T>): Iterable<Overlap<T>> {
	return join({ left: root, right: root, example: "", leads: 0 });
}

// --- helpers ---

/** Two branches of the tree that match the same beginning of a path. */
interface Pair<T> {
	readonly left: PatternNode<T>;
	readonly right: PatternNode<T>;
	readonly example: string;
	/** Which of the two had a literal where the other takes any text: LEFT, RIGHT or both. */
	readonly leads: number;
}

const LEFT = 1;
const RIGHT = 2;

function* join<T>(pair: Pair<T>): Generator<Overlap<T>> {
	const { left, right, example, leads } = pair;
	const areTwo = leads === LEFT + RIGHT;
	if (left.target !== undefined && right.target !== undefined && areTwo) {
		yield { left: left.target, right: right.target, example };
	}
	const fewer = left.next.size <= right.next.size ? left : right;
	for (const segment of fewer.next.keys()) {
		const ways = [left.next.get(segment), right.next.get(segment)];
		const text = segment === ":" ? "x" : segment;
		yield* step(pair, ways, text, 0);
	}
	for (const [segment, next] of left.next) {
		if (segment === ":") continue;
		yield* step(pair, [next, right.next.get(":")], segment, LEFT);
	}
	// Where the two are one branch, the other half would find the same pairs again.
	if (left === right) return;
	for (const [segment, next] of right.next) {
		if (segment === ":") continue;
		yield* step(pair, [left.next.get(":"), next], segment, RIGHT);
	}
}

function* step<T>(
	{ example, leads }: Pair<T>,
	[left, right]: readonly (PatternNode<T> | undefined)[],
	segment: string,
	lead: number,
): Generator<Overlap<T>> {
	if (left === undefined || right === undefined) return;
	yield* join({
		left,
		right,
		example: `${example}/${segment}`,
		leads: leads | lead,
	});
}
