import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { brotliDecompress, unzip } from "node:zlib";
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
 * Makes the unpacker. The bytes were read and proved before: Content-Encoding is undone here, where it
 * stops as soon as the output grows over the limit, so that a small body cannot become a large one;
 * koa-bodyparser reads the rest from memory and undoes the charset. Undefined for a plain UTF-8 body:
 * nothing to do.
 */
export function createUnpack(app: Koa): Unpack {
	return (ctx, raw, limitBytes) => {
		const { headers } = ctx.req;
		const coding =
			headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
		const { charset } = readBodyType(headers["content-type"]);
		if (coding === "identity" && isUnicode(charset)) return undefined;
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
	const { coding, charset } = packing;
	if (!isUnicode(charset) && !isCharset(charset)) {
		throw new HookError("BODY_TYPE", `the charset ${charset} is unknown`);
	}
	const bytes = coding === "identity" ? raw : await inflate(raw, packing);
	if (!isUnicode(charset)) return decode(app, ctx, bytes, packing);
	if (isUtf8(bytes)) return Buffer.from(bytes).toString("utf8");
	throw new HookError("BODY_ENCODING", "the body is not valid UTF-8");
}

function isUnicode(charset: string): boolean {
	return charset === "utf-8" || charset === "us-ascii";
}

/**
 * True for the labels of the WHATWG encoding standard. koa-bodyparser's decoder knows others, which are
 * no charsets (`hex`, `base64`) or unsafe to read (`utf-7`, RFC 2152).
 */
function isCharset(label: string): boolean {
	try {
		return new TextDecoder(label).encoding !== "";
	} catch {
		return false;
	}
}

type Inflate = (
	bytes: Uint8Array,
	options: { readonly maxOutputLength: number },
) => Promise<Uint8Array>;

const INFLATE: ReadonlyMap<string, Inflate> = new Map<string, Inflate>([
	["gzip", promisify(unzip)],
	["deflate", promisify(unzip)],
	["br", promisify(brotliDecompress)],
]);

/**
 * Undoes a content coding. Not by koa-bodyparser: where it refuses early, it leaves its decompressor
 * without a listener, and the next broken byte ends the process.
 */
async function inflate(
	raw: Uint8Array,
	{ coding, limitBytes }: Packing,
): Promise<Uint8Array> {
	const run = INFLATE.get(coding);
	if (run === undefined) {
		throw new HookError("BODY_TYPE", `the content coding ${coding} is unknown`);
	}
	try {
		return await run(raw, { maxOutputLength: limitBytes });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ERR_BUFFER_TOO_LARGE")
			throw new HookError("BODY_ENCODING", `the body is not valid ${coding}`);
		throw new HookError(
			"BODY_TOO_LARGE",
			`the body unpacks to more than ${limitBytes} bytes`,
		);
	}
}

async function decode(
	app: Koa,
	ctx: Koa.Context,
	bytes: Uint8Array,
	{ charset, limitBytes }: Packing,
): Promise<string> {
	// `encoding` is documented, and missing in the type.
	const options: bodyParser.Options & { encoding: string } = {
		enableTypes: ["text"],
		encoding: charset,
		textLimit: String(limitBytes),
		extendTypes: { text: [ANY_TYPE] },
		onerror: (error) => {
			if ((error as Error & { status?: number }).status === 415) {
				throw new HookError("BODY_TYPE", `the charset ${charset} is unknown`);
			}
			throw new HookError("BODY_ENCODING", `the body is not valid ${charset}`);
		},
	};
	const parse = bodyParser(options);
	const replay = Object.assign(Readable.from([bytes]), {
		headers: { "content-type": ANY_TYPE, "transfer-encoding": "chunked" },
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
