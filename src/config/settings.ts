import type { Level, Mode } from "../event/webhook.ts";
import type { Position } from "./finding.ts";

/** The checked and normalised form of routes.yaml: inner code never asks which spelling was used. */
export interface Settings {
	/** Absolute path of the file that was read first. */
	readonly file: string;
	/** Absolute folder that relative paths start from. */
	readonly folder: string;
	readonly server: ServerSettings;
	/** Networks defined in the file, by name; each a list of CIDRs with no host bits set. */
	readonly networks: ReadonlyMap<string, readonly string[]>;
	/** In the order of the files; disabled routes are left out. */
	readonly routes: readonly RouteSettings[];
}

/** Where to listen. An empty host is every address of the machine, IPv6 and IPv4. */
export type ListenSettings =
	| { readonly kind: "tcp"; readonly host: string; readonly port: number }
	| { readonly kind: "unix"; readonly path: string };

/** `server`, every default put in. */
export interface ServerSettings {
	readonly listen: readonly ListenSettings[];
	/** Without a trailing slash. */
	readonly publicUrl: string;
	/** False where `publicUrl` is a default, which follows the port that is listened on. */
	readonly isPublicUrlWritten: boolean;
	/** Names of networks, or CIDRs. */
	readonly trustedProxies: readonly string[];
	readonly bodyLimitBytes: number;
	readonly drainTimeoutMs: number;
}

/** An enabled route over the `defaults`. */
export interface RouteSettings {
	readonly name: string;
	/** Literal segments and `:name` segments, with a leading slash. */
	readonly path: string;
	/** The kind's name; for a route with `schema` the name of that schema, and then `schema` is its absolute path. */
	readonly kind: string | undefined;
	readonly schema: string | undefined;
	/** Upper case, as written; undefined takes the kind's, and never is where there is no kind. */
	readonly methods: readonly string[] | undefined;
	readonly level: Level;
	/** Field to accepted values; undefined matches everything. */
	readonly match: ReadonlyMap<string, readonly string[]> | undefined;
	/** Names of networks, or CIDRs; `any` admits every address. */
	readonly firewall: readonly string[];
	readonly signature: "none";
	readonly bodyLimitBytes: number;
	/** Undefined takes the kind's, and never is where there is no kind. */
	readonly mode: Mode | undefined;
	/** Milliseconds; undefined takes the kind's. */
	readonly timeoutMs: number | undefined;
	readonly handler: HandlerSettings;
	readonly fallback: HandlerSettings | undefined;
	readonly onDenied: "reject" | "report";
	readonly onInvalid: "reject" | "report";
	/**
	 * Where a key of this route stands: `locate("handler", "plugin")`; in `defaults` when it was
	 * inherited, the nearest parent when it is nowhere.
	 */
	locate(...keys: (string | number)[]): Position;
}

/** A handler; every path in it is absolute, and its file exists. */
export type HandlerSettings =
	| {
			readonly type: "plugin";
			/** A bare name for `plugins/`, or an absolute path that is not yet looked for. */
			readonly plugin: string;
			readonly options: unknown;
	  }
	| { readonly type: "ncco"; readonly ncco: string | readonly unknown[] }
	| ({ readonly type: "static" } & StaticSettings);

/** A fixed answer: exactly one of `text`, `json` and `file`, or none for an empty body. */
export interface StaticSettings {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly text?: string | undefined;
	readonly json?: unknown;
	/** Absolute path. */
	readonly file?: string | undefined;
}
