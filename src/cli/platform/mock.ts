import { once } from "node:events";
import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { showHidden } from "../../observe/plain-text.ts";
import {
	createPaint,
	type Paint,
	wantsColor,
} from "../../observe/terminal/paint.ts";
import { DEMO_ACCOUNT } from "../../platform/mock/demo.ts";
import {
	createPlatformMock,
	DEFAULT_PACE,
	type PlatformMock,
	type PlatformMockOptions,
} from "../../platform/mock/mock.ts";
import type { JournalEntry } from "../../platform/mock/receive.ts";
import {
	openStateFile,
	type StateFile,
} from "../../platform/mock/state/file.ts";
import type { AccountInput } from "../../platform/mock/state/state.ts";
import { createCommand } from "../command.ts";
import { countErrors } from "../findings/show.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import { writeFindings } from "../load.ts";
import { readListen } from "../serve/ports.ts";
import { formatTable } from "../table.ts";

/** Creates `switchhook platform mock`, which simulates the platform until it is told to stop. Exit code 1 if its state file has errors. */
export function platformMockCommand(io: Io): Command {
	return createCommand(
		"mock",
		"Simulates the platform on this machine: its account settings, numbers and applications, as `platform plan` and `platform apply` read and write them. Try a whole set-up without an account. Only the calls of the URLs that you save leave this machine.",
		[
			"platform mock",
			"platform mock --state mock.yaml",
			"platform mock --listen 127.0.0.1:0 --pace 30",
		],
	)
		.summary("Simulates the platform on this machine.")
		.option(
			"--listen <address>",
			"the host and port, on loopback; port 0 takes a free one",
			"127.0.0.1:4010",
		)
		.option(
			"--state <file>",
			"YAML or JSON with the accounts: read at the start and after each edit, written after each change. Without it the state ends with the mock; a file that does not exist gets an account to try",
		)
		.option(
			"--pace <number>",
			"requests a second that each account may send; 0 for no bound",
			toPace,
			DEFAULT_PACE,
		)
		.option("--no-probe", "save URLs without calling them")
		.action((options: MockOptions) => run(io, options));
}

// --- helpers ---

interface MockOptions {
	readonly listen: string;
	readonly state?: string;
	readonly pace: number;
	readonly probe: boolean;
}

function toPace(text: string): number {
	const pace = Number(text);
	if (text.trim() !== "" && pace >= 0 && Number.isFinite(pace)) return pace;
	throw new InvalidArgumentError("Write a number, such as 3.");
}

async function run(io: Io, options: MockOptions): Promise<void> {
	const place = placeOf(options, io);
	const file =
		options.state === undefined
			? undefined
			: openStateFile(resolve(io.cwd, options.state));
	const start = await readStart(io, options, file);
	if (start === undefined) {
		io.exit(1);
		return;
	}
	const paint = createPaint({ colors: wantsColor(io.env, io.isTTY) });
	const mock = await open(options.listen, {
		accounts: start.accounts,
		listen: place,
		pace: options.pace === 0 ? false : options.pace,
		...(!options.probe && { probe: false }),
		...(file && keepIn(io, file, options.state as string)),
		onRequest: (entry) => io.stdout.write(`${describe(entry, paint)}\n`),
	});
	try {
		if (start.mustSave) await mock.edit(() => {});
		const stop = io.interrupted?.();
		writeLines(io.stdout, [
			...announce(mock, options),
			...(start.isDemo ? describeDemo(options) : []),
			"",
		]);
		if (stop?.aborted !== true) await once(stop ?? NEVER, "abort");
	} finally {
		await mock.close();
	}
}

/** Without a signal to stop, the mock runs until the process ends. */
const NEVER = new AbortController().signal;

/** Only names of this machine are allowed, because the secrets of a mock protect nothing. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

function placeOf(
	{ listen }: MockOptions,
	{ cwd }: Io,
): { readonly host: string; readonly port: number } {
	const place = readListen(listen, cwd);
	if (place.kind === "tcp") {
		const { host, port } = place;
		if (host === "") return { host: "127.0.0.1", port };
		if (LOOPBACK.test(host)) return { host, port };
	}
	throw new CannotRun(
		`--listen: the mock listens on loopback only. Write \`127.0.0.1:4010\`, not \`${listen}\`.`,
	);
}

interface Start {
	readonly accounts: readonly AccountInput[];
	readonly isDemo: boolean;
	readonly mustSave: boolean;
}

/** @returns undefined if the file has errors, which are reported */
async function readStart(
	io: Io,
	{ state = "" }: MockOptions,
	file: StateFile | undefined,
): Promise<Start | undefined> {
	const read = await readFile(file, state);
	if (read === undefined) {
		return {
			accounts: [DEMO_ACCOUNT],
			isDemo: true,
			mustSave: file !== undefined,
		};
	}
	const { accounts, findings, lacksIds } = read;
	await writeFindings(io, "stderr", findings);
	if (accounts !== undefined) {
		return { accounts, isDemo: false, mustSave: lacksIds };
	}
	writeLines(io.stderr, [
		`${state} has ${countErrors(findings)}. The mock was not started.`,
	]);
	return undefined;
}

