import { join } from "node:path";
import type {
	HandlerSettings,
	RouteSettings,
	StaticSettings,
} from "../config/settings.ts";
import type { Mode } from "../event/webhook.ts";
import type { Finding } from "../finding/finding.ts";
import { createForwardHandler } from "../handler/forward/forward.ts";
import type { Upstreams } from "../handler/forward/upstream.ts";
import type { Handler } from "../handler/handler.ts";
import { withAdvice } from "../handler/ncco/advice.ts";
import { createNccoChecker, type NccoChecker } from "../handler/ncco/check.ts";
import { createNccoHandler } from "../handler/ncco/ncco.ts";
import {
	type CompiledTemplate,
	compileNccoTemplate,
	readNccoTemplate,
	type TemplateInput,
} from "../handler/ncco/template.ts";
import { createTemplateEngine } from "../handler/ncco/template-engine.ts";
import type { RouteUrls } from "../handler/ncco/template-url.ts";
import { checkPluginRoute } from "../handler/plugin/check.ts";
import type { HandOnFrom } from "../handler/plugin/init.ts";
import { createPluginHandler } from "../handler/plugin/plugin.ts";
import type { StateKeeper } from "../handler/plugin/store.ts";
import { fitStatic } from "../handler/static/answer.ts";
import { createStaticHandler } from "../handler/static/static.ts";
import type { Kind } from "../kind/kind.ts";
import type { Log } from "../observe/log.ts";
import { createPluginLog } from "../observe/plugin-log.ts";
import type { PluginRoute } from "../plugin/define.ts";
import {
	findPlugins,
	findShippedPlugins,
	type PluginFiles,
	resolvePlugin,
} from "../plugin/loader/find.ts";
import { loadPlugin } from "../plugin/loader/load.ts";
import type { HandlerProblem } from "../plugin/loader/options.ts";
import type { Plugin } from "../plugin/loader/plugin.ts";
import { memo, once } from "./memo.ts";

/** A handler, or the findings that say why there is none. */
export interface Built {
	readonly handler: Handler | undefined;
	readonly findings: readonly Finding[];
}

/** The place of a handler: which route, and whether it is its handler or its fallback. */
export interface HandlerPlace {
	readonly route: RouteSettings;
	readonly key: "handler" | "fallback";
	readonly kind: Kind;
	readonly mode: Mode;
}

/** Builds handlers; what several routes share (a plugin's file, an NCCO's) is read once. */
export interface HandlerBuilder {
	build(settings: HandlerSettings, place: HandlerPlace): Promise<Built>;
}

export interface BuilderOptions {
	/** Folder of routes.yaml; `plugins/` is looked for in it. */
	readonly folder: string;
	readonly urls: RouteUrls;
	/** Undefined to check only: plugins are read and not set up, and their handlers must not be called. */
	readonly log: Log | undefined;
	/** How plugins reach other routes. */
	readonly handOn: HandOnFrom;
	/** Where the state of plugins is kept. */
	readonly keeper: StateKeeper;
	/** Where handlers find the services behind. */
	readonly upstreams: Pick<Upstreams, "open">;
	/** What the platform calls, without a trailing slash. */
	readonly publicUrl: () => string;
}

