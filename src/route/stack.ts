import type { Firewall } from "../gate/firewall.ts";
import type { Signature } from "../gate/signature.ts";
import { Lane } from "./lane.ts";
import type { Route } from "./route.ts";

/** The door of a path: what its routes must agree about, since it is checked before a route is known. */
export interface Door {
	readonly firewall: Firewall;
	readonly onDenied: "reject" | "report";
	readonly signature: Signature;
	readonly bodyLimitBytes: number;
}

/** All routes of one path, behind one door. */
export interface Stack<R extends Route> extends Door {
	readonly path: string;
	readonly routes: readonly R[];
	/** By method, upper case. */
	readonly lanes: ReadonlyMap<string, Lane<R>>;
	/** The Allow header of a 405. */
	readonly allow: string;
	/**
	 * True where the platform probes the URL before it saves it: a bare GET that wants 200, sent for
	 * account and number settings (Vonage Account API and Numbers API).
	 */
	readonly isProbed: boolean;
}

/** Builds the stack of routes that share a path. */
export function createStack<R extends Route>(
	path: string,
	routes: readonly R[],
	door: Door,
): Stack<R> {
	const methods = [...new Set(routes.flatMap((route) => route.methods))];
	const lanes = new Map<string, Lane<R>>();
	let whole: Lane<R> | undefined;
	for (const method of methods) {
		const taking = routes.filter((route) => route.methods.includes(method));
		// Mostly every route takes every method: then one lane serves them all.
		const isWhole = taking.length === routes.length;
		const lane = (isWhole ? whole : undefined) ?? new Lane(taking);
		if (isWhole) whole = lane;
		lanes.set(method, lane);
	}
	const isProbed = routes.some(
		({ kind: { settings } }) =>
			settings.account !== undefined || settings.number !== undefined,
	);
	const allowed = methods.includes("GET") ? [...methods, "HEAD"] : methods;
	return {
		...door,
		path,
		routes,
		lanes,
		isProbed,
		allow: allowed.toSorted().join(", "),
	};
}
