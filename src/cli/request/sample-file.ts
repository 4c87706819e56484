import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { isRecord } from "../../event/is-record.ts";
import type { Encoding, Payload } from "../../event/webhook.ts";
import type { Kind } from "../../kind/kind.ts";
import { CannotRun, type Io } from "../io.ts";
import {
	encodePayload,
	FORM,
	type Place,
	pickEncoding,
	type Request,
	toForm,
} from "./encode.ts";
import { type Fields, setFields } from "./payload.ts";
import { addToRequest, type SampleOptions } from "./sample.ts";
import { findKind, findPlace, type Known } from "./target.ts";

/**
 * Reads a sample file: a request as JSON (`method`, and any of `path query contentType headers body
 * rawBody kind`), or a payload alone. Throws CannotRun for a file that is neither, and where it
 * cannot be told which path is meant.
 */
export async function readSampleFile(
	io: Io,
	file: string,
	{
		known,
		options,
	}: { readonly known: Known; readonly options: SampleOptions },
): Promise<Request> {
	const value = await readJson(io, file);
	const request = isRequest(value)
		? fromRequest(value, file, known, options)
		: fromPayload(value, file, known, options);
	return addToRequest(request, options);
}

// --- helpers ---

/** A request as a file holds it. */
interface RequestFile {
	readonly method: string;
	readonly kind?: string;
	readonly path?: string;
	readonly query?: unknown;
	readonly contentType?: string | null;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: unknown;
	readonly rawBody?: string;
}

async function readJson(io: Io, file: string): Promise<Fields> {
	let text: string;
	try {
		text = await readFile(resolve(io.cwd, file), "utf8");
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		throw new CannotRun(`${file} cannot be read (${code ?? "unknown error"})`);
	}
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw new CannotRun(`${file} is not JSON: ${(error as Error).message}`);
	}
	if (isRecord(value)) return value;
	throw new CannotRun(`${file} holds neither a request nor a payload`);
}

/** No webhook of the platform has a field `method` that names one. */
function isRequest(value: Fields): value is Fields & RequestFile {
	return /^(GET|HEAD|POST|PUT|PATCH|DELETE)$/.test(String(value.method));
}

function fromRequest(
	file: RequestFile,
	name: string,
	known: Known,
	options: SampleOptions,
): Request {
	const body = bodyOf(file, options);
	const query = queryOf(file, options);
	const payload = isRecord(file.body)
		? file.body
		: Object.fromEntries(new URLSearchParams(query));
	const kind = kindOf(file.kind, payload, known);
	const to = options.to ?? file.path;
	const { path } = placeOf(to?.split("?", 1)[0], kind, name, known, options);
	const type = file.contentType ?? undefined;
	const headers = Object.fromEntries(
		Object.entries(file.headers ?? {}).map(([key, value]) => [
			key.toLowerCase(),
			value,
		]),
	);
	return {
		method: file.method,
		path,
		query,
		headers:
			type === undefined ? headers : { ...headers, "content-type": type },
		raw: Buffer.from(body),
	};
}

function bodyOf(file: RequestFile, { set }: SampleOptions): string {
	const { body, rawBody, contentType } = file;
	if (rawBody !== undefined) return rawBody;
	if (body === undefined || body === null) return "";
	if (typeof body === "string") return body;
	const value = isRecord(body) ? setFields(body, set, undefined) : body;
	return contentType?.startsWith(FORM) && isRecord(value)
		? toForm(value)
		: JSON.stringify(value);
}

function queryOf(file: RequestFile, { set }: SampleOptions): string {
	const { path = "", query } = file;
	if (typeof query === "string") return query.replace(/^\?/, "");
	if (isRecord(query)) return toForm(setFields(query, set, undefined));
	const mark = path.indexOf("?");
	return mark === -1 ? "" : path.slice(mark + 1);
}

function fromPayload(
	value: Fields,
	name: string,
	known: Known,
	options: SampleOptions,
): Request {
	const payload = setFields(value, options.set, undefined);
	const kind = kindOf(undefined, payload, known);
	const site = placeOf(options.to, kind, name, known, options);
	const encodings: readonly Encoding[] = ["json", "form", "query"];
	const encoding = options.as ?? pickEncoding(encodings, site);
	return encodePayload(payload, encoding, site);
}

/** The kind that is named, else the first of those with a route that knows the payload. */
function kindOf(
	name: string | undefined,
	payload: Payload,
	known: Known,
): Kind | undefined {
	if (name !== undefined) return findKind(name, known);
	const kinds = [...new Set(known.routes.map(({ kind }) => kind))];
	return kinds
		.sort((a, b) => b.precedence - a.precedence)
		.find((kind) => kind.recognizes(payload));
}

function placeOf(
	to: string | undefined,
	kind: Kind | undefined,
	file: string,
	known: Known,
	{ param }: SampleOptions,
): Place {
	const [anyRoute] = known.routes;
	// A path or a route's name says enough, whichever kind the payload is.
	const asked = kind ?? (to === undefined ? undefined : anyRoute?.kind);
	if (asked === undefined) {
		throw new CannotRun(
			`no kind that has a route knows what ${file} holds: say where it goes with --to`,
		);
	}
	return findPlace(to, asked, { known, params: param });
}
