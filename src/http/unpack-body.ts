import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type Koa from "koa";
import bodyParser from "koa-bodyparser";
import { HookError } from "../errors.ts";
import { readBodyType } from "../gate/body.ts";

/** Turns a body that is compressed, or in another charset than UTF-8, into text. */
export type Unpack = (
	ctx: Koa.Context,
	raw: Uint8Array,
	limitBytes: number,
) => Promise<string> | undefined;

/**
 * Makes the unpacker. The bytes were read and proved before; koa-bodyparser reads them a second time
 * from memory, undoes Content-Encoding and charset, and stops where the text grows over the limit, so
 * that a small body cannot become a large one. Undefined for a plain UTF-8 body: nothing to do.
 */
export function createUnpack(app: Koa): Unpack {
	return (ctx, raw, limitBytes) => {
		const { headers } = ctx.req;
		const coding =
			headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
		const type = headers["content-type"];
		const charset =
			type === undefined || type === "application/json"
				? "utf-8"
				: readBodyType(type).charset;
		if (
			coding === "identity" &&
			(charset === "utf-8" || charset === "us-ascii")
		)
			return undefined;
		return unpack(app, ctx, raw, { coding, charset, limitBytes });
	};
}

// --- helpers ---

interface Packing {
	readonly coding: string;
	readonly charset: string;
	readonly limitBytes: number;
}

async function unpack(
	app: Koa,
	ctx: Koa.Context,
	raw: Uint8Array,
	packing: Packing,
): Promise<string> {
	const { coding, charset, limitBytes } = packing;
	// `encoding` is documented, and missing in the type.
	const options: bodyParser.Options & { encoding: string } = {
		enableTypes: ["text"],
		encoding: charset,
		textLimit: String(limitBytes),
		extendTypes: { text: [ANY_TYPE] },
		onerror: (error) => {
			throw toHookError(error as Error & { status?: number }, packing);
		},
	};
	const parse = bodyParser(options);
	const replay = Object.assign(Readable.from([raw]), {
		headers: {
			"content-type": ANY_TYPE,
			"content-encoding": coding,
			"transfer-encoding": "chunked",
		},
		method: ctx.method,
		url: ctx.url,
		socket: ctx.req.socket,
	});
	const inner = app.createContext(
		replay as unknown as IncomingMessage,
		ctx.res,
	);
	await parse(inner as Parameters<typeof parse>[0], async () => undefined);
	const { body } = inner.request;
	return typeof body === "string" ? body : "";
}

/** The replay is always labelled as this, so that koa-bodyparser hands out text and parses nothing. */
const ANY_TYPE = "text/plain";

function toHookError(
	error: Error & { status?: number },
	{ coding, charset, limitBytes }: Packing,
): HookError {
	if (error.status === 413) {
		return new HookError(
			"BODY_TOO_LARGE",
			`the body unpacks to more than ${limitBytes} bytes`,
			{ cause: error },
		);
	}
	if (error.status === 415) {
		return new HookError(
			"BODY_TYPE",
			`neither content coding ${coding} nor charset ${charset} may be unknown`,
			{ cause: error },
		);
	}
	return new HookError("BODY_ENCODING", `the body is not valid ${coding}`, {
		cause: error,
	});
}
