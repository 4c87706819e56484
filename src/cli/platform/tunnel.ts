import { once } from "node:events";
import { join } from "node:path";
import { type Command, Option } from "commander";
import type { Settings } from "../../config/settings.ts";
import { applyPlan, probedUrls } from "../../platform/apply/apply.ts";
import {
	lastSentOf,
	openJournal,
	openTunnel,
	type Run,
} from "../../platform/apply/journal.ts";
import { takeLock } from "../../platform/apply/lock.ts";
import { probeRouter } from "../../platform/apply/probe.ts";
import { undoRuns } from "../../platform/apply/undo.ts";
import { PlatformFault } from "../../platform/fault.ts";
import { makePlan } from "../../platform/plan/make.ts";
import type { Plan, Target } from "../../platform/plan/plan.ts";
import { renderPlan } from "../../platform/plan/render.ts";
import {
	choosesNumbers,
	type PlannedRoute,
	takesNumber,
	toPlannedRoutes,
} from "../../platform/plan/routes.ts";
import type { RemoteNumber } from "../../platform/remote.ts";
import {
	startTunnel,
	TUNNEL_PROGRAMS,
	type Tunnel,
} from "../../platform/tunnel.ts";
import {
	type ConfigOptions,
	collect,
	createCommand,
	withConfig,
} from "../command.ts";
import { plural } from "../findings/show.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import { createAsker } from "./ask-router.ts";
import { type PlatformGround, withPlatform } from "./ground.ts";
import { writePlanLines } from "./show.ts";

/**
 * Creates `switchhook platform tunnel`, which points development applications and numbers at a public URL, and restores them at
 * the end.
 */
export function tunnelCommand(io: Io): Command {
	const command = createCommand(
		"tunnel",
		"Points applications and numbers of a development account at a tunnel to this machine, and restores their settings at the end. After a crash, the next run restores them.",
		[
			"platform tunnel --app main",
			"platform tunnel --app main --url https://example.ngrok.app",
			"platform tunnel --restore",
		],
	).summary("Points a development application at a tunnel.");
	return withConfig(command)
		.option(
			"--app <name>",
			"an application of `platform.applications`; may be repeated",
			collect,
			[],
		)
		.option("--number <digits>", "a number; may be repeated", collect, [])
		.option("--url <url>", "the URL of a tunnel that runs already")
		.addOption(
			new Option(
				"--with <program>",
				"the program that makes the tunnel; the first that is installed otherwise",
			).choices(TUNNEL_PROGRAMS.map(({ name }) => name)),
		)
		.option("--restore", "put back what a tunnel left, and end")
		.action((options: Options) => tunnel(io, options));
}

// --- helpers ---

/** As long as a timer can be. */
const ALIVE_MS = 2 ** 31 - 1;

/** So long a program may take until it has a URL. */
const URL_WAIT_MS = 30_000;

interface Options extends ConfigOptions {
	readonly app: readonly string[];
	readonly number: readonly string[];
	readonly url?: string;
	readonly with?: string;
	readonly restore?: true;
}

async function tunnel(io: Io, options: Options): Promise<void> {
	await withPlatform(io, options, async (ground) => {
		const lock = await takeLock(join(ground.folder, "platform.lock"));
		if (typeof lock === "number") {
			throw new CannotRun(
				`Another \`switchhook platform\` command writes with this configuration (process ${lock}). Wait for it. Nothing was written.`,
			);
		}
		try {
			const open = openTunnel(ground.journal);
			if (open !== undefined) await putBack(io, ground, open);
			else if (options.restore) {
				writeLines(io.stdout, ["No tunnel left anything to put back."]);
			}
			if (!options.restore) await run(io, ground, options);
		} finally {
			await lock.release();
		}
	});
}

