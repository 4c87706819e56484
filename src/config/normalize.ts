import { takesFallback } from "./answer-rules.ts";
import type { DefaultsDraft, RouteDraft } from "./draft.ts";
import { levelOf, modeOf } from "./effective.ts";
import { schemaName } from "./files.ts";
import type { RouteSettings, ServerSettings } from "./settings.ts";

/** Turns a route without mistakes into its settings; undefined for one with mistakes. */
export function toRouteSettings(
	route: RouteDraft,
	defaults: DefaultsDraft,
	server: ServerSettings,
): RouteSettings | undefined {
	const { name, path, firewall, signature, schema } = route;
	const handler = route.handler?.settings;
	const level = levelOf(route);
	// A mistyped kind must not pass for none.
	const isMistyped =
		(route.kind === undefined && route.wrote("kind")) ||
		(schema === undefined && route.wrote("schema"));
	if (
		isMistyped ||
		name === undefined ||
		path === undefined ||
		level === undefined ||
		firewall === undefined ||
		signature === undefined ||
		handler === undefined
	) {
		return undefined;
	}
	const isFree = route.kind === undefined;
	return {
		name,
		path,
		kind: schema === undefined ? route.kind?.name : schemaName(schema),
		schema,
		methods: route.methods ?? (isFree ? freeMethods(schema) : undefined),
		level,
		match: route.match,
		firewall: firewall.names,
		signature,
		bodyLimitBytes: route.bodyLimit ?? server.bodyLimitBytes,
		mode: isFree ? modeOf(route) : route.mode,
		timeoutMs: route.timeout,
		handler,
		fallback: takesFallback(route) ? route.fallback?.settings : undefined,
		onDenied: route.onDenied ?? "reject",
		onInvalid: route.onInvalid ?? "reject",
		locate: (...keys) => {
			const [key] = keys;
			const isInherited =
				key !== undefined &&
				!route.wrote(String(key)) &&
				defaults.wrote(String(key));
			return (isInherited ? defaults.place : route.place).at(...keys);
		},
	};
}

// --- helpers ---

/** Without a kind there is none to take the methods from. */
function freeMethods(schema: string | undefined): readonly string[] {
	return schema === undefined ? ["GET"] : ["POST"];
}
