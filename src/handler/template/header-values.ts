import type { HookEvent } from "../../event/webhook.ts";
import type { Finding, Position } from "../../finding/finding.ts";
import type { Site } from "../../finding/site.ts";
import { namesOf } from "../../finding/words.ts";
import type { HandlerSite } from "../handler-type.ts";
import { isWrittenTemplate } from "./outside.ts";
import { createScope } from "./scope.ts";
import type { Templates } from "./templates.ts";
import { compileTree } from "./tree.ts";

/** A header whose value is a template. */
export interface HeaderTemplate {
	/** In lower case. */
	readonly name: string;
	/** The name as written, by which its position is found. */
	readonly written: string;
	readonly text: string;
	/** True if a part of it comes from the environment. */
	readonly isSecret: boolean;
}

/** The headers that are rendered for each event. */
export interface RenderedHeaders {
	/** Returns alternating names and values. Throws HANDLER_FAILED like `CompiledTree`. */
	readonly render: (event: HookEvent) => readonly string[];
	/** The names of headers that they read, in lower case. */
	readonly readsHeaders: readonly string[];
}

/**
 * Finds the templates among headers. A value from the environment is never one, whatever it contains: only text in the file
 * comes from the author.
 */
export function findHeaderTemplates(
	headers: Readonly<Record<string, string>>,
	site: Site,
): readonly HeaderTemplate[] {
	return Object.entries(headers).flatMap(([written, text]) => {
		if (!isWrittenTemplate(text, site.in(written))) return [];
		const isSecret = site.isSecret(written);
		return [{ name: written.toLowerCase(), written, text, isSecret }];
	});
}

/** Compiles headers. `locate` returns the position of a header by its name as written. */
export function compileHeaders(
	headers: readonly HeaderTemplate[],
	{ route, kind }: Pick<HandlerSite, "route" | "kind">,
	templates: Templates,
	locate: (written: string) => Position,
): RenderedHeaders & { readonly findings: readonly Finding[] } {
	const { path = "", signature } = route;
	const { render, reads, readsHeaders, findings } = compileTree(
		headers.map(({ text }) => text),
		{
			engine: templates.engine(),
			urls: templates.urls,
			tables: templates.tables,
			payloadFields: namesOf(kind.schema),
			what: "`headers`",
			isMarkup: false,
			isSecret: ([index]) => headers[Number(index)]?.isSecret ?? false,
			locate: ([index]) => locate(headers[Number(index)]?.written ?? ""),
			nameOf: ([index]) => `the header \`${headers[Number(index)]?.written}\``,
			finish: () => toHeaderValue,
		},
	);
	templates.doubts.add(reads, { kind, path, signature });
	return {
		findings,
		readsHeaders,
		render(event) {
			const values = render?.(createScope(event, path)) as readonly string[];
			return headers.flatMap(({ name }, index) => [name, values[index] ?? ""]);
		},
	};
}

/**
 * Converts any text into one line of visible ASCII (RFC 9110 section 5.5). All other characters are percent-encoded as UTF-8,
 * so that no value can add a header.
 */
export function toHeaderValue(text: string): string {
	return text
		.trim()
		.replace(/[^\x20-\x7e]+/gu, (part) =>
			[...Buffer.from(part)]
				.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
				.join(""),
		);
}
