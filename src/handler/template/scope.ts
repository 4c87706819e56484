import { defineField } from "../../event/define-field.ts";
import type {
	Claims,
	Headers,
	HookEvent,
	Level,
	Payload,
} from "../../event/webhook.ts";
import { parseForm } from "../../gate/form.ts";

/** The variables that a template's expressions see. */
export interface TemplateScope {
	readonly payload: Payload;
	/** The parameters of the query, by name; a name that comes again makes a list. */
	readonly query: Payload;
	/** Values of the path's `:name` segments. */
	readonly params: Readonly<Record<string, string>>;
	/** By name in lower case, without those that prove the origin. */
	readonly headers: Headers;
	readonly route: {
		readonly name: string;
		readonly path: string;
		readonly level: Level;
		/** The same as `params`. */
		readonly params: Readonly<Record<string, string>>;
	};
	/** Claims of the verified token. */
	readonly claims: Claims;
}

/**
 * Makes the scope of an event, for all templates of one answer. The query is parsed when a template reads it
 * first.
 *
 * @param path the route's, as it is written, with its `:name` segments
 */
export function createScope(event: HookEvent, path: string): TemplateScope {
	const { payload, params, headers, claims, route: name, level } = event;
	let query: Payload | undefined;
	return {
		payload,
		// LiquidJS reads own properties only, so that this is no getter of a class.
		get query() {
			query ??= readQuery(event.query);
			return query;
		},
		params,
		headers,
		route: { name, path, level, params },
		claims,
	};
}

/**
 * Reads a query into fields as a payload's are read: a name that comes again makes a list. Never throws:
 * for one broken escape among its parameters a caller must not lose the menu.
 */
export function readQuery(query: string): Payload {
	try {
		return parseForm(query);
	} catch {
		return parseLeniently(query);
	}
}

// --- helpers ---

/** WHATWG URL standard, section 5.1: a broken escape stands for itself, bytes that are no UTF-8 become U+FFFD. */
function parseLeniently(query: string): Payload {
	const form = new URLSearchParams(query);
	const fields = {};
	for (const name of new Set(form.keys())) {
		const values = form.getAll(name);
		defineField(fields, name, values.length === 1 ? values[0] : values);
	}
	return fields;
}
