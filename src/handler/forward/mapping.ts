import type { HookEvent } from "../../event/webhook.ts";
import type { Finding, Position } from "../../finding/finding.ts";
import type { KeyPath } from "../../finding/located.ts";
import type { HandlerSite } from "../handler-type.ts";
import { type BodyWriter, compileBody } from "../template/body.ts";
import { compileHeaders } from "../template/header-values.ts";
import type { Templates } from "../template/templates.ts";
import type { ForwardSettings } from "./settings.ts";
import { type CompiledUrl, compileUrl } from "./url-writer.ts";

/** The parts of a request that templates write. */
export interface Mapping {
	/** Writes the headers whose values are templates, as alternating names and values. Undefined if there are none. */
	readonly headers?: ((event: HookEvent) => readonly string[]) | undefined;
	/** Undefined if the form of the request decides. */
	readonly body?: BodyWriter | undefined;
	/** Undefined if the URL is fixed. */
	readonly url?: CompiledUrl | undefined;
	/** The names of headers that they read, in lower case. */
	readonly readsHeaders: readonly string[];
}

/** Compiles the templates of a `forward`. `locate` returns the position of a value of it. */
export function compileMapping(
	{ headerTemplates = [], body, url }: ForwardSettings,
	site: Pick<HandlerSite, "route" | "kind">,
	templates: Templates,
	locate: (path: KeyPath) => Position,
): Mapping & { readonly findings: readonly Finding[] } {
	const headers =
		headerTemplates.length === 0
			? undefined
			: compileHeaders(headerTemplates, site, templates, (name) =>
					locate(["headers", name]),
				);
	const written =
		body &&
		compileBody(body, site, templates, (path) => locate(["body", ...path]));
	const compiled = url && compileUrl(url, site, templates, locate(["url"]));
	const parts = [headers, written, compiled];
	return {
		headers: headers?.render,
		body: written?.write,
		url: compiled,
		readsHeaders: parts.flatMap((part) => part?.readsHeaders ?? []),
		findings: parts.flatMap((part) => part?.findings ?? []),
	};
}
