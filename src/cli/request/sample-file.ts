import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { isRecord } from "../../event/is-record.ts";
import type { Encoding, Payload } from "../../event/webhook.ts";
import { FORM, toForm } from "../../gate/form.ts";
import type { Kind } from "../../kind/kind.ts";
import { type Fields, setFields } from "../../kind/set-fields.ts";
import { CannotRun, type Io } from "../io.ts";
import {
	encodePayload,
	type Place,
	pickEncoding,
	type Request,
} from "./encode.ts";
import { unsetFields } from "./payload.ts";
import { addToRequest, type SampleOptions } from "./sample.ts";
import { fromSavedEvent, type RequestFile } from "./saved-event.ts";
import { fromSavedTest, withTest } from "./saved-test.ts";
import { findKind, findPlace, type Known } from "./target.ts";

/**
 * Reads a sample file, or standard input for `-`: a request as JSON (`method`, and any of `path query contentType headers body
 * rawBody kind`), an event from the inbox, the test that `inbox show --save` writes, or a payload alone. Throws CannotRun for any
 * other file, and if the path is ambiguous.
 */
export async function readSampleFile(
	io: Io,
	file: string,
	{
		known,
		options: given,
		kind,
		edit = async (payload) => payload,
	}: SampleFileOptions,
): Promise<Request> {
	const read = await readJson(io, file);
	const test = fromSavedTest(read);
	const value = test?.payload ?? read;
	const options = test === undefined ? given : withTest(given, test);
	const saved =
		test !== undefined
			? undefined
			: isRequest(value)
				? value
				: fromSavedEvent(value, file);
	const change = async (payload: Fields): Promise<Fields> =>
		edit(
			unsetFields(setFields(payload, options.set, undefined), options.unset),
		);
	if (saved === undefined) {
		const payload = await change(value);
		const request = fromPayload(payload, file, known, options, kind);
		return addToRequest(request, options);
	}
	const request = await changeRequest(saved, change);
	return addToRequest(fromRequest(request, file, known, options), options);
}

/** Options of `readSampleFile`. */
export interface SampleFileOptions {
	readonly known: Known;
	readonly options: SampleOptions;
	/** The kind of a payload. Default: the one that recognises it. */
	readonly kind?: Kind | undefined;
	/** Changes a payload after its fields are set. Default: unchanged. */
	readonly edit?: (payload: Fields) => Promise<Fields>;
}

// --- helpers ---

/** The payload of a request is its body, or its query if it has no body. */
async function changeRequest(
	request: RequestFile,
	change: (payload: Fields) => Promise<Fields>,
): Promise<RequestFile> {
	const { body, rawBody, query } = request;
	if (isRecord(body)) return { ...request, body: await change({ ...body }) };
	if (rawBody !== undefined || (body ?? "") !== "") return request;
	if (isRecord(query)) return { ...request, query: await change({ ...query }) };
	if (typeof query !== "string" || query === "") return request;
	const fields = Object.fromEntries(new URLSearchParams(query));
	return { ...request, query: await change(fields) };
}

async function readJson(io: Io, file: string): Promise<Fields> {
	let text: string;
	try {
		text =
			file === "-"
				? await readAll(io)
				: await readFile(resolve(io.cwd, file), "utf8");
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		throw new CannotRun(
			code === "ENOENT"
				? `there is no file ${file}`
				: `${file} cannot be read (${code ?? "unknown error"})`,
		);
	}
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw new CannotRun(
			isLines(text)
				? `${file} holds several events. Send one of them: \`inbox export --max 1\`, or \`inbox show <id> --json --payloads\`.`
				: `${file} is not JSON: ${(error as Error).message}`,
		);
	}
	if (isRecord(value)) return value;
	throw new CannotRun(
		`${file} is neither a request nor a payload. Expected a JSON object.`,
	);
}

async function readAll({ readInput }: Io): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of readInput?.() ?? []) chunks.push(chunk);
	return Buffer.concat(chunks).toString();
}

/** No webhook of the platform has a field `method` with the name of a method. */
function isRequest(value: Fields): value is Fields & RequestFile {
	return /^(GET|HEAD|POST|PUT|PATCH|DELETE)$/.test(String(value.method));
}

function fromRequest(
	file: RequestFile,
	name: string,
	known: Known,
	options: SampleOptions,
): Request {
	const body = bodyOf(file);
	const query = queryOf(file);
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

function bodyOf({ body, rawBody, contentType }: RequestFile): string {
	if (rawBody !== undefined) return rawBody;
	if (body === undefined || body === null) return "";
	if (typeof body === "string") return body;
	return contentType?.startsWith(FORM) && isRecord(body)
		? toForm(body)
		: JSON.stringify(body);
}

function queryOf({ path = "", query }: RequestFile): string {
	if (typeof query === "string") return query.replace(/^\?/, "");
	if (isRecord(query)) return toForm(query);
	const mark = path.indexOf("?");
	return mark === -1 ? "" : path.slice(mark + 1);
}

function fromPayload(
	payload: Fields,
	name: string,
	known: Known,
	options: SampleOptions,
	named: Kind | undefined,
): Request {
	const kind = named ?? kindOf(undefined, payload, known);
	const site = placeOf(options.to, kind, name, known, options);
	const encodings: readonly Encoding[] = ["json", "form", "query"];
	const encoding =
		options.as ?? pickEncoding(named?.contentTypes ?? encodings, site);
	return encodePayload(payload, encoding, site);
}

/** Returns the named kind, otherwise the first one with a route that recognises the payload. */
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
	// A path or a route's name is sufficient, for any kind of payload.
	const asked = kind ?? (to === undefined ? undefined : anyRoute?.kind);
	if (asked === undefined) {
		throw new CannotRun(
			`no route takes the payload in ${file}. Name a route or a path with --to.`,
		);
	}
	return findPlace(to, asked, { known, params: param });
}

/** Returns true for JSON Lines, the output of `inbox export`. */
function isLines(text: string): boolean {
	const [first = "", second = ""] = text.split("\n", 2);
	try {
		return second !== "" && isRecord(JSON.parse(first));
	} catch {
		return false;
	}
}