async function run(
	io: Io,
	ground: PlatformGround,
	options: Options,
): Promise<void> {
	refuse(ground, options);
	const stop = io.interrupted?.();
	const opened = await openPublic(io, ground.settings, options, stop);
	try {
		const plan = await planFor(ground, options, opened.url);
		const total = plan.accounts.flatMap(({ objects }) => objects).length;
		const isBlocked = plan.problems.some(({ blocks }) => blocks);
		if (total === 0 && !isBlocked) {
			throw new CannotRun(
				`Everything that you named is at ${opened.url} already, or no route has a URL for it. Nothing was written.`,
			);
		}
		writePlanLines(io, renderPlan(plan));
		if (isBlocked) {
			io.exit(1);
			return;
		}
		await probeRouter(probedUrls(plan), {
			transport: ground.transport,
			askRouter: createAsker(ground.settings),
			publicUrl: opened.url,
		});
		try {
			await write(ground, plan, opened.url);
			writeLines(io.stdout, [
				`${plural(total, "object")} at ${opened.url}. Press Ctrl-C to put everything back.`,
			]);
			await untilEnd(opened.ended, stop);
		} finally {
			const left = openTunnel(await reopened(ground));
			if (left !== undefined) await putBack(io, ground, left);
		}
	} finally {
		await opened.close();
	}
}

/** Waits for the end of the tunnel or for Ctrl-C. */
async function untilEnd(
	ended: Promise<void>,
	stop: AbortSignal | undefined,
): Promise<void> {
	if (stop?.aborted) return;
	// A signal alone does not keep a process alive, which would leave the platform at the tunnel.
	const alive = setInterval(() => {}, ALIVE_MS);
	try {
		await Promise.race([ended, stop && once(stop, "abort")].filter(Boolean));
	} finally {
		clearInterval(alive);
	}
}

