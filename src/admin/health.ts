import Router from "@koa/router";
import { isLoopback } from "../gate/address.ts";
import type { Authentication } from "./access/authenticate.ts";
import { isLocal } from "./access/hosts.ts";
import type { AdminContext, AdminState } from "./context.ts";
import { expectScope } from "./operations.ts";
import type { AdminRouter } from "./router.ts";
import { authenticate } from "./session.ts";

/** The probes of an orchestrator, which have no token and call by any name. */
export function createProbeRoutes(
	router: AdminRouter,
	authentication: Authentication,
): Router<AdminState> {
	const routes = new Router<AdminState>({ strict: true, sensitive: true });
	routes.get("/healthz", (ctx) => {
		ctx.body = { status: "ok" };
	});
	routes.get("/readyz", async (ctx) => {
		const checks = await router.readiness();
		const isReady = checks.every(({ isOk }) => isOk);
		// A reason may name files and hosts.
		const isShown = isAuthorized(ctx, authentication);
		ctx.status = isReady ? 200 : 503;
		ctx.body = {
			status: isReady ? "ready" : "not ready",
			checks: checks.map(({ name, isOk, reason }) => ({
				name,
				ok: isOk,
				...(isShown && reason !== undefined && { reason }),
			})),
		};
	});
	return routes;
}

/** Serves the metrics for Prometheus. On loopback no token is needed. */
export function createMetricsRoute(
	router: AdminRouter,
	authentication: Authentication,
	address: () => string,
): Router<AdminState> {
	const routes = new Router<AdminState>({ strict: true, sensitive: true });
	routes.get("/metrics", async (ctx) => {
		const isOpen = isLoopback(address()) && isLocal(ctx.req);
		if (!isOpen || ctx.req.headers.authorization !== undefined) {
			expectScope(authenticate(ctx, authentication).scopes, "read");
		}
		const { type, text } = await router.metrics();
		ctx.body = text;
		ctx.type = type;
	});
	return routes;
}

// --- helpers ---

function isAuthorized(
	ctx: AdminContext,
	authentication: Authentication,
): boolean {
	// A probe without a token is not an attempt to guess one.
	if (ctx.req.headers.authorization === undefined) return false;
	try {
		return authenticate(ctx, authentication).scopes.has("read");
	} catch {
		return false;
	}
}
