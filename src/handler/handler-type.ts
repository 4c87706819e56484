import type { HandlerSpec } from "../config/handler-spec.ts";
import type { HandlerSettings, RouteSettings } from "../config/settings.ts";
import type { Mode } from "../event/webhook.ts";
import type { Finding } from "../finding/finding.ts";
import type { Inputs } from "../inputs.ts";
import type { Kind } from "../kind/kind.ts";
import type { Log } from "../observe/log.ts";
import type { CircuitReading } from "../observe/metrics/sources.ts";
import type { Handler } from "./handler.ts";
import type { NccoChecker } from "./ncco/check.ts";
import type { HandOnFrom } from "./plugin/init.ts";
import type { StateKeeper } from "./plugin/store.ts";
import type { Templates } from "./template/templates.ts";
import type { RouteUrls } from "./template/urls.ts";

/** A type of handler: one folder of `src/handler`, and one line in `types.ts`. */
export interface HandlerType<
	Settings extends HandlerSettings = HandlerSettings,
	Authored = unknown,
	Resource = unknown,
> extends HandlerSpec<Settings, Authored> {
	/** Creates the resources that its handlers share and that outlive a reload, such as connections. Called once for each router. */
	createResource?(): Resource;
	/** Returns the circuits that the resource holds, for `/metrics`. Default: none. */
	circuits?(resource: Resource): readonly CircuitReading[];
	/** Closes these resources after the router has stopped. */
	closeResource?(resource: Resource): Promise<void>;
	/** Creates the builder of its handlers. Called once for each configuration. Its handlers share the builder's state. */
	createBuilder(
		ground: HandlerGround,
		resource: Resource,
	): HandlerBuilder<Settings>;
}

/** The types of handlers by name. */
export type HandlerTypes = ReadonlyMap<string, HandlerType>;

/** The resources of the types of a router, by the type's name. They outlive its reloads. */
export type HandlerResources = ReadonlyMap<string, unknown>;

/** Builds the handlers of one configuration. */
export interface HandlerBuilder<
	Settings extends HandlerSettings = HandlerSettings,
> {
	build(settings: Settings, site: HandlerSite): Built | Promise<Built>;
}

/** A handler, or the findings that explain why there is none. */
export interface Built {
	readonly handler: Handler | undefined;
	readonly findings: readonly Finding[];
}

/** The use of a handler: on which route, and whether as its handler or its fallback. */
export interface HandlerSite {
	readonly route: RouteSettings;
	readonly key: "handler" | "fallback";
	readonly kind: Kind;
	readonly mode: Mode;
}

/** A service of a route that fails again and again, or works again. */
export interface UpstreamState {
	readonly route: string;
	/** The service's name, such as its origin. */
	readonly upstream: string;
	readonly state: "open" | "closed";
	/** If it failed for an own event of the router, which MUST NOT cause another one. */
	readonly isOwn?: true;
}

/** The services of a router that its handlers may use. */
export interface HandlerGround {
	/** The absolute path of routes.yaml's folder. */
	readonly folder: string;
	readonly urls: RouteUrls;
	/** The parts that all templates share. */
	readonly templates: Templates;
	/** Undefined to only check: plugins are read and not set up, and no handler may be called. */
	readonly log: Log | undefined;
	/** Lets plugins reach other routes. */
	readonly handOn: HandOnFrom;
	/** Stores the state of plugins. */
	readonly keeper: StateKeeper;
	/** Called when a service that a route sends events to fails again and again, and when it works again. Default: not called. */
	readonly onUpstream?: ((change: UpstreamState) => void) | undefined;
	/** Gets the files that handlers are built from. */
	readonly inputs: Inputs;
	/** The URL that the platform calls, without a trailing slash. */
	readonly publicUrl: () => string;
	/** The shared checker of NCCOs. */
	readonly checker: NccoChecker;
	/** Creates the checker of one route, which logs advice on the NCCOs that the route answers. */
	readonly checkerOf: (site: HandlerSite) => NccoChecker;
}
