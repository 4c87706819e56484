import type Router from "@koa/router";
import Koa from "koa";
import type { AdminTokenSettings } from "../config/settings.ts";
import { createThrottle } from "../observe/throttle.ts";
import { createAttempts } from "./access/attempts.ts";
import {
	createAuthentication,
	createTokenGuard,
} from "./access/authenticate.ts";
import { createSessions } from "./access/sessions.ts";
import { createTokens } from "./access/tokens.ts";
import type { AdminState } from "./context.ts";
import {
	answerProblems,
	expectOwnHost,
	readTarget,
	setSecurityHeaders,
} from "./guard.ts";
import { createMetricsRoute, createProbeRoutes } from "./health.ts";
import type { AdminOperation } from "./operation.ts";
import { createOperationRoutes, wrongMethod } from "./operations.ts";
import { createBundleRoutes } from "./pages/bundle.ts";
import { createPageRoutes } from "./pages/pages.ts";
import { createPullRoutes } from "./pull.ts";
import type { AdminRouter } from "./router.ts";
import { createSessionRoutes } from "./session.ts";

export interface AdminAppOptions {
	readonly router: AdminRouter;
	readonly operations: readonly AdminOperation[];
	/** The folder that the page was built to. */
	readonly page: string;
	/** The hash of the token that the router made. */
	readonly madeToken: Buffer;
	/** Returns the address that the listener is bound to. */
	readonly address: () => string;
	/** Aborts when the listener closes. */
	readonly stop: AbortSignal;
	/** Returns milliseconds of a monotonic clock, for sessions and attempts. Default performance.now. */
	readonly now?: (() => number) | undefined;
}

/** Creates the Koa application of the admin listener. */
export function createAdminApp({
	router,
	operations,
	page,
	madeToken,
	address,
	stop,
	now,
}: AdminAppOptions): Koa<AdminState> {
	const written = (): readonly AdminTokenSettings[] =>
		router.settings().admin?.tokens ?? [];
	const tokens = createTokens(madeToken, written);
	const throttle = createThrottle({ intervalMs: WRONG_TOKENS_MS });
	const guard = createTokenGuard(createAttempts({ now }), (client) =>
		throttle.pass(client, (notShown) =>
			router.log.warn(
				{ client, ...(notShown > 0 && { notShown }) },
				"a request to the admin listener had a wrong token",
			),
		),
	);
	const authentication = createAuthentication({
		tokens,
		guard,
		sessions: createSessions(tokens, { now }),
	});
	const app = new Koa<AdminState>();
	// Faults are answered and logged by `answerProblems`. The rest are connections that ended early.
	app.silent = true;
	app.on("error", () => {});
	app.use(setSecurityHeaders());
	app.use(answerProblems(router));
	app.use(readTarget(router));
	mount(app, createProbeRoutes(router, authentication));
	app.use(expectOwnHost(router, address));
	mount(app, createMetricsRoute(router, authentication, address));
	mount(app, createPullRoutes({ router, guard, stop }));
	mount(app, createSessionRoutes(authentication));
	mount(app, createBundleRoutes(page));
	mount(app, createPageRoutes(operations));
	mount(
		app,
		createOperationRoutes({ operations, router, authentication, stop }),
	);
	return app;
}

// --- helpers ---

/** The span of one line about the wrong tokens of an address. */
const WRONG_TOKENS_MS = 60_000;

/** Adds routes, with a problem for methods that a path does not take. */
function mount(app: Koa<AdminState>, routes: Router<AdminState>): void {
	app.use(routes.routes());
	app.use(async (ctx, next) => {
		const { path, pathAndMethod } = routes.match(ctx.path, ctx.method);
		if (path.length > 0 && pathAndMethod.length === 0) {
			throw wrongMethod(
				ctx.method,
				path.flatMap(({ methods }) => methods),
			);
		}
		await next();
	});
}
