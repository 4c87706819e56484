import { type Operations, TARGETS } from "../generated/api.ts";

/** An error of the API (RFC 9457), or a connection that failed (`status` 0). */
export class Problem extends Error {
	readonly status: number;
	readonly code: string;
	/** A title of few words. */
	readonly title: string;

	constructor(status: number, code: string, title: string, detail: string) {
		super(detail);
		this.name = "Problem";
		this.status = status;
		this.code = code;
		this.title = title;
	}
}

export type OperationId = keyof Operations;

/** The answer of an operation. */
export type Answer<Id extends OperationId> = Operations[Id]["answer"];

/** The parts of a call. */
export type Call<Id extends OperationId> = Partial<
	Pick<Operations[Id], "params" | "query" | "body">
> & { readonly signal?: AbortSignal };

/** Calls an operation of the admin API with the session's cookie. Throws a Problem. */
export async function call<Id extends OperationId>(
	id: Id,
	options: Call<Id> = {},
): Promise<Answer<Id>> {
	const { params, query, body, signal } = options as {
		readonly params?: Readonly<Record<string, string>>;
		readonly query?: Query;
		readonly body?: unknown;
		readonly signal?: AbortSignal;
	};
	const response = await send(TARGETS[id][0], urlOf(id, params, query), {
		body,
		signal,
	});
	return (await readJson(response)) as Answer<Id>;
}

/** Returns the URL of an operation, for links and streams. */
export function urlOf(
	id: OperationId,
	params: Readonly<Record<string, string>> = {},
	query: Query = {},
): string {
	const path = TARGETS[id][1].replace(/:(\w+)/g, (_, name: string) =>
		encodeURIComponent(params[name] ?? ""),
	);
	const search = toSearch(query);
	return `/api/v1${path}${search === "" ? "" : `?${search}`}`;
}

/** Fields of a query. A list repeats its name; undefined and empty values are left out. */
export type Query = Readonly<Record<string, unknown>>;

export function toSearch(query: Query): string {
	const search = new URLSearchParams();
	for (const [name, value] of Object.entries(query))
		for (const one of [value].flat())
			if (one !== undefined && one !== "") search.append(name, String(one));
	return search.toString();
}

/** Sends a request. Throws a Problem for every status but 2xx. */
export async function send(
	method: string,
	url: string,
	{
		body,
		signal,
		outlivesPage = false,
	}: {
		readonly body?: unknown;
		readonly signal?: AbortSignal | undefined;
		/** True for a request that is sent while the page is left. */
		readonly outlivesPage?: boolean;
	} = {},
): Promise<Response> {
	let response: Response;
	try {
		response = await fetch(url, {
			method,
			keepalive: outlivesPage,
			...(body !== undefined && {
				headers: { "Content-Type": "application/json" },
				body: JSON.stringify(body),
			}),
			...(signal !== undefined && { signal }),
		});
	} catch (error) {
		if (signal?.aborted) throw error;
		throw new Problem(
			0,
			"unreachable",
			"The router does not answer",
			"It stopped, or the connection to it is down. The page keeps trying.",
		);
	}
	if (response.ok) return response;
	const problem = (await response.json().catch(() => ({}))) as Partial<
		Record<"code" | "title" | "detail", string>
	>;
	const error = new Problem(
		response.status,
		problem.code ?? "unknown",
		problem.title ?? `HTTP ${response.status}`,
		problem.detail ?? "The answer has no explanation.",
	);
	if (response.status === 401) onSignedOut(error);
	throw error;
}

let onSignedOut: (problem: Problem) => void = () => {};

/** Calls back when a request finds that the session is over. */
export function whenSignedOut(callback: (problem: Problem) => void): void {
	onSignedOut = callback;
}

// --- helpers ---

async function readJson(response: Response): Promise<unknown> {
	const text = await response.text();
	return text === "" ? undefined : JSON.parse(text);
}
