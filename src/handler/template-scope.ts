import { defineField } from "../event/define-field.ts";
import type { Headers, HookEvent, Payload } from "../event/webhook.ts";
import { parseForm } from "../gate/form.ts";
import { keepHeaders } from "../inbox/envelope.ts";
import type { TemplateScope } from "./template-engine.ts";

/** The part of a scope that is the route's, not the event's. */
export interface ScopeRoute {
	/** As it is written, with its `:name` segments. */
	readonly path: string;
	/** Headers in lower case that prove the origin of its webhooks, beside Authorization and Cookie. */
	readonly secretHeaders: ReadonlySet<string>;
}

/**
 * Makes the scope of an event, for all templates of one answer. The query is parsed, and the headers are
 * gone through, when a template reads them first.
 */
export function createScope(
	event: HookEvent,
	{ path, secretHeaders }: ScopeRoute,
): TemplateScope {
	const { payload, params, claims, route: name, level } = event;
	let query: Payload | undefined;
	let headers: Headers | undefined;
	return {
		payload,
		// LiquidJS reads own properties only, so that these are no getters of a class.
		get query() {
			query ??= readQuery(event.query);
			return query;
		},
		params,
		get headers() {
			headers ??= keepHeaders(event.headers, secretHeaders);
			return headers;
		},
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
