import { HookError } from "../errors.ts";
import { foldPath, isPlainPath } from "./path.ts";
import { compilePatterns } from "./patterns.ts";
import type { Route } from "./route.ts";
import type { Stack } from "./stack.ts";

/** A path that was found in the table. */
export interface Found<R extends Route> {
	readonly stack: Stack<R>;
	/** Values of the `:name` segments, decoded. */
	readonly params: Readonly<Record<string, string>>;
}

/** All stacks by path. A literal path costs one hash look-up. */
export interface Table<R extends Route> {
	readonly stacks: readonly Stack<R>[];
	/**
	 * Finds the stack of a path as sent. Throws ROUTE_UNKNOWN, or ROUTE_SPELLING for another spelling of a path that has a
	 * stack. Otherwise such a request could reach a wider pattern and bypass the door of the stricter stack.
	 */
	find(path: string): Found<R>;
}

export function createTable<R extends Route>(
	stacks: readonly Stack<R>[],
): Table<R> {
	const exact = new Map<string, Stack<R>>();
	const folded = new Map<string, Stack<R>>();
	const patterned: Stack<R>[] = [];
	for (const stack of stacks) {
		if (stack.path.includes("/:")) {
			patterned.push(stack);
			continue;
		}
		exact.set(stack.path, stack);
		folded.set(foldPath(stack.path) ?? stack.path, stack);
	}
	const patterns = compilePatterns(patterned);

	const findPattern = (path: string): Found<R> => {
		const meant = foldPath(path);
		const guarded = meant === undefined ? undefined : folded.get(meant);
		if (guarded !== undefined) {
			throw new HookError("ROUTE_SPELLING", `it reads like ${guarded.path}`);
		}
		const match = patterned.length === 0 ? undefined : patterns.find(path);
		if (match === undefined) {
			const hidden = meant === undefined ? undefined : patterns.find(meant);
			throw new HookError(
				hidden === undefined ? "ROUTE_UNKNOWN" : "ROUTE_SPELLING",
			);
		}
		if (!match.isExact || !isPlainPath(path)) {
			throw new HookError(
				"ROUTE_SPELLING",
				`it reads like ${match.target.path}`,
			);
		}
		return { stack: match.target, params: decodeParams(match.params) };
	};

	return {
		stacks,
		find(path) {
			const stack = exact.get(path);
			return stack === undefined
				? findPattern(path)
				: { stack, params: NO_PARAMS };
		},
	};
}

// --- helpers ---

const NO_PARAMS: Found<Route>["params"] = Object.freeze({});

function decodeParams(
	params: Readonly<Record<string, string>>,
): Record<string, string> {
	const decoded: Record<string, string> = {};
	for (const [name, value] of Object.entries(params)) {
		try {
			decoded[name] = decodeURIComponent(value);
		} catch {
			throw new HookError(
				"ROUTE_UNKNOWN",
				"a percent escape in the path is broken",
			);
		}
	}
	return decoded;
}
