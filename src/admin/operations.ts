import { Readable } from "node:stream";
import Router from "@koa/router";
import { once } from "../memo.ts";
import type { Authentication } from "./access/authenticate.ts";
import { challenge } from "./access/authenticate.ts";
import { hasBody, readJson } from "./body.ts";
import type { AdminContext, AdminState } from "./context.ts";
import { notFound } from "./guard.ts";
import type { AdminAnswer, AdminOperation, AdminScope } from "./operation.ts";
import { AdminProblem } from "./problem.ts";
import type { AdminRouter } from "./router.ts";
import { authenticate } from "./session.ts";
import { createValidators } from "./validate.ts";

/** The parts that the operations of the API work with. */
export interface OperationsOptions {
	readonly operations: readonly AdminOperation[];
	readonly router: AdminRouter;
	readonly authentication: Authentication;
	/** Aborts when the listener closes. */
	readonly stop: AbortSignal;
}

/** The path of the API. */
export const API_PATH = "/api/v1";

/** Creates the routes of the operations: token, scope, query and body are checked in this order, before an operation runs. */
export function createOperationRoutes({
	operations,
	router: target,
	authentication,
	stop,
}: OperationsOptions): Router<AdminState> {
	const router = new Router<AdminState>({
		prefix: API_PATH,
		strict: true,
		sensitive: true,
	});
	// Compiled when it is first used, because a start should be fast.
	const compile = once(createValidators);
	const json = readJson();
	for (const operation of operations) {
		const validator = once(() => compile()(operation));
		router.register(operation.path, [operation.method], async (ctx) => {
			const access = authenticate(ctx, authentication);
			expectScope(access.scopes, operation.scope);
			expectAvailable(operation, target);
			const validate = validator();
			const query = validate.query(ctx.querystring);
			const isSent = hasBody(ctx);
			if (isSent && operation.body === undefined) throw NO_BODY();
			if (isSent) await json(ctx, async () => {});
			const body = validate.body(isSent ? ctx.request.body : undefined);
			const params = readParams(ctx.params);
			const answer = await operation.handle({
				params,
				query,
				body,
				headers: ctx.req.headers,
				scopes: access.scopes,
				actor: access.actor,
				router: target,
				signal: signalOf(ctx, stop),
			});
			write(ctx, answer);
			if (operation.method === "GET") return;
			const { actor } = access;
			target.tell({
				...{ type: "action", at: Date.now(), actor, operation: operation.id },
				...(Object.keys(params).length > 0 && { params }),
			});
		});
	}
	// What no operation takes. The token comes first, so that a stranger learns nothing.
	router.all("/*path", (ctx) => {
		authenticate(ctx, authentication);
		const path = ctx.path.slice(API_PATH.length);
		const methods = operations
			.filter(({ path: pattern }) => fits(pattern, path))
			.map(({ method }) => method);
		if (methods.length === 0) throw notFound();
		throw wrongMethod(ctx.method, methods);
	});
	return router;
}

/** Names the methods that a path takes. */
export function wrongMethod(
	method: string,
	allowed: readonly string[],
): AdminProblem {
	const all = allowed.includes("GET") ? ["HEAD", ...allowed] : allowed;
	const list = [...new Set(all)].sort().join(", ");
	return new AdminProblem(
		"wrong-method",
		`The path does not take ${method}. It takes ${list}.`,
		{ Allow: list },
	);
}

/** Throws `unavailable` for an operation that needs a router where none runs. */
export function expectAvailable(
	{ needsRouter, summary }: Pick<AdminOperation, "needsRouter" | "summary">,
	router: Pick<AdminRouter, "about">,
): void {
	if (needsRouter !== true || router.about().mode === "router") return;
	throw new AdminProblem(
		"unavailable",
		`Only a running router does this: ${summary} None is behind this process. Start one with \`switchhook serve\`, and call its admin listener.`,
	);
}

/** Throws `missing-scope`. */
export function expectScope(
	scopes: ReadonlySet<AdminScope>,
	scope: AdminScope,
): void {
	if (scopes.has(scope)) return;
	throw new AdminProblem(
		"missing-scope",
		`The token lacks the scope \`${scope}\`. Use another token, or add the scope to it in \`admin.tokens\`.`,
		challenge(`error="insufficient_scope", scope="${scope}"`),
	);
}

/** Returns true if a path has the form of an operation's path. */
export function fits(pattern: string, path: string): boolean {
	const wanted = pattern.split("/");
	const given = path.split("/");
	return (
		wanted.length === given.length &&
		wanted.every((part, at) =>
			part.startsWith(":") ? given[at] !== "" : part === given[at],
		)
	);
}

// --- helpers ---

const NO_BODY = (): AdminProblem =>
	new AdminProblem("bad-request", "This operation takes no body.");

/** Returns the decoded segments. Throws `bad-request` for one that no id has. */
function readParams(
	params: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
	const entries = Object.entries(params).map(([name, value = ""]) => {
		// biome-ignore lint/suspicious/noControlCharactersInRegex: these are refused
		if (value.length > PARAM_LENGTH_MAX || /[\u0000-\u001f\u007f%]/.test(value))
			throw new AdminProblem("bad-request", `The ${name} is malformed.`);
		return [name, value] as const;
	});
	return Object.fromEntries(entries);
}

const PARAM_LENGTH_MAX = 200;

/** Aborts when the connection closes before the answer ends, or the listener closes. */
export function signalOf(
	{ res }: Pick<AdminContext, "res">,
	stop: AbortSignal,
): AbortSignal {
	const controller = new AbortController();
	const end = (): void => controller.abort();
	res.once("close", () => {
		stop.removeEventListener("abort", end);
		end();
	});
	stop.addEventListener("abort", end);
	if (stop.aborted) end();
	return controller.signal;
}

function write(
	ctx: AdminContext,
	{ status = 200, headers = {}, body, stream }: AdminAnswer,
): void {
	ctx.status = status;
	ctx.set({ ...headers });
	if (stream !== undefined) {
		ctx.type = stream.type;
		ctx.body = Readable.from(stream.chunks, { objectMode: false });
	} else if (body !== undefined) {
		ctx.body = JSON.stringify(body);
		ctx.type = "application/json";
	} else if (status === 200) ctx.status = 204;
}
