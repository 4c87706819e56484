import type { Payload } from "../../event/webhook.ts";
import type { Alert } from "../../inbox/port/alert.ts";
import { payloadOfAlert } from "../../inbox/port/alert-event.ts";
import { groupBy } from "../../route/group.ts";
import { compileMatcher } from "../../route/match.ts";
import { hasPath } from "../../route/route.ts";
import type { ServedRoute } from "../served-route.ts";
import type { Cause } from "./cause.ts";

/** The routes of one configuration that get own events. */
export interface OwnRoutes {
	/** Their names. */
	readonly names: readonly string[];
	/** True if a route gets events of the kind. */
	takes(kind: string): boolean;
	/** Returns the route that gets an event. Undefined if none does. */
	select(kind: string, payload: Payload): ServedRoute | undefined;
	/** Returns the alert of a cause for the route whose `match` fits. Undefined if no route gets it. */
	alertOf(cause: Cause): Alert | undefined;
}

/** Compiles the internal routes with a kind of own events. */
export function createOwnRoutes(routes: readonly ServedRoute[]): OwnRoutes {
	// `none` keeps nothing, so its events need not exist.
	const own = routes.filter(
		(route) =>
			!hasPath(route) &&
			route.kind.isOwn === true &&
			route.parent === undefined &&
			!route.isUnkept,
	);
	const matchers = new Map(
		[...groupBy(own, ({ kind }) => kind.name)].map(([kind, group]) => [
			kind,
			compileMatcher(group),
		]),
	);
	const select: OwnRoutes["select"] = (kind, payload) =>
		matchers.get(kind)?.select({ payload, ...NO_REQUEST });
	return {
		select,
		names: own.map(({ name }) => name),
		takes: (kind) => matchers.has(kind),
		alertOf(cause) {
			if (!matchers.has(cause.kind)) return undefined;
			const payload: Payload = payloadOfAlert(
				{ ...cause, to: "" },
				{ part: "first", from: 0 },
			);
			const route = select(cause.kind, payload);
			if (route === undefined) return undefined;
			const orderKey = route.orderKeyOf({ payload, ...NO_REQUEST });
			return { ...cause, to: route.name, orderKey };
		},
	};
}

/** No route gets own events. */
export const NO_OWN_ROUTES: OwnRoutes = {
	names: [],
	takes: () => false,
	select: () => undefined,
	alertOf: () => undefined,
};

// --- helpers ---

const NO_REQUEST = { headers: {}, params: {}, query: "", claims: {} };
