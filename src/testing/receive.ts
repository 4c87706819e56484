import { open } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import type { Request } from "../cli/request/encode.ts";
import { HookError } from "../errors.ts";
import { readTraceContext } from "../event/trace-context.ts";
import type { Reply } from "../event/webhook.ts";
import { readBodyType } from "../gate/body.ts";
import type { Visit } from "../http/app.ts";
import { unpackBody } from "../http/unpack-body.ts";
import { type Answer, refusal } from "../runtime/request/answer.ts";
import type { Inbound } from "../runtime/request/inbound.ts";
import { handIn, INTERNAL_HEADER } from "../runtime/request/internal.ts";
import { receive } from "../runtime/request/pipeline.ts";
import { playedClient } from "../runtime/request/played-client.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** Takes a request through the router's own pipeline, without a server; `from` is the client's address, default one that the firewall admits. */
export async function receiveRequest(
	runtime: Runtime,
	request: Request,
	from: string | undefined,
): Promise<Visit> {
	const started = performance.now();
	const { method, path } = request;
	const client = playedClient(from, path, runtime);
	let answer: Answer;
	try {
		const internal = request.headers[INTERNAL_HEADER];
		if (internal !== undefined)
			answer = await handIn(runtime, String(internal), async () => request.raw);
		else {
			const { stack, params } = runtime.table.find(path);
			answer = await receive(
				stack,
				{ ...toInbound(request), client, params },
				runtime,
			);
		}
	} catch (error) {
		answer = refusal(error);
	}
	const durationMs = performance.now() - started;
	return { method, path, client, answer, durationMs };
}

/** Reads the body of a reply, from its file where it is one. */
export async function readReplyBody({ body }: Reply): Promise<Buffer> {
	if (body === undefined) return Buffer.alloc(0);
	if (typeof body === "string" || body instanceof Uint8Array)
		return Buffer.from(body);
	const length = body.end - body.start + 1;
	const file = await open(body.file);
	try {
		const { buffer } = await file.read({
			buffer: Buffer.alloc(length),
			position: body.start,
		});
		return buffer;
	} finally {
		await file.close();
	}
}

// --- helpers ---

function toInbound({
	method,
	path,
	query,
	headers,
	raw,
}: Request): Omit<Inbound, "client" | "params"> {
	// Names are in lower case, as Node's are.
	const own = headers as IncomingHttpHeaders;
	const body = method === "GET" ? Buffer.alloc(0) : raw;
	return {
		method,
		path,
		query,
		headers,
		trace: readTraceContext(headers),
		receivedAt: Date.now(),
		hasBody: raw.length > 0,
		async read(limitBytes) {
			if (body.length > 0) readBodyType(own["content-type"]);
			if (body.length <= limitBytes) return body;
			throw new HookError(
				"BODY_TOO_LARGE",
				`the body has ${body.length} bytes, and ${limitBytes} are the limit`,
			);
		},
		unpack: (bytes, limitBytes) =>
			bytes.length === 0 ? undefined : unpackBody(own, bytes, limitBytes),
	};
}
