import type { RouteSettings } from "../../config/settings.ts";
import { maskKey } from "../../desk/mask-key.ts";
import type { DeliveryRow } from "../../inbox/port/delivery.ts";
import type { Kind } from "../../kind/kind.ts";
import { loadSchemaKind } from "../../kind/load.ts";
import { UNKNOWN } from "../../observe/privacy.ts";
import type { Keys } from "./row.ts";
import type { Known } from "./site.ts";

/** Determines which values of a delivery may be shown, by its current route and kind. */
export interface Privacies {
	/** Returns the kind of a delivery. Undefined if its name is unknown. */
	kindOf(row: Pick<DeliveryRow, "route" | "kind">): Kind | undefined;
	/** Masks both keys of a delivery as their fields are masked in its payload. */
	keysOf(row: DeliveryRow): Keys;
}

/** Creates the privacies. Reads schemas of single routes, and skips unreadable ones. */
export async function createPrivacies({
	settings,
	kinds,
}: Known): Promise<Privacies> {
	const routes = new Map<string, RouteSettings>();
	const schemas = new Map<string, Kind | undefined>();
	for (const route of settings?.routes ?? []) {
		routes.set(route.name, route);
		const { schema } = route;
		if (schema === undefined || schemas.has(schema)) continue;
		schemas.set(schema, (await loadSchemaKind(schema)).kind);
	}
	const kindOf: Privacies["kindOf"] = ({ route: name, kind }) => {
		const schema = routes.get(name)?.schema;
		return schema === undefined ? kinds.get(kind) : schemas.get(schema);
	};
	return {
		kindOf,
		keysOf(row) {
			const kind = kindOf(row);
			const route = routes.get(row.route);
			const privacy = kind?.privacy ?? UNKNOWN;
			return {
				orderKey: maskKey(
					row.orderKey,
					route?.orderBy ?? kind?.orderBy ?? [],
					privacy,
				),
				dedupeKey: maskKey(
					row.dedupeKey,
					route?.dedupe ?? kind?.dedupe ?? [],
					privacy,
				),
			};
		},
	};
}
