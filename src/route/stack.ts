import { HookError } from "../errors.ts";
import { type Encoding, isRecord, type Payload } from "../event/webhook.ts";
import type { Firewall } from "../gate/firewall.ts";
import type { Signature } from "../gate/signature.ts";
import type { Kind } from "../kind/kind.ts";
import { groupBy } from "./group.ts";
import { compileMatcher, type Matcher } from "./match.ts";
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

/** The routes of one path and method. */
export interface Lane<R extends Route> {
	/** How a payload may travel, over all kinds of the lane. */
	readonly encodings: readonly Encoding[];
	/** The lane's kinds, in the order in which they are asked. */
	readonly kinds: readonly KindLane<R>[];
	/** Throws PAYLOAD_UNRECOGNIZED when no kind knows its marks in the payload. */
	identify(payload: Payload): KindLane<R>;
}

/** The routes of one path, method and kind. */
export interface KindLane<R extends Route> extends Matcher<R> {
	readonly kind: Kind;
	readonly routes: readonly R[];
}

/** Builds the stack of routes that share a path. */
export function createStack<R extends Route>(
	path: string,
	routes: readonly R[],
	door: Door,
): Stack<R> {
	const methods = [...new Set(routes.flatMap((route) => route.methods))];
	const lanes = new Map<string, Lane<R>>();
	for (const method of methods) {
		lanes.set(
			method,
			createLane(routes.filter((route) => route.methods.includes(method))),
		);
	}
	const isProbed = routes.some(
		({ kind: { settings } }) =>
			settings.account !== undefined || settings.number !== undefined,
	);
	const allowed = new Set(methods);
	if (isProbed || allowed.has("GET")) allowed.add("GET").add("HEAD");
	return {
		...door,
		path,
		routes,
		lanes,
		isProbed,
		allow: [...allowed].sort().join(", "),
	};
}

// --- helpers ---

function createLane<R extends Route>(routes: readonly R[]): Lane<R> {
	const groups = groupBy(routes, (route) => route.kind);
	const kinds = [...groups]
		.map(
			([kind, group]): KindLane<R> => ({
				kind,
				routes: group,
				select: compileMatcher(group).select,
			}),
		)
		.sort((a, b) => b.kind.precedence - a.kind.precedence);
	const encodings = [
		...new Set(kinds.flatMap(({ kind }) => kind.contentTypes)),
	];
	const [only] = kinds;
	if (kinds.length === 1 && only !== undefined) {
		return { encodings, kinds, identify: () => only };
	}
	return {
		encodings,
		kinds,
		identify(payload) {
			// JSON may be a list or a bare value; marks are fields.
			const lane = isRecord(payload)
				? kinds.find(({ kind }) => kind.recognizes(payload))
				: undefined;
			if (lane !== undefined) return lane;
			const names = kinds.map(({ kind }) => kind.name).join(", ");
			throw new HookError(
				"PAYLOAD_UNRECOGNIZED",
				`the payload has the marks of none of: ${names}`,
			);
		},
	};
}
