import type Router from "@koa/router";
import { lazyPackage } from "../lazy-package.ts";
import { foldPath, segmentsOf } from "./path.ts";

/** A matched path with `:name` segments, and their values (still percent-encoded). */
export interface PatternMatch<T> {
	readonly target: T;
	readonly params: Readonly<Record<string, string>>;
	/** False if a literal segment is spelled differently than in the route. */
	readonly isExact: boolean;
}

/** Looks up paths with `:name` segments. */
export interface Patterns<T> {
	find(path: string): PatternMatch<T> | undefined;
}

/**
 * Compiles patterns for @koa/router. It must never scan thousands of them, so each of its routers contains only patterns
 * with the same number of segments and the same literal segments before the first `:name`. If two patterns match, the one
 * with the earlier literal segment wins.
 */
export function compilePatterns<T extends { readonly path: string }>(
	targets: readonly T[],
): Patterns<T> {
	const buckets = new Map<string, Bucket<T>>();
	// Which prefix lengths exist for a number of segments, longest first.
	const depths = new Map<number, number[]>();
	for (const target of [...targets].sort(bySpecificity)) {
		const segments = segmentsOf(target.path);
		const depth = segments.findIndex((segment) => segment.startsWith(":"));
		const key = bucketKey(
			segments.length,
			segments.slice(0, depth).join("/").toLowerCase(),
		);
		let bucket = buckets.get(key);
		if (bucket === undefined) {
			bucket = {
				router: new (koaRouter().Router)({ strict: true, sensitive: false }),
				byLayer: new Map(),
			};
			buckets.set(key, bucket);
		}
		bucket.router.register(target.path, ["ALL"], () => undefined);
		bucket.byLayer.set(bucket.router.stack.at(-1), target);
		const known = depths.get(segments.length) ?? [];
		if (!known.includes(depth))
			depths.set(
				segments.length,
				[...known, depth].sort((a, b) => b - a),
			);
	}
	return {
		find(path) {
			const segments = segmentsOf(path);
			for (const depth of depths.get(segments.length) ?? []) {
				const prefix = foldPath(
					`/${segments.slice(0, depth).join("/")}`,
				)?.slice(1);
				// A prefix that cannot be read is not the empty one, which has patterns of its own.
				if (prefix === undefined) continue;
				const bucket = buckets.get(bucketKey(segments.length, prefix));
				if (bucket === undefined) continue;
				const layer = bucket.router.match(foldSegments(segments), "GET")
					.path[0];
				const target =
					layer === undefined ? undefined : bucket.byLayer.get(layer);
				if (target !== undefined) return toMatch(target, segments);
			}
			return undefined;
		},
	};
}

// --- helpers ---

const koaRouter = lazyPackage<typeof import("@koa/router")>("@koa/router");

interface Bucket<T> {
	readonly router: Router;
	readonly byLayer: Map<unknown, T>;
}

function bucketKey(count: number, prefix: string): string {
	return `${count}:${prefix}`;
}

/** Decodes each segment, so that another spelling of a literal segment still matches it. */
function foldSegments(segments: readonly string[]): string {
	return `/${segments.map((segment) => foldPath(`/${segment}`)?.slice(1) ?? segment).join("/")}`;
}

function toMatch<T extends { readonly path: string }>(
	target: T,
	segments: readonly string[],
): PatternMatch<T> {
	const params: Record<string, string> = {};
	let isExact = true;
	for (const [index, pattern] of segmentsOf(target.path).entries()) {
		const segment = segments[index] as string;
		if (pattern.startsWith(":")) params[pattern.slice(1)] = segment;
		else if (pattern !== segment) isExact = false;
	}
	return { target, params, isExact };
}

function bySpecificity(
	a: { readonly path: string },
	b: { readonly path: string },
): number {
	const left = segmentsOf(a.path);
	const right = segmentsOf(b.path);
	for (let index = 0; index < Math.min(left.length, right.length); index++) {
		const difference =
			Number(left[index]?.startsWith(":")) -
			Number(right[index]?.startsWith(":"));
		if (difference !== 0) return difference;
	}
	return 0;
}
