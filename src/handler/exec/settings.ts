import { dirname, resolve } from "node:path";
import { readSize, readTimer } from "../../config/parts/limits.ts";
import type { HandlerSettings } from "../../config/settings.ts";
import { isRecord } from "../../event/is-record.ts";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";

/** The normalised settings of a program. */
export interface ExecSettings extends HandlerSettings {
	/** A name without a slash, which is searched in `PATH`, or an absolute path. */
	readonly program: string;
	readonly args: readonly string[];
	/** The program as it is written. */
	readonly shown: string;
	/** Absolute. */
	readonly folder: string;
	/** MUST NOT be shown: it may contain secrets. */
	readonly environment: Readonly<Record<string, string>>;
	readonly user: string | undefined;
	/** Milliseconds. Undefined for the route's time. */
	readonly timeoutMs: number | undefined;
	readonly maxOutputBytes: number;
	readonly limits: Limits;
}

/** The limits that the system enforces. Each is undefined for none. */
export interface Limits {
	readonly memoryBytes: number | undefined;
	readonly cpuSeconds: number | undefined;
	readonly files: number | undefined;
}

/** `exec` as written. */
export type WrittenExec =
	| readonly string[]
	| {
			readonly command: readonly string[];
			readonly folder?: string;
			readonly environment?: Readonly<
				Record<string, string | number | boolean>
			>;
			readonly user?: string;
			readonly timeout?: string;
			readonly maxOutput?: string;
			readonly maxMemory?: string;
			readonly maxCpu?: string;
			readonly maxFiles?: number;
	  };

/** Reads the settings. Undefined, with a finding, if something is wrong. */
export function readExec(
	written: WrittenExec,
	site: Site,
	report: Report,
): ExecSettings | undefined {
	const isShort = !isRecord(written);
	const form = isRecord(written)
		? (written as Exclude<WrittenExec, readonly string[]>)
		: { command: written };
	const [program = "", ...args] = form.command;
	const here = dirname(site.file.source.file);
	const environment = toTexts(form.environment ?? {});
	const texts = [...form.command, ...Object.values(environment)];
	if (texts.some((text) => text.includes("\u0000"))) {
		report.error((isShort ? site : site.in("command")).at(), {
			what: "a program cannot get a text with a NUL character",
			todo: "take it out",
		});
		return undefined;
	}
	return {
		type: "exec",
		program: program.includes("/") ? resolve(here, program) : program,
		args,
		shown: program,
		folder: resolve(here, form.folder ?? "."),
		environment,
		user: form.user,
		timeoutMs: readTimer(form.timeout, site.in("timeout"), report),
		maxOutputBytes:
			readSize(form.maxOutput, site.in("maxOutput"), report) ?? MAX_OUTPUT,
		limits: {
			memoryBytes: readSize(form.maxMemory, site.in("maxMemory"), report),
			cpuSeconds: toSeconds(readTimer(form.maxCpu, site.in("maxCpu"), report)),
			files: form.maxFiles,
		},
	};
}

// --- helpers ---

const MAX_OUTPUT = 1_000_000;

function toTexts(
	values: Readonly<Record<string, string | number | boolean>>,
): Readonly<Record<string, string>> {
	return Object.fromEntries(
		Object.entries(values).map(([name, value]) => [name, String(value)]),
	);
}

/** The system counts whole seconds. */
function toSeconds(ms: number | undefined): number | undefined {
	return ms === undefined ? undefined : Math.max(1, Math.ceil(ms / 1000));
}
