import { resolve } from "node:path";
import type { Command } from "commander";
import type { Settings } from "../../config/settings.ts";
import { parseAddress } from "../../gate/address.ts";
import { CONTROL_HEADERS } from "../../http/control.ts";
import { type ConfigOptions, createCommand, withConfig } from "../command.ts";
import { controlSocketOf } from "../control.ts";
import { CannotRun, type Io, writeJson, writeLines } from "../io.ts";
import { exists, type LoadedUsable, loadCatalog, loadUsable } from "../load.ts";
import type { Request } from "../request/encode.ts";
import {
	describeOutcome,
	isAsIntended,
	readOutcome,
	type SentOutcome,
} from "../request/outcome.ts";
import type { Fields } from "../request/payload.ts";
import {
	addHeaders,
	requestOf,
	type SampleOptions,
	samplePayload,
	withSampleOptions,
} from "../request/sample.ts";
import { readSampleFile } from "../request/sample-file.ts";
import { type SigningChoice, sign, withSigning } from "../request/sign.ts";
import {
	findKind,
	findPlace,
	type Known,
	unknownKind,
} from "../request/target.ts";
import {
	destinationOf,
	type Response,
	toControl,
	transmit,
} from "../request/transmit.ts";

/**
 * `switchhook send`: a realistic webhook of a kind to the running router, and what became of it. Exit code 1
 * where it did not come as far as it was meant to, and for an answer that is no 2xx.
 */
export function sendCommand(io: Io): Command {
	const command = createCommand(
		"send",
		"Sends a realistic webhook of a kind to the running router, and prints the answer and what became of it.",
		[
			"send sms.inbound --set text=STOP",
			"send ncco.input --to menu --set dtmf.digits=2 --query lang=de",
			"send voice.answer --claim application_id=aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
			"send sms.inbound --from 203.0.113.7",
			"send sms.inbound --unset text --edit",
			"send --file saved.json",
			"send voice.answer --as json --url https://hooks.example.com/webhooks/answer",
		],
	).argument(
		"[kind]",
		"the kind, such as sms.inbound; with --file the one that knows the payload, by default",
	);
	return withSigning(withSampleOptions(withConfig(command)))
		.option(
			"--to <route|path>",
			"the route or the path (default: the first route of the kind)",
		)
		.option(
			"--from <address>",
			"the client's address, as the firewall sees it (default: one that the firewall admits)",
		)
		.option(
			"--url <url>",
			"send to this URL, as anybody would, instead of to the router's control socket",
		)
		.option(
			"--file <file>",
			"send this instead of the kind's example: a payload or a request as JSON, or an event of `inbox export` or `inbox show --json --payloads`; - reads standard input",
		)
		.option("--json", "print the request, the answer and the outcome as JSON")
		.option("--edit", "change the payload in your editor before it is sent")
		.action((kind: string | undefined, options: SendOptions) =>
			send(io, kind, options),
		);
}

// --- helpers ---

interface SendOptions extends SampleOptions, SigningChoice, ConfigOptions {
	readonly url?: string;
	readonly file?: string;
	readonly edit?: true;
	readonly json?: true;
}

async function send(
	io: Io,
	name: string | undefined,
	options: SendOptions,
): Promise<void> {
	const url = readUrl(options);
	const usable = await loadKnown(io, options, url !== undefined);
	const { settings, table } = usable;
	const sample = await makeSample(io, name, { usable, url, options });
	const request =
		settings === undefined || table === undefined
			? sample
			: sign(
					sample,
					{ routes: settings.routes, table, unset: usable.unset },
					options,
				);
	const origin = url?.origin ?? "";
	if (!options.json) writeLines(io.stdout, describeRequest(request, origin));
	const response =
		url === undefined
			? // Without a URL there is a configuration, or this was not reached.
				await transmitToRouter(request, settings as Settings, options)
			: await transmit(request, destinationOf(url));
	const sent = url === undefined ? readOutcome(response) : undefined;
	if (options.json) writeJson(io.stdout, toReport(request, response, sent));
	else writeLines(io.stdout, describeResponse(response, sent));
	if (url === undefined && sent === undefined) {
		throw new CannotRun(
			"what answered at the control socket is not this router: another program has its place",
		);
	}
	const is2xx = response.status >= 200 && response.status < 300;
	const isFine = is2xx && (sent === undefined || isAsIntended(sent));
	if (!isFine) writeLines(io.stderr, ["", adviceFor(url)]);
	io.exit(isFine ? 0 : 1);
}

