import type { ReadContext } from "../../config/handler-spec.ts";
import type { HandlerSettings, RouteSettings } from "../../config/settings.ts";
import { FRAMING_HEADERS } from "../../event/framing-headers.ts";
import type { Remark } from "../../finding/finding.ts";
import type { Site } from "../../finding/site.ts";
import type { HandlerType } from "../handler-type.ts";
import { fitStatic } from "./answer.ts";
import { checkExposure } from "./exposure.ts";
import { createRenderedHandler } from "./rendered.ts";
import { STATIC_SCHEMA } from "./schema.ts";
import { createStaticHandler, type StaticSettings } from "./static.ts";
import { findStaticTemplates } from "./templates.ts";

interface AuthoredStatic {
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly text?: string;
	readonly json?: unknown;
	readonly file?: string;
}

/** `static`: the same answer for every request, such as a file. */
export const fixed: HandlerType<
	HandlerSettings & StaticSettings,
	{ readonly static: AuthoredStatic }
> = {
	name: "static",
	schema: STATIC_SCHEMA,
	isFallback: true,
	isFetched: true,
	modes: ["reply"],
	// A template may fail because of a missing row or a limit.
	isFixed: (settings) => settings?.templates === undefined,
	read: (handler, site, context) =>
		readStatic(handler.static, site.in("static"), context),
	check({ file }, site, context) {
		if (file !== undefined)
			checkExposure(file, site.in("static", "file"), context);
	},
	describe({ file, json, text }, show) {
		if (file !== undefined) return `static file ${show(file)}`;
		if (json !== undefined) return "static json";
		return text === undefined ? "static" : "static text";
	},
	createBuilder: ({ checker, templates }) => ({
		async build(settings, site) {
			const { route, key, kind } = site;
			const { status, templates: found } = settings;
			const isUnheard = kind.reply.body === "none" && status < 300;
			if (found !== undefined && isWebhook(route) && !isUnheard) {
				return createRenderedHandler(settings, found, site, templates);
			}
			const at = route.locate(key, "static", "file");
			const created = await createStaticHandler(settings, at);
			const fit = fitStatic(created, status, { rule: kind.reply, checker, at });
			if (found === undefined || isWebhook(route)) return fit;
			const where = found.body ?? "headers";
			const unread = { ...route.locate(key, "static", where), ...UNREAD };
			return { ...fit, findings: [...fit.findings, unread] };
		},
	}),
};

// --- helpers ---

/** A route without kind and schema serves the same answer to everybody. */
function isWebhook({ kind }: RouteSettings): boolean {
	return kind !== undefined;
}

const UNREAD: Remark = {
	severity: "warning",
	what: "the template is sent as it is written: a route without `kind` and `schema` answers everybody alike",
	todo: "give the route a `schema`, by which it takes a webhook",
};

const FILES = { what: "static", folder: undefined, endings: [] };

function readStatic(
	answer: AuthoredStatic,
	site: Site,
	{ files, report }: ReadContext,
): (HandlerSettings & StaticSettings) | undefined {
	const headers = new Map<string, string>();
	let isRight = true;
	for (const [name, value] of Object.entries(answer.headers ?? {})) {
		const lower = name.toLowerCase();
		const isOwn = FRAMING_HEADERS.has(lower);
		if (isOwn || headers.has(lower)) {
			isRight = false;
			report.error(site.keyAt("headers", name), {
				what: isOwn
					? `the header \`${name}\` is written by the server itself`
					: `the header \`${name}\` is written twice, in another case`,
				todo: "take it out",
			});
		}
		headers.set(lower, value);
	}
	const file =
		answer.file === undefined
			? undefined
			: files.find(answer.file, site.in("file"), FILES);
	const templates = findStaticTemplates(answer, site);
	if (!isRight || (answer.file !== undefined && file === undefined)) {
		return undefined;
	}
	return {
		type: "static",
		status: answer.status ?? 200,
		headers: Object.fromEntries(headers),
		...(answer.text === undefined ? {} : { text: answer.text }),
		...(answer.json === undefined ? {} : { json: answer.json }),
		...(file === undefined ? {} : { file }),
		...(templates === undefined ? {} : { templates }),
	};
}
