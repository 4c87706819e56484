import type { SchemaPart } from "../../config/handler-spec.ts";
import type { HandlerSettings } from "../../config/settings.ts";
import { namesOf } from "../../finding/words.ts";
import type { Kind } from "../../kind/kind.ts";
import { memo } from "../../memo.ts";
import type {
	HandlerBuilder,
	HandlerGround,
	HandlerSite,
	HandlerType,
} from "../handler-type.ts";
import { findOutsideTexts, type OutsideTexts } from "../template/outside.ts";
import { createNccoHandler } from "./ncco.ts";
import {
	type CompiledTemplate,
	compileNccoTemplate,
	readNccoTemplate,
} from "./template.ts";

/** The NCCO to answer: the absolute path of a file, or the list itself. */
export interface NccoSettings extends HandlerSettings {
	readonly type: "ncco";
	readonly ncco: string | readonly unknown[];
	/** The texts of a list from the environment. Undefined for a file. */
	readonly outside?: OutsideTexts;
}

const KEYS: Readonly<Record<string, SchemaPart>> = {
	ncco: {
		description:
			"An [NCCO](nccos.md): a list of actions, a YAML or JSON file relative to this file, or the name of a file in `nccos/`. Its strings can be [templates](templates.md).",
		$ref: "#/$defs/ncco",
		defaultNote: "none",
	},
};

const DEFS: Readonly<Record<string, SchemaPart>> = {
	ncco: {
		type: ["string", "array"],
		minLength: 1,
		items: {
			type: "object",
		},
		// For editors. `check` finds more in an NCCO than this schema could.
		if: { type: "array" },
		// biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
		then: { $ref: "ncco.schema.json" },
		examples: ["nccos/welcome.yaml"],
	},
};

const FILES = {
	what: "ncco",
	folder: "nccos",
	endings: [".yaml", ".yml", ".json"],
};

/** `ncco`: call control actions, fixed or a template. */
export const ncco: HandlerType<
	NccoSettings,
	{ readonly ncco: NccoSettings["ncco"] }
> = {
	name: "ncco",
	schema: { keys: KEYS, defs: DEFS },
	isFallback: true,
	modes: ["reply"],
	misfit({ name, reply }: Kind) {
		return reply.body === "ncco" || reply.body === "any"
			? undefined
			: `the answer to \`${name}\` is not an NCCO`;
	},
	isFixed(settings) {
		if (settings === undefined || typeof settings.ncco === "string")
			return false;
		return !/\{[{%]/.test(JSON.stringify(settings.ncco));
	},
	read(handler, site, { files }) {
		const found =
			typeof handler.ncco === "string"
				? files.find(handler.ncco, site.in("ncco"), FILES)
				: handler.ncco;
		if (found === undefined) return undefined;
		if (typeof found === "string") return { type: "ncco", ncco: found };
		const outside = findOutsideTexts(found, site.in("ncco"));
		const isPlain = outside.secret.size === 0;
		return { type: "ncco", ncco: found, ...(isPlain ? {} : { outside }) };
	},
	describe: (settings, show) =>
		typeof settings.ncco === "string"
			? `ncco ${show(settings.ncco)}`
			: "ncco written inline",
	createBuilder,
};

// --- helpers ---

function createBuilder(ground: HandlerGround): HandlerBuilder<NccoSettings> {
	const compile = createTemplateCompiler(ground);
	return {
		async build(settings, site) {
			const { template, findings } = await compile(settings, site);
			if (template === undefined) return { handler: undefined, findings };
			const handler = createNccoHandler({
				template,
				checker: ground.checkerOf(site),
				rule: site.kind.reply,
				path: site.route.path ?? "",
			});
			return { handler, findings };
		},
	};
}

/** Compiles the NCCOs of routes. Each file is compiled once, for all its routes. */
function createTemplateCompiler({ checker, templates }: HandlerGround) {
	const { urls, tables, doubts } = templates;
	const files = new Map<string, Promise<CompiledTemplate>>();
	const compile = (
		{ ncco, outside }: NccoSettings,
		{ route, key, kind }: HandlerSite,
	): CompiledTemplate | Promise<CompiledTemplate> => {
		const shared = {
			checker,
			engine: templates.engine(),
			urls,
			tables,
			payloadFields: namesOf(kind.schema),
		};
		if (typeof ncco === "string") {
			const usedAt = route.locate(key, "ncco");
			return memo(files, ncco, () =>
				readNccoTemplate(ncco, { ...shared, usedAt }),
			);
		}
		return compileNccoTemplate(
			{
				value: ncco,
				locate: (path) => route.locate(key, "ncco", ...path),
			},
			{ ...shared, outside },
		);
	};
	return async (
		settings: NccoSettings,
		site: HandlerSite,
	): Promise<CompiledTemplate> => {
		const compiled = await compile(settings, site);
		const { path, signature } = site.route;
		doubts.add(compiled.reads, {
			kind: site.kind,
			path: path ?? "",
			signature,
		});
		return compiled;
	};
}
