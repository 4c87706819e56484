import { HookError } from "../errors.ts";
import { expectHost, expectOrigin } from "./access/hosts.ts";
import type { AdminMiddleware } from "./context.ts";
import {
	ADMIN_PROBLEMS,
	AdminProblem,
	PROBLEM_TYPE,
	toProblemBody,
} from "./problem.ts";
import type { AdminRouter } from "./router.ts";

/** Sets the headers that every answer has. A page sets a policy of its own. */
export function setSecurityHeaders(): AdminMiddleware {
	return async (ctx, next) => {
		ctx.set(SECURITY_HEADERS);
		await next();
	};
}

/** Answers every error as a problem. Faults of the router are logged, and the client learns nothing about them. */
export function answerProblems(router: AdminRouter): AdminMiddleware {
	return async (ctx, next) => {
		try {
			await next();
			if (ctx.status === 404 && ctx.body === undefined) throw notFound();
		} catch (error) {
			const problem = toProblem(error, router, ctx.path);
			ctx.status = ADMIN_PROBLEMS[problem.code];
			ctx.set(problem.headers);
			ctx.body = toProblemBody(problem);
			ctx.type = PROBLEM_TYPE;
			// The rest of a refused body is not read.
			if (!ctx.req.complete) ctx.set("Connection", "close");
		}
	};
}

/** Refuses malformed targets, and notes the client's address. */
export function readTarget(router: AdminRouter): AdminMiddleware {
	return async (ctx, next) => {
		const target = ctx.req.url ?? "";
		// Koa would take the path of an absolute URL, whose host nobody checked.
		if (!target.startsWith("/") || target.startsWith("//")) {
			throw new AdminProblem(
				"bad-request",
				"The target of the request is not a path.",
			);
		}
		const { findClient } = router.runtime();
		const client = findClient(ctx.req.socket.remoteAddress, ctx.req.headers);
		ctx.state.address = client.address?.text ?? "unknown";
		await next();
	};
}

/** Refuses requests for another host, and from pages of other origins. */
export function expectOwnHost(
	router: AdminRouter,
	address: () => string,
): AdminMiddleware {
	return async (ctx, next) => {
		const names = router.settings().admin?.hosts ?? [];
		const source = {
			method: ctx.method,
			rawHeaders: ctx.req.rawHeaders,
			headers: ctx.req.headers,
		};
		expectHost(source, { address: address(), names });
		expectOrigin(source, { isSession: false });
		await next();
	};
}

/** The policy of answers that are not pages: nothing may be loaded, framed or submitted. */
export const NOTHING_POLICY =
	"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** The policy of a page: only files of this origin, and requests to it. */
export const PAGE_POLICY =
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

export function notFound(
	detail = "There is nothing at this path. `/api/v1/docs` lists all operations.",
): AdminProblem {
	return new AdminProblem("not-found", detail);
}

// --- helpers ---

const SECURITY_HEADERS = {
	"Content-Security-Policy": NOTHING_POLICY,
	"X-Content-Type-Options": "nosniff",
	"X-Frame-Options": "DENY",
	"Referrer-Policy": "no-referrer",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cross-Origin-Opener-Policy": "same-origin",
	"Cache-Control": "no-store",
} as const;

function toProblem(
	error: unknown,
	{ log }: AdminRouter,
	path: string,
): AdminProblem {
	if (error instanceof AdminProblem) return error;
	// The client ended the request while its body was read.
	const { status, expose } = error as { status?: number; expose?: boolean };
	if (expose === true && status === 400) {
		return new AdminProblem("bad-request", "The request is malformed.");
	}
	// An outage is not a fault of the router, and it may last. The worker logs one line about it.
	if (error instanceof HookError && error.code === "INBOX_UNAVAILABLE") {
		return new AdminProblem(
			"unavailable",
			"The store of events does not answer. The log of the router has the reason.",
		);
	}
	log.error({ err: error, path }, "a request to the admin API failed");
	return new AdminProblem(
		"internal",
		"The router could not do this. Its log has the reason.",
	);
}
