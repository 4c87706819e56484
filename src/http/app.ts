import Koa from "koa";
import { HookError } from "../errors.ts";
import { readTraceContext, type TraceContext } from "../event/trace-context.ts";
import type { Reply } from "../event/webhook.ts";
import { readBodyType } from "../gate/body.ts";
import type { Client } from "../gate/client-address.ts";
import { type Answer, refusal } from "../runtime/request/answer.ts";
import type { Inbound } from "../runtime/request/inbound.ts";
import { handIn, INTERNAL_HEADER } from "../runtime/request/internal.ts";
import { receive } from "../runtime/request/pipeline.ts";
import { endReceive, startReceive } from "../runtime/request/spans.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { takeClient, tellOutcome } from "./control.ts";
import { readBody } from "./read-body.ts";
import { send, sendLast } from "./send.ts";
import { toOriginForm } from "./target.ts";
import { unpackBody } from "./unpack-body.ts";

/** A request and its answer, for the log. */
export interface Visit {
	readonly method: string;
	/** The path as it was sent, without the query. */
	readonly path: string;
	readonly client: Client;
	readonly answer: Answer;
	/** The trace that it belongs to. */
	readonly trace?: TraceContext | undefined;
	/** Milliseconds, with fractions. */
	readonly durationMs: number;
}

export interface AppOptions {
	/** Returns the current runtime. Called for each request, because a reload changes it. */
	readonly runtime: () => Runtime;
	readonly onVisit: (visit: Visit) => void;
	/** Called for faults after the answer has begun. */
	readonly onFault: (error: unknown) => void;
	/** True for the control socket: the peer is the operator, who plays a client and gets the outcome. Default false. */
	readonly isControl?: boolean;
}

/** Creates the Koa application: converts a request into an `Inbound`, and an `Answer` into the response. */
export function createApp({
	runtime,
	onVisit,
	onFault,
	isControl = false,
}: AppOptions): Koa {
	const app = new Application();
	app.silent = true;
	app.on("error", onFault);
	app.use(async (ctx) => {
		const started = performance.now();
		const current = runtime();
		const { table, findClient } = current;
		const { req } = ctx;
		const url = toOriginForm(req.url ?? "/");
		const mark = url.indexOf("?");
		const path = mark === -1 ? url : url.slice(0, mark);
		const client = isControl
			? takeClient(req.headers, path, current)
			: findClient(req.socket.remoteAddress, req.headers);
		const parent = readTraceContext(req.headers);
		const { tracing } = current;
		const stage = tracing && startReceive(tracing, req.method ?? "", parent);
		const trace = stage === undefined ? parent : stage.trace;
		let answer: Answer;
		try {
			expectHttp(req);
			const internal = isControl ? req.headers[INTERNAL_HEADER] : undefined;
			if (internal !== undefined)
				answer = await handIn(current, String(internal), () =>
					readBody(req, ctx.res, INTERNAL_LIMIT_BYTES),
				);
			else {
				const { stack, params } = table.find(path);
				const query = mark === -1 ? "" : url.slice(mark + 1);
				answer = await receive(
					stack,
					toInbound(ctx, { path, query, client, params, trace }),
					current,
				);
			}
		} catch (error) {
			answer = refusal(error);
		}
		let sent: undefined | Promise<void>;
		try {
			sent = sendAny(
				ctx,
				isControl ? tellOutcome(answer, client, current) : answer.reply,
			);
		} catch (error) {
			// Node refuses a head that it cannot write, such as a value beyond Latin-1. Nothing has been sent yet.
			answer = refusal(error, answer);
			sent = sendAny(
				ctx,
				isControl ? tellOutcome(answer, client, current) : answer.reply,
			);
		}
		if (stage !== undefined) endReceive(stage, answer);
		onVisit({
			method: req.method ?? "",
			path,
			client,
			answer,
			trace,
			durationMs: performance.now() - started,
		});
		if (sent !== undefined) await sent;
	});
	return app;
}

// --- helpers ---

/**
 * Koa without its response writer: an answer is already complete and framed, and Koa would process it again, which takes a
 * quarter of Koa's own time for a request.
 */
class Application extends Koa {
	handleRequest(
		ctx: Koa.Context,
		middleware: (ctx: Koa.Context) => Promise<void>,
	): Promise<void> {
		return middleware(ctx).catch((error: unknown) => {
			this.emit("error", error, ctx);
			ctx.res.destroy();
		});
	}
}

function sendAny(
	{ req, res }: Koa.Context,
	reply: Reply,
): undefined | Promise<void> {
	const isLast =
		reply.headers.connection === "close" ||
		(!req.complete && hasBody(req.headers));
	return isLast ? sendLast(res, reply) : send(res, reply);
}

/** The operator's events are small. */
const INTERNAL_LIMIT_BYTES = 1024 * 1024;

const CLOSE = { headers: { connection: "close" } } as const;

/** Checks the version and the Host header. Throws HTTP_VERSION and HTTP_HOST. */
function expectHttp({ httpVersionMajor, httpVersion, headers }: Request): void {
	// Node treats `GET /` without a version, and HTTP/2.0 in a request line, as HTTP/1.
	if (httpVersionMajor !== 1) {
		const detail = `the request uses HTTP/${httpVersion}, and the router speaks HTTP/1.1`;
		throw new HookError("HTTP_VERSION", detail, CLOSE);
	}
	const { host } = headers;
	if (host === undefined) {
		if (httpVersion === "1.0") return;
		throw new HookError("HTTP_HOST", "there is no Host header", CLOSE);
	}
	// Node joins two Host lines with a comma and a space, which no host contains.
	if (host.includes(", ")) {
		throw new HookError("HTTP_HOST", "there are two Host headers", CLOSE);
	}
}

const NOTHING = Promise.resolve(new Uint8Array());

type Request = Koa.Context["req"];

type Found = Pick<Inbound, "path" | "query" | "client" | "params" | "trace">;

function toInbound(
	ctx: Koa.Context,
	{ path, query, client, params, trace }: Found,
): Inbound {
	const { req, res } = ctx;
	return {
		method: req.method ?? "GET",
		path,
		query,
		headers: req.headers,
		client,
		params,
		trace,
		receivedAt: Date.now(),
		hasBody: hasBody(req.headers),
		read(limitBytes) {
			// RFC 9110 section 9.3.1: the content of a GET has no meaning.
			if (req.method === "GET") return NOTHING;
			// Parsing also refuses a wrong type. Checking it here saves reading the body. An empty body has no wrong type.
			if (Number(req.headers["content-length"]) !== 0) {
				readBodyType(req.headers["content-type"]);
			}
			return readBody(req, res, limitBytes);
		},
		unpack: (raw, limitBytes) =>
			raw.length === 0 ? undefined : unpackBody(req.headers, raw, limitBytes),
	};
}

/** Returns true if a request has a body, which one of the two headers announces (RFC 9112 section 6). */
function hasBody(headers: Koa.Context["req"]["headers"]): boolean {
	return (
		headers["content-length"] !== undefined ||
		headers["transfer-encoding"] !== undefined
	);
}
