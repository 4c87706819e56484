import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { Wording } from "../../finding/finding.ts";
import { memo } from "../../memo.ts";
import type { ExecSettings, Limits } from "./settings.ts";

/** A program that can be started. */
export interface Launch {
	/** Absolute path. */
	readonly file: string;
	readonly args: readonly string[];
	readonly folder: string;
	readonly environment: Readonly<Record<string, string>>;
	/** Undefined for the user of the router. */
	readonly ids: { readonly uid: number; readonly gid: number } | undefined;
}

/** The reason why a program cannot be started, and the key that names it. */
export interface Missing extends Wording {
	readonly key: string;
	/** True if it may be different on the machine that serves. */
	readonly isOfMachine?: boolean;
}

/** Prepares the start of a program, or explains why it cannot be started on this machine. */
export async function findLaunch(
	settings: ExecSettings,
	{
		env = process.env,
		getuid = process.getuid,
	}: {
		readonly env?: Readonly<Record<string, string | undefined>>;
		readonly getuid?: (() => number) | undefined;
	} = {},
): Promise<Launch | readonly Missing[]> {
	const { program, args, folder, environment, user, limits } = settings;
	const systemPath = env.PATH ?? DEFAULT_PATH;
	const path = environment.PATH ?? systemPath;
	const file = await findProgram(program, path);
	const missing: Missing[] = [];
	if (typeof file !== "string") {
		missing.push({ key: "command", ...problemOf(settings, file.why) });
	}
	if (!(await isFolder(folder))) {
		missing.push({
			key: "folder",
			what: `the folder \`${folder}\` of the program does not exist`,
			todo: "create it, or correct its path",
		});
	}
	const prlimit = hasLimits(limits)
		? await findProgram("prlimit", systemPath)
		: undefined;
	if (prlimit !== undefined && typeof prlimit !== "string") {
		missing.push({
			key: keyOf(limits),
			what: "`prlimit` is not installed, so the system cannot enforce the limit",
			expected: "Linux with util-linux",
			todo: "install it, or take out `maxMemory`, `maxCpu` and `maxFiles`",
			isOfMachine: true,
		});
	}
	const ids = user === undefined ? undefined : await idsOf(user);
	if (user !== undefined && ids === undefined) {
		missing.push({
			key: "user",
			what: `this machine has no user \`${user}\``,
			todo: "create the user, or take out `user`",
			isOfMachine: true,
		});
	} else if (ids !== undefined && ids.uid !== getuid?.() && getuid?.() !== 0) {
		missing.push({
			key: "user",
			what: "`user` needs a router that runs as root, and this one does not",
			todo: "run the router as root, or as that user and take out `user`",
			isOfMachine: true,
		});
	}
	if (typeof file !== "string" || missing.length > 0) return missing;
	const [first, ...rest] = [
		...(await memo(LEASHES, systemPath, () => findLeash(systemPath))),
		...(prlimit === undefined ? [] : [prlimit, ...toArgs(limits)]),
		file,
		...args,
	] as [string, ...string[]];
	return {
		file: first,
		args: rest,
		folder,
		environment: { PATH: path, ...environment },
		ids,
	};
}

// --- helpers ---

const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

/** The leash of each path, which takes a process to find out. Routes and reloads share it. */
const LEASHES = new Map<string, Promise<readonly string[]>>();

/** Finds a program as the system would, without the current folder. */
async function findProgram(
	name: string,
	path: string,
): Promise<string | { readonly why: "missing" | "not executable" }> {
	const places = name.includes("/")
		? [name]
		: path
				.split(delimiter)
				.filter((folder) => folder.startsWith("/"))
				.map((folder) => join(folder, name));
	let why: "missing" | "not executable" = "missing";
	for (const place of places) {
		if (!(await isFile(place))) continue;
		try {
			await access(place, constants.X_OK);
			return place;
		} catch {
			why = "not executable";
		}
	}
	return { why };
}

function problemOf(
	{ program, shown }: ExecSettings,
	why: "missing" | "not executable",
): Wording {
	if (why === "not executable") {
		return {
			what: `the program \`${shown}\` may not be executed`,
			todo: `run \`chmod +x ${shown}\``,
		};
	}
	return program.includes("/")
		? {
				what: `the program \`${shown}\` does not exist`,
				expected: "a path relative to this file",
				todo: "create it, or correct its path",
			}
		: {
				what: `the program \`${shown}\` is not in \`PATH\``,
				todo: "install it, or write its path, such as `./bin/name`",
			};
}

async function isFile(path: string): Promise<boolean> {
	return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

async function isFolder(path: string): Promise<boolean> {
	return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

function hasLimits({ memoryBytes, cpuSeconds, files }: Limits): boolean {
	return [memoryBytes, cpuSeconds, files].some((one) => one !== undefined);
}

function keyOf({ memoryBytes, cpuSeconds }: Limits): string {
	if (memoryBytes !== undefined) return "maxMemory";
	return cpuSeconds === undefined ? "maxFiles" : "maxCpu";
}

function toArgs({ memoryBytes, cpuSeconds, files }: Limits): string[] {
	return [
		...(memoryBytes === undefined ? [] : [`--as=${memoryBytes}`]),
		...(cpuSeconds === undefined ? [] : [`--cpu=${cpuSeconds}`]),
		...(files === undefined ? [] : [`--nofile=${files}`]),
		"--",
	];
}

/**
 * Returns the command that lets the system kill a program when the router ends without doing so, as after a SIGKILL (prctl(2),
 * PR_SET_PDEATHSIG). Empty where `setpriv` of util-linux 2.33 or newer is missing; that of BusyBox has no such option.
 */
async function findLeash(path: string): Promise<readonly string[]> {
	const setpriv = await findProgram("setpriv", path);
	if (typeof setpriv !== "string") return [];
	const leash = [setpriv, "--pdeathsig", "KILL"] as const;
	try {
		await run(leash[0], [...leash.slice(1), "true"]);
		return [...leash, "--"];
	} catch {
		return [];
	}
}

const run = promisify(execFile);

/** Asks the system for the ids of a user, who may be in a directory of the network. */
async function idsOf(user: string): Promise<Launch["ids"]> {
	// `id` would take it for an option.
	if (user.startsWith("-")) return undefined;
	try {
		const [uid, gid] = await Promise.all(
			["-u", "-g"].map(async (option) => {
				const { stdout } = await run("id", [option, user]);
				return Number(stdout.trim());
			}),
		);
		return Number.isInteger(uid) && Number.isInteger(gid)
			? { uid: uid as number, gid: gid as number }
			: undefined;
	} catch {
		return undefined;
	}
}