async function readFile(
	file: StateFile | undefined,
	name: string,
): ReturnType<StateFile["read"]> {
	try {
		return await file?.read();
	} catch (error) {
		throw new CannotRun(`${name} cannot be read: ${(error as Error).message}`);
	}
}

async function open(
	listen: string,
	options: PlatformMockOptions,
): Promise<PlatformMock> {
	try {
		return await createPlatformMock(options);
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		const hint =
			code === "EADDRINUSE"
				? `. Stop the program that listens on ${listen}, or write \`--listen 127.0.0.1:0\``
				: "";
		throw new CannotRun(`cannot listen: ${message}${hint}.`);
	}
}

/** Reads a file that was edited before each request, and writes it after each change. */
function keepIn(
	io: Io,
	file: StateFile,
	name: string,
): Pick<PlatformMockOptions, "refresh" | "save"> {
	return {
		async refresh(state) {
			const { isChanged, findings } = await file.refresh(state);
			if (isChanged)
				writeLines(io.stdout, [`${name} was edited and read again`]);
			if (findings.length === 0) return;
			await writeFindings(io, "stderr", findings);
			writeLines(io.stderr, [
				`${name} has ${countErrors(findings)}. The mock goes on with the state of before, and does not write the file until it is fixed.`,
			]);
		},
		async save(state) {
			try {
				await file.save(state);
			} catch (error) {
				writeLines(io.stderr, [
					`${name} cannot be written: ${(error as Error).message}. The change is kept in memory.`,
				]);
			}
		},
	};
}

function announce(
	{ url, state }: PlatformMock,
	{ state: file, probe }: MockOptions,
): string[] {
	const { accounts } = state;
	return [
		`The mock of the platform listens on ${url}. Press Ctrl-C to stop it.`,
		"",
		...formatTable([
			["ACCOUNT", "NUMBERS", "APPLICATIONS"],
			...accounts.map(({ apiKey, numbers, applications }) => [
				apiKey,
				String(numbers.length),
				String(applications.length),
			]),
		]),
		"",
		"Point routes.yaml at it:",
		"",
		...describeHosts(
			url,
			accounts.map(({ apiKey }) => apiKey),
		),
		"",
		...(file === undefined
			? []
			: [
					`The state is in ${file}: an edit there is an edit in the dashboard.`,
				]),
		...(probe
			? [
					"It calls a URL by GET before it saves it, and wants 200. Let `loopback` through the firewall of these routes.",
				]
			: []),
	];
}

function describeHosts(url: string, keys: readonly string[]): string[] {
	const hosts = `hosts: { rest: "${url}", api: "${url}" }`;
	if (keys.length === 1) {
		return [
			"  platform:",
			`    apiKey: \${VONAGE_API_KEY}`,
			`    apiSecret: \${VONAGE_API_SECRET}`,
			`    ${hosts}`,
		];
	}
	return [
		"  platform:",
		"    accounts:",
		...keys.flatMap((key, index) => [
			`      account-${index + 1}:`,
			`        apiKey: ${key}`,
			`        apiSecret: \${VONAGE_API_SECRET_${index + 1}}`,
			`        ${hosts}`,
		]),
	];
}

/** The secret of this account is public. */
function describeDemo({ state }: MockOptions): string[] {
	const { apiKey, apiSecret } = DEMO_ACCOUNT;
	return [
		"",
		`This account is made up${state === undefined ? "" : `, and written to ${state}`}. Put its key and secret into .env:`,
		"",
		`  VONAGE_API_KEY=${apiKey}`,
		`  VONAGE_API_SECRET=${apiSecret}`,
	];
}

/** Writes a request in one line: `POST /number/update 420 447700900000 moHttpUrl  GET https://… answered 404, expected 200`. */
function describe(entry: Readonly<JournalEntry>, paint: Paint): string {
	const { method, path, query, status, form = {}, note } = entry;
	const { country: _, msisdn, ...fields } = form;
	const tone = status === undefined || status >= 400 ? "bad" : "good";
	const url = showHidden(query === "" ? path : `${path}?${query}`);
	const about = [msisdn, ...Object.keys(fields)].filter(
		(text) => text !== undefined,
	);
	return [
		`${method.padEnd(6)} ${url}`,
		paint(status === undefined ? "no answer" : String(status), tone),
		...(about.length > 0 ? [paint(showHidden(about.join(" ")), "dim")] : []),
		...(note === undefined ? [] : [`(${showHidden(note)})`]),
	].join(" ");
}
