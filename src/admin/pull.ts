import { timingSafeEqual } from "node:crypto";
import Router from "@koa/router";
import { HookError } from "../errors.ts";
import { parseDuration } from "../finding/units.ts";
import { toEventJson } from "../handler/event-json.ts";
import type { PullToken } from "../handler/handler.ts";
import { once } from "../memo.ts";
import type { Pulled, PullTarget } from "../runtime/inbox/pull-leases.ts";
import type { LeaseEnd, LeaseName, Pulls } from "../runtime/inbox/pulls.ts";
import { challenge, type Guard, readBearer } from "./access/authenticate.ts";
import { hasBody, readJson } from "./body.ts";
import type { AdminContext, AdminState } from "./context.ts";
import { notFound } from "./guard.ts";
import type { JsonSchema } from "./operation.ts";
import { signalOf, wrongMethod } from "./operations.ts";
import { AdminProblem } from "./problem.ts";
import type { AdminRouter } from "./router.ts";
import { createValidators } from "./validate.ts";

export interface PullRoutesOptions {
	readonly router: AdminRouter;
	readonly guard: Guard;
	/** Aborts when the listener closes. */
	readonly stop: AbortSignal;
}

/** Serves the events of routes with the handler `pull` to services that fetch them, each with a token of its route. */
export function createPullRoutes({
	router,
	guard,
	stop,
}: PullRoutesOptions): Router<AdminState> {
	const routes = new Router<AdminState>({ strict: true, sensitive: true });
	const json = readJson();
	// Compiled when they are first used, because a start should be fast.
	const compile = once(createValidators);
	const actions = new Map(
		Object.entries(ACTIONS).map(([name, action]) => [
			name,
			{ ...action, validator: once(() => compile()(action)) },
		]),
	);
	routes.all("/pull/*path", async (ctx) => {
		const { name, action } = readPath(ctx.path);
		const target = router.runtime().pulled.get(name);
		// The token comes first, so that a stranger learns nothing about routes.
		expectToken(ctx, guard, target?.tokens ?? []);
		const { pulls } = router;
		const found = actions.get(action);
		if (target === undefined || !found) throw notFound();
		if (pulls === undefined)
			throw new AdminProblem(
				"unavailable",
				"No router with an inbox runs in this process.",
			);
		if (ctx.method !== "POST") throw wrongMethod(ctx.method, ["POST"]);
		const validate = found.validator();
		const query = validate.query(ctx.querystring);
		const isSent = hasBody(ctx);
		if (isSent) await json(ctx, async () => {});
		const body = validate.body(isSent ? ctx.request.body : undefined);
		const sent = { ...query, ...(body as Sent) };
		const signal = signalOf(ctx, stop);
		const answer = await answerWith(() =>
			found.handle({ pulls, target, sent, signal }),
		);
		if (answer === undefined) ctx.status = 204;
		else {
			ctx.body = JSON.stringify(answer);
			ctx.type = "application/json";
		}
	});
	return routes;
}

// --- helpers ---

interface Sent {
	readonly max?: number;
	readonly wait?: string;
	readonly lease?: string;
	readonly delay?: string;
	readonly reason?: string;
	readonly giveUp?: boolean;
	readonly for?: string;
}

interface Asked {
	readonly pulls: Pulls;
	readonly target: PullTarget;
	readonly sent: Sent;
	readonly signal: AbortSignal;
}

/** One thing that a service does. */
interface Action {
	readonly query?: JsonSchema;
	readonly body: JsonSchema;
	/** Returns the body of the answer. Undefined for an empty one. */
	handle(asked: Asked): Promise<object | undefined>;
}

const LEASE: JsonSchema = { type: "string", minLength: 1, maxLength: 300 };
const DURATION: JsonSchema = { type: "string", minLength: 1, maxLength: 30 };
const WANTED = {
	max: { type: "integer", minimum: 1, maximum: 100 },
	wait: DURATION,
};

/** The actions by the last segment of the path. The empty one fetches events. */
const ACTIONS: Readonly<Record<string, Action>> = {
	"": {
		query: { type: "object", properties: WANTED },
		body: { type: "object", properties: WANTED },
		async handle({ pulls, target, sent, signal }) {
			const waitMs = readMs("wait", sent.wait, WAIT_MAX_MS) ?? 0;
			const { max = 1 } = sent;
			const pulled = await pulls.pull(target, { max, waitMs, signal });
			return { events: pulled.map(toShown) };
		},
	},
	ack: {
		body: bodyOf({}),
		async handle({ pulls, target, sent }) {
			const lease = readLease(sent);
			expectDone(await pulls.ack(target, lease), lease);
			return undefined;
		},
	},
	nack: {
		body: bodyOf({
			delay: DURATION,
			reason: { type: "string", maxLength: 1000 },
			giveUp: { type: "boolean" },
		}),
		async handle({ pulls, target, sent }) {
			const lease = readLease(sent);
			const { reason, giveUp: isFinal = false } = sent;
			const afterMs = readMs("delay", sent.delay, DELAY_MAX_MS);
			const returning = { afterMs, reason, isFinal };
			const { verdict } = expectDone(
				await pulls.nack(target, lease, returning),
				lease,
			);
			return {
				state: verdict?.as,
				...(verdict?.as === "waiting" && {
					retryInMs: Math.round(verdict.afterMs),
				}),
			};
		},
	},
	extend: {
		body: bodyOf({ for: DURATION }),
		async handle({ pulls, target, sent }) {
			const lease = readLease(sent);
			const forMs =
				readMs("for", sent.for, LEASE_MAX_MS, 1000) ?? target.leaseMs;
			const end = await pulls.extend(target, lease, forMs);
			expectDone(end, lease);
			return { expiresAt: new Date(end.until ?? 0).toISOString() };
		},
	},
};