/** Makes the request of the kind's example, or of the file that is named; the person may change it. */
async function makeSample(
	io: Io,
	name: string | undefined,
	{
		usable,
		url,
		options,
	}: {
		readonly usable: Known & Partial<LoadedUsable>;
		readonly url: URL | undefined;
		readonly options: SendOptions;
	},
): Promise<Request> {
	const kind = name === undefined ? undefined : findKind(name, usable);
	if (name !== undefined && kind === undefined) throw unknownKind(name, usable);
	const query = [...(url?.searchParams ?? []), ...options.query];
	const given = { ...options, query };
	const edit = async (payload: Fields): Promise<Fields> =>
		options.edit
			? (await import("../request/edit.ts")).editPayload(io, payload)
			: payload;
	if (options.file !== undefined) {
		const to = url?.pathname ?? options.to;
		return readSampleFile(io, options.file, {
			known: usable,
			options: { ...given, ...(to === undefined ? {} : { to }) },
			kind,
			edit,
		});
	}
	if (kind === undefined) {
		throw new CannotRun(
			"name a kind to send, such as sms.inbound, or a file with --file; `switchhook schema` lists the kinds",
		);
	}
	const place =
		url === undefined
			? findPlace(options.to, kind, { known: usable, params: options.param })
			: { path: url.pathname, methods: kind.methods };
	const payload = samplePayload(kind, given, new Date());
	return requestOf(kind, place, given, await edit(payload));
}

/** Over the control socket the router is told whom to take the client for. */
async function transmitToRouter(
	request: Request,
	settings: Settings,
	{ from }: Pick<SendOptions, "from">,
): Promise<Response> {
	const control = await toControl(controlSocketOf(settings));
	try {
		const played =
			from === undefined
				? request
				: addHeaders(request, [[CONTROL_HEADERS.client, from]]);
		return await transmit(played, control);
	} finally {
		await control.release();
	}
}

function adviceFor(url: URL | undefined): string {
	return url === undefined
		? "`switchhook explain` with the same options shows every gate."
		: "Over a URL a router does not say why: its log does, and `switchhook send` without --url. Make sure that it is the router that answers there.";
}

/** Headers that say something about the answer. */
const SHOWN_HEADERS = [
	"content-type",
	"content-length",
	"location",
	"allow",
	"retry-after",
	"cache-control",
	"etag",
];

/** A URL says all that a configuration would, so that without one the built-in kinds do. */
async function loadKnown(
	io: Io,
	options: ConfigOptions,
	hasUrl: boolean,
): Promise<Known & Partial<LoadedUsable>> {
	const { config } = options;
	if (hasUrl && !(await exists(resolve(io.cwd, config)))) {
		return { kinds: await loadCatalog(io, config), routes: [] };
	}
	const usable = await loadUsable(io, options);
	if (usable.isStoreUnset && !hasUrl) {
		throw new CannotRun(
			"the variable in `inbox.store` is not set, and the router's control socket is beside the inbox. Set it, or name the router with --url.",
		);
	}
	const { routes, table } = usable.runtime;
	return { ...usable, routes, table };
}

