import type Koa from "koa";
import type { Access } from "./access/tokens.ts";

/** The state of a request to the admin listener. */
export interface AdminState {
	/** Undefined until the request is authenticated. */
	access?: Access;
	/** The client's address, as the trusted proxies name it. */
	address: string;
}

export type AdminContext = Koa.ParameterizedContext<AdminState>;
export type AdminMiddleware = Koa.Middleware<AdminState>;