const WAIT_MAX_MS = 60_000;
const DELAY_MAX_MS = 7 * 86_400_000;
const LEASE_MAX_MS = 12 * 3_600_000;

function bodyOf(more: Readonly<Record<string, JsonSchema>>): JsonSchema {
	return {
		type: "object",
		required: ["lease"],
		properties: { lease: LEASE, ...more },
	};
}

/** Returns the name of the route and the action. The name may have a slash, written as it is or as `%2F`. */
function readPath(path: string): {
	readonly name: string;
	readonly action: string;
} {
	let names: readonly string[];
	try {
		names = path.slice("/pull/".length).split("/").map(decodeURIComponent);
	} catch {
		throw new AdminProblem("bad-request", "The path is malformed.");
	}
	const last = names.at(-1) ?? "";
	const isAction =
		names.length > 1 && last !== "" && Object.hasOwn(ACTIONS, last);
	return isAction
		? { name: names.slice(0, -1).join("/"), action: last }
		: { name: names.join("/"), action: "" };
}

/** Throws `no-token`, `bad-token` and `too-many-attempts`. */
function expectToken(
	{ req, state }: AdminContext,
	guard: Guard,
	tokens: readonly PullToken[],
): void {
	const { authorization } = req.headers;
	if (authorization === undefined) {
		throw new AdminProblem(
			"no-token",
			"The request has no token. Send `Authorization: Bearer <token>` with a token of the route.",
			challenge(),
		);
	}
	const known = {
		isMade: () => false,
		find(hash: Buffer) {
			let found: PullToken | undefined;
			// All are compared, whatever was found, so that the time tells nothing.
			for (const one of tokens)
				if (timingSafeEqual(hash, Buffer.from(one.sha256, "hex"))) found = one;
			return found && { name: found.name, scopes: NO_SCOPES };
		},
	};
	guard.prove(
		readBearer(authorization),
		state.address,
		known,
		"Send the token of the route's `pull`. The tokens of `admin` do not work here.",
	);
}

const NO_SCOPES: ReadonlySet<never> = new Set();

function toShown({ lease, event, until }: Pulled): object {
	return {
		lease: `${lease.id}:${lease.attempt}`,
		expiresAt: new Date(until).toISOString(),
		...toEventJson(event),
	};
}

/** Reads the lease that `toShown` wrote. */
function readLease({ lease = "" }: Sent): LeaseName {
	const [, id, attempt] = /^([\w~.-]+):([1-9]\d{0,8})$/.exec(lease) ?? [];
	if (id !== undefined && attempt !== undefined)
		return { id, attempt: Number(attempt) };
	throw new AdminProblem(
		"bad-request",
		'The property "lease" is not a lease. Send the `lease` of the event.',
	);
}

function readMs(
	name: string,
	text: string | undefined,
	maxMs: number,
	minMs = 0,
): number | undefined {
	if (text === undefined) return undefined;
	const ms = parseDuration(text);
	if (ms !== undefined && ms >= minMs && ms <= maxMs) return ms;
	throw new AdminProblem(
		"bad-request",
		`The property "${name}" is not a duration that is allowed here. Send ${minMs > 0 ? `from ${minMs / 1000}s ` : ""}at most ${maxMs / 1000}s, such as \`20s\`.`,
	);
}

/** Throws `conflict` for a lease that has ended, and `not-found` for one that never was. */
function expectDone(
	end: LeaseEnd,
	{ id }: LeaseName,
): Extract<LeaseEnd, { as: "done" }> {
	if (end.as === "done") return end;
	if (end.as === "unknown")
		throw new AdminProblem(
			"not-found",
			`The route has no event ${id} that the inbox holds.`,
		);
	throw new AdminProblem(
		"conflict",
		`The lease has ended, and this request changed nothing. The event ${id} is ${end.state === "leased" ? "leased again" : end.state}.`,
	);
}

/** Tells a service that the inbox is down. Other faults are those of the router. */
async function answerWith<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (!(error instanceof HookError) || error.code !== "INBOX_UNAVAILABLE")
			throw error;
		throw new AdminProblem(
			"unavailable",
			"The inbox cannot be reached. Try again later.",
			{ "Retry-After": "5" },
		);
	}
}