/** Refuses everything that is not marked for development, before anything is sent. */
function refuse(
	{ platform }: PlatformGround,
	{ app, number, url }: Options,
): void {
	const accounts = [...platform.accounts.values()];
	const own = accounts.filter(({ isDevelopment }) => isDevelopment);
	if (own.length === 0) {
		throw new CannotRun(
			"No account of `platform` says `development: true`: a tunnel takes the webhooks of all that it points at. Write it on an account that nobody depends on.",
		);
	}
	if (app.length === 0 && number.length === 0) {
		throw new CannotRun(
			"Name what the tunnel takes: `--app <name>`, `--number <digits>`, or several of them.",
		);
	}
	for (const name of app) {
		if (own.some(({ applications }) => applications.has(name))) continue;
		const isThere = accounts.some(({ applications }) => applications.has(name));
		throw new CannotRun(
			isThere
				? `Application ${name} is of an account without \`development: true\`.`
				: `\`platform.applications\` has no ${name}.`,
		);
	}
	if (url !== undefined && !/^https?:\/\/[^\s/?#@]+\/*$/.test(url)) {
		throw new CannotRun(
			`--url: ${url} is not a URL of http or https without a path.`,
		);
	}
}

/** Returns the tunnel of `--url`, or one that a program opens. Throws CannotRun. */
async function openPublic(
	io: Io,
	{ server }: Settings,
	options: Options,
	stop: AbortSignal | undefined,
): Promise<Tunnel> {
	if (options.url !== undefined) {
		return {
			url: options.url.replace(/\/+$/, ""),
			ended: new Promise(() => {}),
			close: async () => {},
		};
	}
	const place = server.listen.find(({ kind }) => kind === "tcp");
	if (place?.kind !== "tcp" || place.port === 0) {
		throw new CannotRun(
			"`server.listen` has no port that a tunnel can lead to: write one, or start the tunnel yourself and name it with --url.",
		);
	}
	const programs = TUNNEL_PROGRAMS.filter(
		({ name }) => options.with === undefined || name === options.with,
	);
	for (const program of programs) {
		const late = AbortSignal.timeout(URL_WAIT_MS);
		const opened = await startTunnel(program, place.port, {
			env: { ...io.env },
			signal: stop === undefined ? late : AbortSignal.any([stop, late]),
		});
		if (opened === undefined) continue;
		if ("url" in opened) return opened;
		if (stop?.aborted) {
			throw new CannotRun("The run was ended early. Nothing was written.");
		}
		const how = late.aborted
			? `gave no URL in ${URL_WAIT_MS / 1000} s`
			: "ended without a URL";
		throw new CannotRun(
			`${program.name} ${how}. Nothing was written.${opened.failure === "" ? "" : ` It wrote:\n${opened.failure}`}`,
		);
	}
	const names = programs.map(({ name }) => name).join(" nor ");
	throw new CannotRun(
		`${programs.length > 1 ? "Neither " : ""}${names} is ${programs.length > 1 ? "" : "not "}installed: install one, or name the URL of another tunnel with --url.`,
	);
}

/** Creates the plan for the tunnel's URL, limited to the chosen objects in development accounts. */
async function planFor(
	{ settings, platform, session, journal, routes }: PlatformGround,
	{ app, number }: Options,
	url: string,
): Promise<Plan> {
	const known = routes.map(({ name, kind, methods }) => ({
		...{ name, kind, methods },
	}));
	const remotes = await session.read();
	const owned = [...platform.accounts.values()]
		.filter(({ isDevelopment }) => isDevelopment)
		.flatMap(({ name }) => remotes.get(name)?.numbers ?? []);
	for (const msisdn of number) refuseNumber(msisdn, owned, routes);
	const plan = makePlan({
		publicUrl: url,
		accounts: platform.accounts,
		remotes,
		routes: toPlannedRoutes({ ...settings, server: { publicUrl: url } }, known),
		lastSent: (account, msisdn, setting) =>
			lastSentOf(journal, account, msisdn, setting),
	});
	const isChosen = (target: Target): boolean =>
		target.type === "application"
			? app.includes(target.name)
			: target.type === "number" && number.includes(target.msisdn);
	return {
		...plan,
		problems: plan.problems.filter(({ blocks }) => blocks),
		accounts: plan.accounts
			.filter(({ account }) => platform.accounts.get(account)?.isDevelopment)
			.map((one) => ({
				...one,
				objects: one.objects.filter(({ target }) => isChosen(target)),
				untouched: [],
				unreadable: [],
			})),
	};
}

/** Refuses a number to which the tunnel would write nothing. Throws CannotRun. */
function refuseNumber(
	msisdn: string,
	owned: readonly RemoteNumber[],
	routes: readonly PlannedRoute[],
): void {
	if (!owned.some((one) => one.msisdn === msisdn)) {
		throw new CannotRun(
			`--number: no account with \`development: true\` owns ${msisdn}. Nothing was written.`,
		);
	}
	const isTaken = routes.some(
		(route) =>
			choosesNumbers(route) &&
			takesNumber(route, msisdn) &&
			(route.level === "number" || route.level === "app"),
	);
	if (isTaken) return;
	throw new CannotRun(
		`--number: no route of level \`number\` takes ${msisdn}. Add one whose \`match\` fits it, or leave the number out: an application's numbers follow it. Nothing was written.`,
	);
}

async function write(
	{ journal, session }: PlatformGround,
	plan: Plan,
	url: string,
): Promise<void> {
	const open = await journal.begin({ tunnel: url }, Date.now());
	try {
		await applyPlan(plan, { clients: session.clients, run: open });
	} finally {
		await open.close();
	}
}

function reopened({ folder }: PlatformGround) {
	return openJournal(join(folder, "platform-journal.jsonl"));
}

/** Restores the values from before a tunnel. Exit code 1 if some cannot be restored. */
async function putBack(
	io: Io,
	ground: PlatformGround,
	run: Run,
): Promise<void> {
	const open = await ground.journal.begin({ undoes: run.id }, Date.now());
	const { runs } = await reopened(ground);
	const earlier = { runs: runs.filter(({ id }) => id !== run.id) };
	try {
		const { count, left } = await undoRuns([run], {
			clients: ground.session.clients,
			run: open,
			sentBefore: ({ account, target }, setting) =>
				target.type === "number"
					? lastSentOf(earlier, account, target.msisdn, setting)
					: undefined,
		});
		writeLines(io.stdout, [
			`${plural(count, "object")} put back from the tunnel ${run.tunnel}.`,
		]);
		if (left.length === 0) return;
		writeLines(io.stderr, [
			"Stays as it is:",
			...left.map((one) => `  ${one}`),
			"Run `switchhook platform tunnel --restore` again, or set it by `apply`.",
		]);
		io.exit(1);
	} catch (error) {
		if (!(error instanceof PlatformFault)) throw error;
		throw new CannotRun(
			`${error.message}\nThe platform still points at the tunnel ${run.tunnel}. Run \`switchhook platform tunnel --restore\` to put everything back.`,
		);
	} finally {
		await open.close();
	}
}
