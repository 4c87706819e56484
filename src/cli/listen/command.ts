import { randomBytes } from "node:crypto";
import { type Command, Option } from "commander";
import { readCopyUrl } from "../../desk/copy.ts";
import { decodeKey } from "../../gate/schemes/secrets.ts";
import { collect, createCommand, withConfig } from "../command.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import { openList } from "./list/run.ts";
import {
	type FindRouter,
	type PlaceOptions,
	readPlace,
	TOKEN_VARIABLE,
} from "./place.ts";
import {
	createCompactPrinter,
	createJsonPrinter,
	describeMissed,
} from "./plain.ts";
import { createSender, type Sender } from "./sender.ts";
import { type CopyListener, listenToCopies, type Wanted } from "./source.ts";

/** Creates `switchhook listen`, which copies events of a running router to this machine. */
export function listenCommand(io: Io): Command {
	const command = createCommand(
		"listen",
		"Copies events of a running router to this machine, while the router handles them as ever. With --to each copy is sent to a service, signed with Standard Webhooks. At a terminal it is a list with keys. After a disconnection it continues where it was.",
		[
			"listen --to http://localhost:3000",
			"listen --from https://router.internal:8081 --route inbound-sms",
			"listen --kind voice.event --output json | jq .payload",
		],
	).summary("Copies events of a running router to this machine.");
	return withConfig(command)
		.option(
			"--from <url>",
			"the admin listener of the router (default: the router that runs with the configuration)",
		)
		.option(
			"--token <token>",
			`a token with the scope reveal; better set ${TOKEN_VARIABLE}, because other users can see a command line`,
		)
		.option(
			"--route <name>",
			"only events of this route; repeatable",
			collect,
			[],
		)
		.option(
			"--kind <name>",
			"only events of this kind; repeatable",
			collect,
			[],
		)
		.option(
			"--number <number>",
			"only events that contain this telephone number",
		)
		.option(
			"--since <time>",
			"begin with the stored events since then: a duration such as 10m, or a time",
		)
		.option(
			"--to <url>",
			"send each copy there; a URL without a path gets the path of the webhook",
		)
		.option(
			"--secret <secret>",
			"sign copies with this secret, whsec_ and base64 (default: a new one, which is printed)",
		)
		.addOption(
			new Option(
				"--output <form>",
				"one line or one JSON object for each event (default: a list with keys at a terminal, else compact)",
			).choices(["compact", "json"]),
		)
		.action((options: ListenOptions) => listen(io, options));
}

// --- helpers ---

interface ListenOptions extends PlaceOptions {
	readonly route: readonly string[];
	readonly kind: readonly string[];
	readonly number?: string;
	readonly since?: string;
	readonly to?: string;
	readonly secret?: string;
	readonly output?: "compact" | "json";
}

async function listen(io: Io, options: ListenOptions): Promise<void> {
	const to = options.to === undefined ? undefined : readTo(options.to);
	const secret = options.secret ?? makeSecret();
	const key = decodeKey(secret);
	if (key === undefined)
		throw new CannotRun(
			"--secret: not a secret of Standard Webhooks. Expected whsec_ and base64.",
		);
	const find = await readPlace(io, options);
	const stop = new AbortController();
	const outside = io.interrupted?.();
	outside?.addEventListener("abort", () => stop.abort());
	const sender = createSender(key);
	const run: Run = { io, options, find, to, secret, sender, stop };
	try {
		if (isList(io, options)) await runList(run);
		else await runPrinter(run);
	} finally {
		await sender.close();
	}
}

/** The parts of a run. */
interface Run {
	readonly io: Io;
	readonly options: ListenOptions;
	readonly find: FindRouter;
	readonly to: URL | undefined;
	readonly secret: string;
	readonly sender: Sender;
	readonly stop: AbortController;
}

function isList(
	{ keyboard, window }: Io,
	{ output }: Pick<ListenOptions, "output">,
): boolean {
	return output === undefined && keyboard !== undefined && window !== undefined;
}

async function runList({
	io,
	options,
	find,
	to,
	secret,
	sender,
	stop,
}: Run): Promise<void> {
	const { keyboard, window } = io;
	if (keyboard === undefined || window === undefined) return;
	if (options.secret === undefined && to !== undefined) tellSecret(io, secret);
	const place = await find();
	const list = openList({
		io,
		keyboard: keyboard(),
		window,
		heading: {
			from: options.from ?? place?.url ?? "the router of this folder",
			to: options.to,
			secret,
		},
		sender,
		to,
		config: options,
		onQuit: () => stop.abort(),
	});
	try {
		await listenToCopies(find, wantedBy(options), list.listener, {
			signal: stop.signal,
		});
	} finally {
		list.close();
	}
}

/** Prints copies until it is stopped. Each line has the result of its copy, so it is printed when the service has answered. */
async function runPrinter({
	io,
	options,
	find,
	to,
	secret,
	sender,
	stop,
}: Run): Promise<void> {
	const printer =
		options.output === "json"
			? createJsonPrinter(io)
			: createCompactPrinter(io);
	if (options.secret === undefined && to !== undefined) tellSecret(io, secret);
	let publicUrl = "http://localhost";
	const pending = new Set<Promise<void>>();
	const listener: CopyListener = {
		onOpen(hello, { url }) {
			publicUrl = hello.publicUrl;
			writeLines(io.stderr, [
				`Listening to ${url}: ${hello.routes.join(", ")}`,
			]);
		},
		onCopy(copy) {
			if (to === undefined) {
				printer.copy(copy, undefined);
				return;
			}
			const work = sender
				.send(copy, to, publicUrl)
				.then((sent) => printer.copy(copy, sent))
				.finally(() => pending.delete(work));
			pending.add(work);
		},
		onMissed(count) {
			printer.missed(count);
			if (options.output === "json")
				writeLines(io.stderr, [describeMissed(count)]);
		},
		onLost: (reason) =>
			writeLines(io.stderr, [`Disconnected: ${reason}. Connecting again …`]),
	};
	await listenToCopies(find, wantedBy(options), listener, {
		signal: stop.signal,
	});
	await Promise.all(pending);
}

function wantedBy({ route, kind, number, since }: ListenOptions): Wanted {
	return { route, kind, number, since };
}

function tellSecret({ stderr }: Io, secret: string): void {
	writeLines(stderr, [`Copies are signed with the secret ${secret}`]);
}

function readTo(text: string): URL {
	const url = readCopyUrl(text);
	if (typeof url === "string") throw new CannotRun(`--to: ${url}.`);
	return url;
}

/** Makes a key of 24 bytes, as Standard Webhooks has it. */
function makeSecret(): string {
	return `whsec_${randomBytes(24).toString("base64")}`;
}
