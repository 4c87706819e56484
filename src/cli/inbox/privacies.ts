import type { RouteSettings } from "../../config/settings.ts";
import type { DeliveryRow } from "../../inbox/port/delivery.ts";
import type { KeyField, Kind } from "../../kind/kind.ts";
import { loadSchemaKind } from "../../kind/load.ts";
import { isSearched, maskText } from "../../observe/mask.ts";
import { maskAny } from "../../observe/mask-payload.ts";
import { BY_LOOK, type Privacy, UNKNOWN } from "../../observe/privacy.ts";
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

// --- helpers ---

/** Masks a key, whose values are in the order of its fields. A key with other fields, from an older configuration, only shows ids. */
function maskKey(
	key: string | undefined,
	fields: readonly KeyField[],
	privacy: Privacy,
): string | undefined {
	if (key === undefined) return undefined;
	const values = readValues(key);
	if (values === undefined) return DIGEST.test(key) ? key : maskText(key);
	// A digest may stand behind the values of the fields.
	const isOfFields =
		values.length === fields.length || values.length === fields.length + 1;
	const masked = values.map((value, at) => {
		const field = isOfFields ? fields[at] : undefined;
		const place = field === undefined ? UNKNOWN : placeOf(privacy, field);
		const isId =
			typeof value === "string" && (isSearched(value) || HASH.test(value));
		return place === UNKNOWN && isId ? value : maskAny(value, place);
	});
	return JSON.stringify(masked);
}

function readValues(key: string): readonly unknown[] | undefined {
	try {
		const value: unknown = JSON.parse(key);
		return Array.isArray(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

/** The placeholder for missing fields in a key. */
const HASH = /^[\w-]{43}$/;

/** A digest of a key that was too long. */
const DIGEST = /^sha256:[\da-f]+$/;

/** The place of a field: by its whole name, else by the way inwards. Of several the first that is known to be personal counts. */
function placeOf(privacy: Privacy, field: KeyField): Privacy {
	const places = [field].flat().map((name) => {
		if (name.startsWith("headers.")) return BY_LOOK;
		const whole = privacy.field(name);
		if (!name.includes(".") || whole !== UNKNOWN) return whole;
		return name.split(".").reduce((place, step) => place.field(step), privacy);
	});
	const personal = places.find(({ sort }) => sort !== "plain");
	return personal ?? places[0] ?? UNKNOWN;
}
