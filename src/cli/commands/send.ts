import { resolve } from "node:path";
import type { Command } from "commander";
import type { Kind } from "../../kind/kind.ts";
import { createCommand, withConfig } from "../command.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import { exists, loadUsable, type Usable } from "../load.ts";
import { loadCatalog } from "../request/catalog.ts";
import type { Place, Request } from "../request/encode.ts";
import {
	addHeaders,
	type SampleOptions,
	sampleOfKind,
	withSampleOptions,
} from "../request/sample.ts";
import { type SigningChoice, sign, withSigning } from "../request/sign.ts";
import {
	findKind,
	findPlace,
	type Known,
	unknownKind,
} from "../request/target.ts";
import {
	type Destination,
	destinationOf,
	type Response,
	toDestination,
	transmit,
} from "../request/transmit.ts";
import { FORWARDED_FOR, nameOwnAddress, ownPeerAt } from "./own-address.ts";

/** `switchhook send`: a realistic webhook of a kind to a running router. Exit code 1 for an answer that is no 2xx. */
export function sendCommand(io: Io): Command {
	const command = createCommand(
		"send",
		"Sends a realistic webhook of a kind to the running router, and prints what it answered.",
		[
			"send sms.inbound --set text=STOP",
			"send ncco.input --to menu --set dtmf.digits=2 --query lang=de",
			"send voice.answer --claim application_id=aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
			"send voice.answer --as json --to http://127.0.0.1:8080/webhooks/answer",
		],
	).argument("<kind>", "the kind, such as sms.inbound");
	return withSigning(withSampleOptions(withConfig(command)))
		.option(
			"--to <route|path|url>",
			"where to (default: the first route of the kind, where the configuration listens)",
		)
		.option(
			"--from <address>",
			"the client's address, as X-Forwarded-For; this machine has to be a trusted proxy",
		)
		.action((kind: string, options: SendOptions) => send(io, kind, options));
}

// --- helpers ---

interface SendOptions extends SampleOptions, SigningChoice {
	readonly config: string;
}

async function send(io: Io, name: string, options: SendOptions): Promise<void> {
	const url = toUrl(options.to);
	const usable = await loadKnown(io, options.config, url !== undefined);
	const kind = findKind(name, usable);
	if (kind === undefined) throw unknownKind(name, usable);
	const { destination, place } = whereTo(kind, usable, options, url);
	const { from } = options;
	const sample = sampleOfKind(kind, place, options, new Date());
	const { settings, table, runtime } = usable;
	const sent =
		from !== undefined
			? addHeaders(sample, [[FORWARDED_FOR, from]])
			: runtime === undefined
				? sample
				: nameOwnAddress(sample, ownPeerAt(destination), runtime);
	const request =
		settings === undefined || table === undefined
			? sent
			: sign(sent, { routes: settings.routes, table }, options);
	writeLines(io.stdout, describeRequest(request, destination));
	const response = await transmit(request, destination);
	writeLines(io.stdout, describeResponse(response));
	const isFine = response.status >= 200 && response.status < 300;
	if (!isFine && url === undefined) {
		writeLines(io.stderr, [
			"",
			"`switchhook explain` with the same options says why; so does the router's log.",
		]);
	}
	io.exit(isFine ? 0 : 1);
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
	config: string,
	hasUrl: boolean,
): Promise<Known & Partial<Usable>> {
	if (hasUrl && !(await exists(resolve(io.cwd, config)))) {
		return { kinds: await loadCatalog(io, config), routes: [] };
	}
	const usable = await loadUsable(io, config);
	const { routes, table } = usable.runtime;
	return { ...usable, routes, table };
}

function toUrl(to: string | undefined): URL | undefined {
	if (to === undefined || !/^https?:\/\//i.test(to)) return undefined;
	if (!URL.canParse(to)) throw new CannotRun(`${to} is no URL`);
	return new URL(to);
}

function whereTo(
	kind: Kind,
	known: Known & Partial<Usable>,
	{ to, param }: SendOptions,
	url: URL | undefined,
): { readonly destination: Destination; readonly place: Place } {
	if (url !== undefined) {
		const place = { path: url.pathname, methods: kind.methods };
		return { destination: destinationOf(url), place };
	}
	const place = findPlace(to, kind, { known, params: param });
	const [listen] = known.settings?.server.listen ?? [];
	if (listen === undefined) throw new CannotRun("the router listens nowhere");
	return { destination: toDestination(listen), place };
}

function describeRequest(
	{ method, path, query, headers, raw }: Request,
	{ origin }: Destination,
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

function describeResponse(response: Response): string[] {
	const { status, statusText, headers, durationMs } = response;
	const shown = SHOWN_HEADERS.flatMap((name) => {
		const value = headers[name];
		return value === undefined ? [] : [`${name}: ${value}`];
	});
	const title = `${status} ${statusText}`.trim();
	return [
		"",
		`${title} (${Math.round(durationMs)} ms)`,
		...shown,
		...describeBody(response),
	];
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
