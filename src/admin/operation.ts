import type { AdminTokenSettings } from "../config/settings.ts";
import type { AdminRouter } from "./router.ts";

/** The scopes of a token. `operate` includes `read`. `reveal` lifts masks, and includes neither. */
export const ADMIN_SCOPES: readonly AdminScope[] = [
	"read",
	"operate",
	"reveal",
];
export type AdminScope = AdminTokenSettings["scopes"][number];

/** A JSON Schema (2020-12), which the OpenAPI 3.1 document contains as it is. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A parsed and validated request of the admin API. */
export interface AdminRequest {
	/** The values of the `:name` segments of the path, decoded. */
	readonly params: Readonly<Record<string, string>>;
	/** The query, coerced by the operation's schema. */
	readonly query: Readonly<Record<string, unknown>>;
	/** The JSON body, validated by the operation's schema. Undefined if the operation has no body. */
	readonly body: unknown;
	/** The headers of the request, by their names in lower case. */
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly scopes: ReadonlySet<AdminScope>;
	/** The name of the token, for the log and for reasons that are kept. */
	readonly actor: string;
	readonly router: AdminRouter;
	/** Aborts when the client disconnects or the router stops. */
	readonly signal: AbortSignal;
}

/** The answer of an operation. A body that is an iterable is streamed. */
export interface AdminAnswer {
	/** Default 200. */
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string>>;
	/** An object is sent as JSON. */
	readonly body?: unknown;
	/** Sent chunk by chunk with the given content type, as for exports and server-sent events. */
	readonly stream?: {
		readonly type: string;
		readonly chunks: AsyncIterable<string | Uint8Array>;
	};
}

/**
 * One operation of the admin API. The table `api/index.ts` lists all of them. Both the routes and the OpenAPI document are
 * built from it, so they cannot differ.
 */
export interface AdminOperation {
	/** Unique, in camelCase: the operationId of OpenAPI. */
	readonly id: string;
	readonly method: "GET" | "POST" | "PUT" | "DELETE";
	/** The path below `/api/v1`, with `:name` segments. */
	readonly path: string;
	/** The group in the documentation. */
	readonly tag: string;
	readonly scope: AdminScope;
	/** True for a POST that only reads: its body is too large for a query. Default false. */
	readonly isReading?: true;
	/** One sentence. */
	readonly summary: string;
	readonly description?: string;
	/** True if only a running router can do it. A listener over an inbox alone answers `unavailable`. Default false. */
	readonly needsRouter?: true;
	/** The schema of the query: an object schema with a property for each parameter. Default: no parameter. */
	readonly query?: JsonSchema;
	/** The schema of the JSON body. Default: no body. */
	readonly body?: JsonSchema;
	/** The answers by status, without those that all operations have (400, 401, 403, 404 …). */
	readonly answers: Readonly<
		Record<
			number,
			{
				readonly description: string;
				readonly schema?: JsonSchema;
				/** Default `application/json`. */
				readonly type?: string;
			}
		>
	>;
	/** Throws an `AdminProblem` for a request that cannot be met. */
	handle(request: AdminRequest): AdminAnswer | Promise<AdminAnswer>;
}