export function createHandlerBuilder(options: BuilderOptions): HandlerBuilder {
	const checker = once(createNccoChecker);
	const engine = once(() => createTemplateEngine(options.urls));
	const checkerOf = ({ route, kind, mode }: HandlerPlace): NccoChecker => {
		const answersNcco = mode === "reply" && kind.reply.body === "ncco";
		return options.log === undefined || !answersNcco
			? checker()
			: withAdvice(checker(), options.log.child({ route: route.name }));
	};
	const folders = once(() =>
		Promise.all([
			findPlugins(join(options.folder, "plugins")),
			findShippedPlugins(),
		]),
	);
	const plugins = new Map<string, ReturnType<typeof loadPlugin>>();
	const templates = new Map<string, Promise<CompiledTemplate>>();

	const compileTemplate = (
		ncco: string | readonly unknown[],
		{ route, key, kind }: HandlerPlace,
	): Promise<CompiledTemplate> => {
		const payloadFields = Object.keys((kind.schema.properties ?? {}) as object);
		const shared = {
			checker: checker(),
			engine: engine(),
			urls: options.urls,
			payloadFields,
		};
		if (typeof ncco !== "string") {
			const input: TemplateInput = {
				value: ncco,
				locate: (path) => route.locate(key, "ncco", ...path),
			};
			return Promise.resolve(compileNccoTemplate(input, shared));
		}
		return memo(templates, `${kind.name} ${ncco}`, () =>
			readNccoTemplate(ncco, { ...shared, usedAt: route.locate(key, "ncco") }),
		);
	};

	const buildNcco = async (
		ncco: string | readonly unknown[],
		place: HandlerPlace,
	): Promise<Built> => {
		const { template, findings } = await compileTemplate(ncco, place);
		if (template === undefined) return { handler: undefined, findings };
		const handler = createNccoHandler({
			template,
			checker: checkerOf(place),
			rule: place.kind.reply,
			path: place.route.path,
		});
		return { handler, findings };
	};

	const buildPlugin = async (
		settings: PluginSettings,
		place: HandlerPlace,
	): Promise<Built> => {
		const { route, kind } = place;
		const { plugin, findings } = await readPlugin(
			settings.plugin,
			place,
			options.folder,
			await folders(),
			plugins,
		);
		if (plugin === undefined) return { handler: undefined, findings };
		const init = {
			plugin,
			options: settings.options,
			kind,
			urls: options.urls,
			route: toPluginRoute(place),
		};
		if (options.log === undefined) {
			const problems = checkPluginRoute(init);
			return {
				handler: IDLE,
				findings: [...findings, ...toFindings(problems, place)],
			};
		}
		const { handler, problems } = await createPluginHandler({
			...init,
			checker: checkerOf(place),
			handOn: options.handOn,
			keeper: options.keeper,
			log: createPluginLog(options.log, {
				plugin: plugin.name,
				route: route.name,
			}),
		});
		return { handler, findings: [...findings, ...toFindings(problems, place)] };
	};

	const buildForward = (
		settings: Extract<HandlerSettings, { type: "forward" }>,
		place: HandlerPlace,
	): Promise<Built> => {
		const { route, key, kind, mode } = place;
		return createForwardHandler({
			settings,
			route: {
				name: route.name,
				path: route.path,
				hasSchema: route.schema !== undefined,
				methods: route.methods ?? kind.methods,
				copyHeaders: route.copyHeaders,
			},
			kind,
			mode,
			checker: () => checkerOf(place),
			upstreams: options.upstreams,
			log: options.log,
			publicUrl: options.publicUrl,
			locate: (name) => route.locate(key, "forward", name),
		});
	};

	const buildStatic = async (
		settings: StaticSettings,
		{ route, key, kind }: HandlerPlace,
	): Promise<Built> => {
		const at = route.locate(key, "static", "file");
		const created = await createStaticHandler(settings, at);
		const { status } = settings;
		return fitStatic(created, status, { rule: kind.reply, checker, at });
	};

	return {
		build(settings, place) {
			if (settings.type === "ncco") return buildNcco(settings.ncco, place);
			if (settings.type === "plugin") return buildPlugin(settings, place);
			if (settings.type === "forward") return buildForward(settings, place);
			return buildStatic(settings, place);
		},
	};
}

// --- helpers ---

type PluginSettings = Extract<HandlerSettings, { type: "plugin" }>;

/** Stands for a plugin that is not set up. */
const IDLE: Handler = {
	type: "plugin",
	handle() {
		throw new Error("this plugin was only checked, not set up");
	},
};

function toPluginRoute({ route, kind, mode }: HandlerPlace): PluginRoute {
	const { name, level, path } = route;
	return { name, kind: kind.name, level, mode, path };
}

async function readPlugin(
	name: string,
	{ route, key }: HandlerPlace,
	folder: string,
	[files, shipped]: readonly [PluginFiles, PluginFiles],
	known: Map<string, ReturnType<typeof loadPlugin>>,
): Promise<{ plugin: Plugin | undefined; findings: readonly Finding[] }> {
	const found = await resolvePlugin(name, folder, files, shipped);
	if (found.file === undefined) {
		const { what, expected, todo } = found;
		const finding: Finding = {
			...route.locate(key, "plugin"),
			severity: "error",
			what,
			expected,
			todo,
		};
		return { plugin: undefined, findings: [finding] };
	}
	const { file } = found;
	return memo(known, file, () => loadPlugin(file));
}

function toFindings(
	problems: readonly HandlerProblem[],
	{ route, key }: HandlerPlace,
): Finding[] {
	return problems.map(({ keys, ...words }) => ({
		...route.locate(key, ...keys),
		severity: "error",
		...words,
	}));
}
