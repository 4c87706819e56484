import type { IncomingMessage } from "node:http";
import Router from "@koa/router";
import { isRecord } from "../event/is-record.ts";
import type { Authentication } from "./access/authenticate.ts";
import { expectOrigin } from "./access/hosts.ts";
import { narrow } from "./access/narrow.ts";
import type { Access } from "./access/tokens.ts";
import { readJson } from "./body.ts";
import type { AdminContext, AdminState } from "./context.ts";
import { AdminProblem } from "./problem.ts";

/** Creates the routes of sessions: a browser exchanges a token for a cookie that scripts cannot read. */
export function createSessionRoutes(
	authentication: Authentication,
): Router<AdminState> {
	const router = new Router<AdminState>();
	router.get("/session", (ctx) => {
		ctx.body = describe(authenticate(ctx, authentication));
	});
	router.post("/session", readJson(), (ctx) => {
		const body: unknown = ctx.request.body;
		const token = isRecord(body) ? body.token : undefined;
		if (typeof token !== "string" || token === "") {
			throw new AdminProblem(
				"bad-request",
				'The body has no token. Send `{"token": "…"}`.',
			);
		}
		const secret = authentication.exchange(token, ctx.state.address);
		ctx.set("Set-Cookie", writeCookie(ctx.req, secret));
		const access = authentication.authenticate({
			authorization: undefined,
			cookie: secret,
			address: ctx.state.address,
		});
		ctx.body = describe(access);
	});
	router.delete("/session", (ctx) => {
		const cookie = readCookie(ctx.req);
		expectOrigin(ctx.req as Sourced, { isSession: cookie !== undefined });
		if (cookie !== undefined) authentication.close(cookie);
		ctx.set("Set-Cookie", `${writeCookie(ctx.req, "")}; Max-Age=0`);
		ctx.status = 204;
	});
	return router;
}

/** Authenticates a request by its token or the cookie of its session. Throws `wrong-origin` too. */
export function authenticate(
	{ req, state }: Pick<AdminContext, "req" | "state">,
	authentication: Authentication,
): Access {
	const access = authentication.authenticate({
		authorization: req.headers.authorization,
		cookie: readCookie(req),
		address: state.address,
	});
	expectOrigin(req as Sourced, access);
	return narrow(access, req.headers);
}

// --- helpers ---

type Sourced = IncomingMessage & { readonly method: string };

function describe({ actor, scopes }: Access) {
	return { actor, scopes: [...scopes].sort() };
}

/** Cookies belong to a host, not to its ports. So the name has the port, and two routers of a machine do not mix theirs up. */
function cookieName({ socket }: IncomingMessage): string {
	return `switchhook-${socket.localPort ?? 0}`;
}

function writeCookie(req: IncomingMessage, secret: string): string {
	const isSecure = "encrypted" in req.socket;
	return `${cookieName(req)}=${secret}; Path=/; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}`;
}

function readCookie(req: IncomingMessage): string | undefined {
	const name = cookieName(req);
	for (const part of (req.headers.cookie ?? "").split(";")) {
		const at = part.indexOf("=");
		if (at !== -1 && part.slice(0, at).trim() === name) {
			return part.slice(at + 1).trim() || undefined;
		}
	}
	return undefined;
}
