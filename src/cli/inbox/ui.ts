import type { Command } from "commander";
import { createLog } from "../../observe/log.ts";
import { findAdmin } from "../admin/client.ts";
import { createInboxRouter } from "../admin/inbox-router.ts";
import { chooseAdmin } from "../admin/listen.ts";
import { openListener } from "../admin/listener.ts";
import { checkToLook, loadToLook } from "../admin/look.ts";
import { pollPauses } from "../admin/pause-poll.ts";
import { openBrowser } from "../browser.ts";
import { createCommand } from "../command.ts";
import { controlSocketOf } from "../control.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import { loadCatalog } from "../load.ts";
import { readVersion } from "../package.ts";
import { nameStore } from "../start/report.ts";
import {
	type Found,
	findInbox,
	type PlaceOptions,
	useInbox,
	withPlace,
} from "./site.ts";

/** Creates `switchhook inbox ui`, which shows an inbox in the browser without a router, until Ctrl-C. */
export function uiCommand(io: Io): Command {
	const command = createCommand(
		"ui",
		"Shows the inbox in the browser, whether or not a router is running: the page of the admin listener with everything that needs no router. What you replay or release waits for the next router, or for the one that runs. Prints a URL with a token, and runs until you press Ctrl-C.",
		[
			"inbox ui --open",
			"inbox ui --store sqlite:backup/inbox.db",
			"inbox ui --listen 127.0.0.1:9000",
		],
	).summary("Shows the inbox in the browser.");
	return withPlace(command)
		.option(
			"--listen <address>",
			"host:port or :port; any address but loopback needs a token in `admin` (default: 127.0.0.1 and a free port)",
		)
		.option("--open", "open the page in your browser")
		.action((options: UiOptions) => showInbox(io, options));
}

// --- helpers ---

interface UiOptions extends PlaceOptions {
	readonly listen?: string;
	readonly open?: true;
}

async function showInbox(io: Io, options: UiOptions): Promise<void> {
	const found = await findInbox(io, options);
	await tellOfRouter(io, found, options);
	const configuration = await loadToLook(io, options);
	const { settings, runtime } = configuration;
	try {
		await useInbox(io, options, found, async (store) => {
			const log = createLog({
				pretty: io.screens?.stderr !== undefined,
				colors: io.screens?.stderr?.colour === true,
				destination: { write: (line) => void io.stderr.write(line) },
			});
			const pauses = await pollPauses(store);
			const inbox = nameStore(found.place, io.cwd);
			const router = createInboxRouter({
				configuration: () => configuration,
				store: () => store,
				pauses,
				log: log.of("admin"),
				version: await readVersion(),
				inbox,
				check: () => checkToLook(io, options),
				loadKinds: () => loadCatalog(io, options.config),
			});
			const place = options.listen ?? "127.0.0.1:0";
			const choice = chooseAdmin(place, settings.admin, "--listen");
			if (choice === undefined)
				throw new CannotRun("--listen: the page needs an address.");
			const listener = await openListener(() => router, router.log, choice);
			try {
				writeLines(io.stdout, [
					`The inbox ${inbox} is at`,
					`  ${listener.pageUrl}`,
				]);
				writeLines(io.stderr, ["Press Ctrl-C to end."]);
				if (options.open) await open(io, listener.pageUrl);
				await interruption(io);
			} finally {
				pauses.stop();
				await listener.close();
			}
		});
	} finally {
		await runtime.close();
	}
}

async function open(io: Io, url: string): Promise<void> {
	const reason = await openBrowser(url, io);
	if (reason === undefined) return;
	writeLines(io.stderr, [`${reason}. Open the URL yourself, or set BROWSER.`]);
}

/** Names the page of the router that runs with this inbox, which can do more. */
async function tellOfRouter(
	io: Io,
	{ settings }: Found,
	{ store }: PlaceOptions,
): Promise<void> {
	if (settings === undefined || store !== undefined) return;
	const client = await findAdmin(controlSocketOf(settings));
	if (client === undefined) return;
	writeLines(io.stderr, [
		`A router runs with this inbox, and its own page at ${client.url} shows more. This page changes the same deliveries.`,
	]);
}

/** Resolves at Ctrl-C. */
function interruption(io: Io): Promise<void> {
	const signal = io.interrupted?.();
	return new Promise((resolve) => {
		if (signal === undefined || signal.aborted) resolve();
		else signal.addEventListener("abort", () => resolve(), { once: true });
	});
}
