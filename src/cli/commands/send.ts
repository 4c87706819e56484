import { resolve } from "node:path";
import type { Command } from "commander";
import type { Settings } from "../../config/settings.ts";
import { parseAddress } from "../../gate/address.ts";
import type { Kind } from "../../kind/kind.ts";
import type { Fields } from "../../kind/set-fields.ts";
import { type ConfigOptions, createCommand, withConfig } from "../command.ts";
import { controlSocketOf } from "../control.ts";
import { CannotRun, type Io, writeJson, writeLines } from "../io.ts";
import { exists, type LoadedUsable, loadCatalog, loadUsable } from "../load.ts";
import type { Request } from "../request/encode.ts";
import {
	describeOutcome,
	isAsIntended,
	type SentOutcome,
} from "../request/outcome.ts";
import { sendOverControl } from "../request/over-control.ts";
import {
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
import { destinationOf, type Response, transmit } from "../request/transmit.ts";

/**
 * Creates `switchhook send`, which sends a realistic webhook of a kind to the running router, and shows the outcome. Exit code
 * 1 if the webhook failed, and for an answer other than 2xx.
 */
export function sendCommand(io: Io): Command {
	const command = createCommand(
		"send",
		"Sends a realistic webhook of a kind to the running router, and prints the answer and the outcome.",
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
		"the kind, such as sms.inbound (default with --file: the kind that fits the payload)",
	);
	return withSigning(withSampleOptions(withConfig(command)))
		.option(
			"--to <route|path>",
			"the route or the path (default: the first route of the kind)",
		)
		.option(
			"--from <address>",
			"the client's address that the firewall sees (default: one that it admits)",
		)
		.option(
			"--url <url>",
			"send to this URL, as any client would, instead of to the router's control socket",
		)
		.option(
			"--file <file>",
			"send this instead of the kind's example: a payload or a request as JSON, an event of `inbox export` or `inbox show --json --payloads`, or a test of `inbox show --save`; - reads standard input",
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
	const { response, outcome: sent } =
		url === undefined
			? // Without a URL there is a configuration, or this was not reached.
				await sendOverControl(
					request,
					controlSocketOf(settings as Settings),
					options.from,
				)
			: {
					response: await transmit(request, destinationOf(url)),
					outcome: undefined,
				};
	if (options.json) writeJson(io.stdout, toReport(request, response, sent));
	else writeLines(io.stdout, describeResponse(response, sent));
	if (url === undefined && sent === undefined) {
		throw new CannotRun(
			"another program, not this router, answered on the control socket",
		);
	}
	const is2xx = response.status >= 200 && response.status < 300;
	const isFine = is2xx && (sent === undefined || isAsIntended(sent));
	if (!isFine) writeLines(io.stderr, ["", adviceFor(url)]);
	io.exit(isFine ? 0 : 1);
}

/** Creates the request from the kind's example or the given file. The user may edit it. */
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
	const kind =
		name === undefined
			? // A file may hold a webhook of another kind that the path takes too.
				options.file === undefined
				? kindOfRoute(options.to, usable)
				: undefined
			: findKind(name, usable);
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
			"name a kind to send, such as sms.inbound, a route with --to, or a file with --file. `switchhook schema` lists the kinds.",
		);
	}
	const place =
		url === undefined
			? findPlace(options.to, kind, { known: usable, params: options.param })
			: { path: url.pathname, methods: kind.methods };
	const payload = samplePayload(kind, given, new Date());
	return requestOf(kind, place, given, await edit(payload));
}

/** Returns the kind of the route in `--to`, so that the route alone is sufficient. */
function kindOfRoute(
	to: string | undefined,
	{ routes }: Known,
): Kind | undefined {
	return routes.find(({ name }) => name === to)?.kind;
}

function adviceFor(url: URL | undefined): string {
	return url === undefined
		? "`switchhook explain` with the same options shows every gate."
		: "A router does not give reasons over a URL. Read its log, or send without --url. Make sure that the router answers at this URL, and not another program.";
}

/** The headers that describe the answer. */
const SHOWN_HEADERS = [
	"content-type",
	"content-length",
	"location",
	"allow",
	"retry-after",
	"cache-control",
	"etag",
];

/** A URL replaces the configuration. Without a configuration the built-in kinds are used. */
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

/** Parses `--url`. Undefined without it. Throws CannotRun for an invalid URL, and for options that cannot be combined with it. */
function readUrl({ url, to, from }: SendOptions): URL | undefined {
	if (to !== undefined && /^https?:/i.test(to)) {
		throw new CannotRun(
			`--to takes a route or a path. For a URL, write --url ${to}`,
		);
	}
	if (url === undefined) {
		if (from === undefined || parseAddress(from) !== undefined)
			return undefined;
		throw new CannotRun(`--from: \`${from}\` is not an IP address`);
	}
	if (!/^https?:/i.test(url) || !URL.canParse(url)) {
		throw new CannotRun(`--url: \`${url}\` is not an http or https URL`);
	}
	if (to !== undefined) {
		throw new CannotRun("--url contains the path. Leave --to out.");
	}
	if (from !== undefined) {
		throw new CannotRun(
			"--from works only over the control socket. Over a URL, the client is the machine that sends.",
		);
	}
	return new URL(url);
}

/** Formats the same for programs. Credentials are counted, as for people. */
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

/** A token can be reused for minutes, and a password for ever. */
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

/** Returns true for the body with the router's reason, which the lines of the outcome repeat. */
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

/** Formats JSON, keeps text unchanged, and only counts other bytes. */
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
