import { memo } from "../memo.ts";
import type { Access } from "./access/tokens.ts";
import { notFound } from "./guard.ts";
import type { AdminAnswer, AdminOperation } from "./operation.ts";
import { expectAvailable, expectScope, fits } from "./operations.ts";
import { ADMIN_PROBLEMS, AdminProblem } from "./problem.ts";
import type { AdminRouter } from "./router.ts";
import { createValidators, type RequestValidator } from "./validate.ts";

/** The parts of a call besides its operation. */
export interface DirectCall {
	/** As in a URL, without the question mark. */
	readonly query?: string;
	readonly body?: unknown;
	readonly signal?: AbortSignal | undefined;
}

/** The answer of an operation, as a client of the listener would get it. */
export interface DirectAnswer {
	readonly status: number;
	readonly body: unknown;
	/** The advice of a problem. Undefined if the call succeeded. */
	readonly problem: string | undefined;
}

/** Calls the operations of the API without a listener. */
export type DirectCaller = (
	method: string,
	path: string,
	call?: DirectCall,
) => Promise<DirectAnswer>;

/** Creates the caller for one router, with the rights of `access`. The checks are those of the listener. */
export function createDirectCaller({
	operations,
	router,
	access,
}: {
	readonly operations: readonly AdminOperation[];
	readonly router: AdminRouter;
	readonly access: Pick<Access, "actor" | "scopes">;
}): DirectCaller {
	const compile = createValidators();
	const validators = new Map<AdminOperation, RequestValidator>();
	return async (method, path, { query = "", body, signal } = {}) => {
		try {
			const operation = operations.find(
				(one) => one.method === method && fits(one.path, path),
			);
			if (operation === undefined) throw notFound();
			expectScope(access.scopes, operation.scope);
			expectAvailable(operation, router);
			const validate = memo(validators, operation, () => compile(operation));
			const answer = await operation.handle({
				params: paramsOf(operation.path, path),
				query: validate.query(query),
				body: validate.body(body),
				headers: {},
				...access,
				router,
				signal: signal ?? new AbortController().signal,
			});
			return await toAnswer(answer);
		} catch (error) {
			if (!(error instanceof AdminProblem)) throw error;
			const { code, message } = error;
			const status = ADMIN_PROBLEMS[code];
			return { status, body: { code, detail: message }, problem: message };
		}
	};
}

// --- helpers ---

async function toAnswer({
	status = 200,
	body,
	stream,
}: AdminAnswer): Promise<DirectAnswer> {
	if (stream === undefined)
		// Undefined properties are absent, as in JSON.
		return {
			status,
			body: body && JSON.parse(JSON.stringify(body)),
			problem: undefined,
		};
	let text = "";
	for await (const chunk of stream.chunks)
		text += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
	const isJson = stream.type === "application/json";
	return { status, body: isJson ? JSON.parse(text) : text, problem: undefined };
}

function paramsOf(pattern: string, path: string): Record<string, string> {
	const given = path.split("/");
	return Object.fromEntries(
		pattern.split("/").flatMap((part, at) => {
			if (!part.startsWith(":")) return [];
			return [[part.slice(1), decodeURIComponent(given[at] ?? "")]];
		}),
	);
}