/** The URL of `--url`; undefined without. Throws CannotRun for one that is none, and beside options that do not go with it. */
function readUrl({ url, to, from }: SendOptions): URL | undefined {
	if (to !== undefined && /^https?:/i.test(to)) {
		throw new CannotRun(`--to names a route or a path: write --url ${to}`);
	}
	if (url === undefined) {
		if (from === undefined || parseAddress(from) !== undefined)
			return undefined;
		throw new CannotRun(`--from: ${from} is no address`);
	}
	if (!/^https?:/i.test(url) || !URL.canParse(url)) {
		throw new CannotRun(`--url: ${url} is no URL of http or https`);
	}
	if (to !== undefined) {
		throw new CannotRun("--url has the path: leave --to out");
	}
	if (from !== undefined) {
		throw new CannotRun(
			"--from goes with the control socket only: over a URL the client is the machine that sends",
		);
	}
	return new URL(url);
}

/** The same for a program. Credentials are counted, as they are for a person. */
function toReport(
	{ method, path, query, headers, raw }: Request,
	{ status, headers: answered, body, durationMs }: Response,
	sent: SentOutcome | undefined,
) {
	return {
		request: {
			method,
			path,
			query,
			headers: Object.fromEntries(
				Object.entries(headers).map(([name, value]) => [
					name,
					name === "authorization"
						? describeCredentials(String(value))
						: String(value),
				]),
			),
			body: Buffer.from(raw).toString(),
		},
		response: {
			status,
			headers: answered,
			body: body.toString(),
			ms: Math.round(durationMs),
		},
		outcome:
			sent === undefined ? null : { ...sent, isAsIntended: isAsIntended(sent) },
	};
}

function describeRequest(
	{ method, path, query, headers, raw }: Request,
	origin: string,
): string[] {
	const target = query === "" ? path : `${path}?${query}`;
	const lines = [`${method} ${origin}${target}`, ...describeHeaders(headers)];
	return raw.length === 0 ? lines : [...lines, Buffer.from(raw).toString()];
}

function describeHeaders(headers: Request["headers"]): string[] {
	return Object.entries(headers).map(([name, value]) =>
		name === "authorization"
			? `${name}: ${describeCredentials(String(value))}`
			: `${name}: ${value}`,
	);
}

/** A token may be used again for minutes, and a password for good. */
function describeCredentials(value: string): string {
	const [scheme = "", ...rest] = value.split(" ");
	return `${scheme} (${rest.join(" ").length} characters)`;
}

function describeResponse(
	response: Response,
	sent: SentOutcome | undefined,
): string[] {
	const { status, statusText, durationMs } = response;
	const title = `${status} ${statusText}`.trim();
	return [
		"",
		`${title} (${Math.round(durationMs)} ms)`,
		...(isOwnError(response, sent) ? [] : describeContent(response)),
		...(sent === undefined ? [] : ["", ...describeOutcome(sent)]),
	];
}

/** True for the body in which the router says why; the lines of the outcome say the same. */
function isOwnError(
	{ status, body }: Response,
	sent: SentOutcome | undefined,
): boolean {
	return (
		sent?.error !== undefined &&
		status >= 400 &&
		body.toString().startsWith(`{"error":"${sent.error}"`)
	);
}

function describeContent(response: Response): string[] {
	const shown = SHOWN_HEADERS.flatMap((name) => {
		const value = response.headers[name];
		return value === undefined ? [] : [`${name}: ${value}`];
	});
	return [...shown, ...describeBody(response)];
}

/** JSON is laid out, text stands as it is, and anything else is only counted. */
function describeBody({ headers, body }: Response): string[] {
	if (body.length === 0) return [];
	const type = headers["content-type"] ?? "";
	const text = body.toString();
	if (/json/i.test(type)) {
		try {
			return [JSON.stringify(JSON.parse(text), null, 2)];
		} catch {
			return [text];
		}
	}
	return /^text\/|xml/i.test(type) || type === ""
		? [text.trimEnd()]
		: [`(${body.length} bytes)`];
}
