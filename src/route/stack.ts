import type { Firewall } from "../gate/firewall.ts";
import type { Signature } from "../gate/signature.ts";
import type { Rate } from "../inbox/port/rate.ts";
import { Branch } from "./branch.ts";
import type { Route } from "./route.ts";

/** The door of a path: the gates that its routes share, because they come before the route is known. */
export interface Door {
	readonly firewall: Firewall;
	readonly onDenied: "reject" | "quarantine" | "report";
	readonly signature: Signature;
	readonly onUnsigned: "reject" | "retry" | "quarantine" | "report";
	readonly bodyLimitBytes: number;
	/** The requests that each client may send. Undefined without a limit. */
	readonly limit?: Rate | undefined;
}

/** All routes of one path, with one door. */
export interface Stack<R extends Route> extends Door {
	readonly path: string;
	readonly routes: readonly R[];
	/** The branches by method, in upper case. Empty if `whole` has all methods. */
	readonly branches: ReadonlyMap<string, Branch<R>>;
	/** The branch of all `methods`, if every route accepts every method. This is the usual case and needs no look-up. */
	readonly whole: Branch<R> | undefined;
	readonly methods: readonly string[];
	/** The Allow header of a 405. */
	readonly allow: string;
	/**
	 * True if the platform probes the URL before it saves it: a bare GET that expects a 200, for account and number
	 * settings (Vonage Account API and Numbers API).
	 */
	readonly isProbed: boolean;
}

/** Returns the routes of a method. A HEAD gets those of GET. Undefined if no route allows it. */
export function branchFor<R extends Route>(
	{ whole, methods, branches }: Stack<R>,
	method: string,
): Branch<R> | undefined {
	const asked = method === "HEAD" ? "GET" : method;
	if (whole === undefined) return branches.get(asked);
	return methods.includes(asked) ? whole : undefined;
}

/** Builds the stack of routes that share a path. */
export function createStack<R extends Route>(
	path: string,
	routes: readonly R[],
	door: Door,
): Stack<R> {
	const [first] = routes;
	const isProbed = routes.some(
		({ kind: { settings } }) =>
			settings.account !== undefined || settings.number !== undefined,
	);
	if (first !== undefined && routes.length === 1) {
		return new PathStack(path, routes, door, {
			branches: NO_BRANCHES,
			whole: new Branch(routes),
			// One array for all routes of a kind stays in the cache.
			methods: first.methods,
			isProbed,
		});
	}
	const methods = [...new Set(routes.flatMap((route) => route.methods))];
	const isWhole = routes.every((route) =>
		methods.every((method) => route.methods.includes(method)),
	);
	return new PathStack(path, routes, door, {
		branches: isWhole ? NO_BRANCHES : branchesBy(methods, routes),
		whole: isWhole ? new Branch(routes) : undefined,
		methods,
		isProbed,
	});
}

// --- helpers ---

class PathStack<R extends Route> implements Stack<R> {
	readonly path: string;
	readonly routes: readonly R[];
	readonly firewall: Firewall;
	readonly onDenied: Door["onDenied"];
	readonly signature: Signature;
	readonly onUnsigned: Door["onUnsigned"];
	readonly bodyLimitBytes: number;
	readonly limit: Door["limit"];
	readonly branches: ReadonlyMap<string, Branch<R>>;
	readonly whole: Branch<R> | undefined;
	readonly methods: readonly string[];
	readonly isProbed: boolean;

	constructor(
		path: string,
		routes: readonly R[],
		door: Door,
		found: Pick<Stack<R>, "branches" | "whole" | "methods" | "isProbed">,
	) {
		this.path = path;
		this.routes = routes;
		this.firewall = door.firewall;
		this.onDenied = door.onDenied;
		this.signature = door.signature;
		this.onUnsigned = door.onUnsigned;
		this.bodyLimitBytes = door.bodyLimitBytes;
		this.limit = door.limit;
		this.branches = found.branches;
		this.whole = found.whole;
		this.methods = found.methods;
		this.isProbed = found.isProbed;
	}

	/** Written when a 405 asks for it: most paths never answer one. */
	get allow(): string {
		const { methods } = this;
		const allowed = methods.includes("GET") ? [...methods, "HEAD"] : methods;
		return allowed.toSorted().join(", ");
	}
}

/** One for all stacks: thousands have a single route. */
const NO_BRANCHES: ReadonlyMap<string, Branch<never>> = new Map();

function branchesBy<R extends Route>(
	methods: readonly string[],
	routes: readonly R[],
): ReadonlyMap<string, Branch<R>> {
	return new Map(
		methods.map((method) => {
			const taking = routes.filter((route) => route.methods.includes(method));
			return [method, new Branch(taking)];
		}),
	);
}
