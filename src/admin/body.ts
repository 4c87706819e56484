import bodyParser from "koa-bodyparser";
import type { AdminContext, AdminMiddleware } from "./context.ts";
import { AdminProblem } from "./problem.ts";

/** Reads the JSON body of a request into `ctx.request.body`. Throws `too-large`, `wrong-type` and `bad-request`. */
export function readJson(): AdminMiddleware {
	const parse = bodyParser({
		enableTypes: ["json"],
		jsonLimit: String(BODY_LIMIT_BYTES),
		onerror(error) {
			throw toProblem(error as BodyError);
		},
	});
	return async (ctx, next) => {
		if (!ctx.request.is("application/json")) {
			throw new AdminProblem(
				"wrong-type",
				"The body must be JSON. Send `Content-Type: application/json`.",
			);
		}
		// The client waits for this before it sends the body (RFC 9110 section 10.1.1).
		if (ctx.req.headers.expect !== undefined) ctx.res.writeContinue();
		await parse(ctx, async () => {
			expectFlat(String(ctx.request.rawBody));
			await next();
		});
	};
}

/** Returns true if a request has a body, which one of the two headers announces (RFC 9112 section 6). */
export function hasBody({ req }: Pick<AdminContext, "req">): boolean {
	const { headers } = req;
	return (
		headers["transfer-encoding"] !== undefined ||
		Number(headers["content-length"] ?? 0) !== 0
	);
}

/** The largest body, in bytes. */
export const BODY_LIMIT_BYTES = 1_000_000;

// --- helpers ---

interface BodyError extends Error {
	readonly status?: number;
	readonly type?: string;
}

function toProblem({ status, message }: BodyError): AdminProblem {
	if (status === 413) {
		return new AdminProblem(
			"too-large",
			`The body is larger than ${BODY_LIMIT_BYTES} bytes. Send less at once.`,
		);
	}
	if (status === 415) {
		return new AdminProblem(
			"wrong-type",
			"The body has an encoding that is not supported. Send it uncompressed, in UTF-8.",
		);
	}
	return new AdminProblem(
		"bad-request",
		/abort/i.test(message)
			? "The body ended too early."
			: "The body is not a JSON object. Correct its syntax.",
	);
}

const DEPTH_MAX = 64;

/** Refuses JSON that is nested more deeply than any body of the API. Code that walks it could exhaust the stack. */
function expectFlat(text: string): void {
	let depth = 0;
	let isText = false;
	for (let at = 0; at < text.length; at++) {
		const sign = text[at];
		if (isText) {
			if (sign === "\\") at += 1;
			else if (sign === '"') isText = false;
		} else if (sign === '"') isText = true;
		else if (sign === "[" || sign === "{") {
			depth += 1;
			if (depth > DEPTH_MAX) {
				throw new AdminProblem(
					"bad-request",
					`The body is nested more than ${DEPTH_MAX} levels deep.`,
				);
			}
		} else if (sign === "]" || sign === "}") depth -= 1;
	}
}
