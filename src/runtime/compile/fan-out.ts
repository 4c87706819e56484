import { targetRouteOf } from "../../config/handler-spec.ts";
import type { RouteSettings } from "../../config/settings.ts";
import type { HandlerTypes } from "../../handler/handler-type.ts";
import { childIdOf } from "../../inbox/port/child.ts";
import type { Child } from "../../inbox/port/queue.ts";
import type { Subject } from "../../route/field.ts";
import type { ServedRoute } from "../served-route.ts";
import type { createShared } from "./build-route.ts";

/** Gives each route that fans out its targets, and lets its events keep the headers that these read. */
export function bindTargets(
	routes: readonly ServedRoute[],
	settings: readonly RouteSettings[],
	{
		handlerTypes,
		shared,
	}: {
		readonly handlerTypes: HandlerTypes;
		readonly shared: ReturnType<typeof createShared>;
	},
): readonly ServedRoute[] {
	const bySettings = new Map(settings.map((one) => [one.name, one]));
	const byName = new Map(routes.map((route) => [route.name, route]));
	return routes.map((route) => {
		const own = bySettings.get(route.name);
		const written =
			own && handlerTypes.get(own.handler.type)?.targets?.(own.handler);
		if (own === undefined || written === undefined) return route;
		const targets = written
			.map((target) => byName.get(targetRouteOf(route.name, target)))
			.filter((target) => target !== undefined);
		const names = [route, ...targets].flatMap((one) => one.headerNames);
		const headerNames = [...new Set(names)];
		return {
			...route,
			targets,
			headerNames,
			keepHeaders: shared.headerFilter(headerNames, own.signature),
		};
	});
}

/**
 * Returns the children of a delivery whose route fans out, one for each target.
 *
 * @param waitedMs the milliseconds since the arrival, which count for a delay
 */
export function toChildren(
	id: string,
	event: Subject,
	targets: readonly ServedRoute[],
	waitedMs = 0,
): readonly Child[] {
	return targets.map(({ name, kind, orderKeyOf, delayMs }) => ({
		id: childIdOf(id, name),
		route: name,
		kind: kind.name,
		orderKey: orderKeyOf(event),
		delayMs: delayMs && Math.max(0, delayMs - waitedMs),
	}));
}
