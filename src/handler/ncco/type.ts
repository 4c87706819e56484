import type { SchemaPart } from "../../config/handler-spec.ts";
import type { HandlerSettings } from "../../config/settings.ts";
import type { Kind } from "../../kind/kind.ts";
import { memo, once } from "../../memo.ts";
import type {
	HandlerBuilder,
	HandlerGround,
	HandlerSite,
	HandlerType,
} from "../handler-type.ts";
import { createNccoHandler } from "./ncco.ts";
import {
	type CompiledTemplate,
	compileNccoTemplate,
	readNccoTemplate,
} from "./template.ts";
import { createTemplateEngine } from "./template-engine.ts";

/** The NCCO that is answered: the absolute path of a file, or the list itself. */
export interface NccoSettings extends HandlerSettings {
	readonly type: "ncco";
	readonly ncco: string | readonly unknown[];
}

const KEYS: Readonly<Record<string, SchemaPart>> = {
	ncco: {
		description:
			"An NCCO: a YAML or JSON file relative to this file, the bare name of one in `nccos/`, or the list of actions itself. Its texts may be templates over `payload`, `query`, `params`, `headers`, `claims` and `route`.",
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
		return found === undefined ? undefined : { type: "ncco", ncco: found };
	},
	files: ({ ncco }) => (typeof ncco === "string" ? [ncco] : []),
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
			const { template, findings } = await compile(settings.ncco, site);
			if (template === undefined) return { handler: undefined, findings };
			const handler = createNccoHandler({
				template,
				checker: ground.checkerOf(site),
				rule: site.kind.reply,
				path: site.route.path,
			});
			return { handler, findings };
		},
	};
}

/** Compiles the NCCOs that routes name: each file once for each kind, whose fields it may read. */
function createTemplateCompiler({ checker, urls }: HandlerGround) {
	const engine = once(() => createTemplateEngine(urls));
	const files = new Map<string, Promise<CompiledTemplate>>();
	return (
		ncco: NccoSettings["ncco"],
		{ route, key, kind }: HandlerSite,
	): CompiledTemplate | Promise<CompiledTemplate> => {
		const payloadFields = Object.keys((kind.schema.properties ?? {}) as object);
		const shared = {
			checker: checker(),
			engine: engine(),
			urls,
			payloadFields,
		};
		if (typeof ncco === "string") {
			const usedAt = route.locate(key, "ncco");
			return memo(files, `${kind.name} ${ncco}`, () =>
				readNccoTemplate(ncco, { ...shared, usedAt }),
			);
		}
		return compileNccoTemplate(
			{
				value: ncco,
				locate: (path) => route.locate(key, "ncco", ...path),
			},
			shared,
		);
	};
}
