import { TARGET_KEYS } from "../../handler-schema.ts";
import { targetRouteOf } from "../../handler-spec.ts";
import type { AuthoredRoute } from "../authored/authored.ts";
import {
	type Authored,
	type DraftContext,
	draftRoute,
	type RouteDraft,
} from "./draft.ts";

/**
 * Reads the targets of a fan-out that have a handler of their own. Each is an internal route, which takes its settings from the
 * target, else from the route that fans out.
 */
export function draftTargets(
	{ value }: Authored<AuthoredRoute>,
	parent: RouteDraft,
	context: DraftContext,
): readonly RouteDraft[] {
	const { name, handler, wrote } = parent;
	const { settings, type } = handler ?? {};
	// A mistyped kind has its finding.
	const isMistyped =
		(wrote("kind") && parent.kind === undefined) ||
		(wrote("schema") && parent.schema === undefined);
	if (name === undefined || settings === undefined || isMistyped) return [];
	return (type?.targets?.(settings) ?? []).flatMap((target) => {
		const { written } = target;
		if (written === undefined || type === undefined) return [];
		const site = parent.handlerSite.in(type.name, target.at);
		const entries = Object.entries(written);
		const own: AuthoredRoute = {
			...Object.fromEntries(entries.filter(([key]) => TARGET_KEYS.has(key))),
			name: targetRouteOf(name, target),
			...(value.kind !== undefined && { kind: value.kind }),
			...(value.schema !== undefined && { schema: value.schema }),
		};
		const route = {
			site,
			value: {
				...own,
				handler: Object.fromEntries(
					entries.filter(([key]) => !TARGET_KEYS.has(key)),
				),
			},
			wrote: (key: string) => key === "handler" || Object.hasOwn(own, key),
		};
		const defaults = { ...parent, wrote: parent.has };
		const draft = draftRoute(route, defaults, context, site);
		// The route that fans out knows its duplicates.
		return [{ ...draft, parent: name, dedupe: [] }];
	});
}
