import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Returns whether a program is installed on this machine. */
export function isInstalled(tool: string): boolean {
	return spawnSync("sh", ["-c", `command -v "${tool}"`]).status === 0;
}

/** The outcome of a program. */
export interface ToolOutcome {
	readonly code: number;
	/** Standard output, then standard error. */
	readonly output: string;
}

/** Runs a program to its end. */
export async function runTool(
	[program = "", ...args]: readonly string[],
	options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<ToolOutcome> {
	try {
		const { stdout, stderr } = await run(program, args, {
			...options,
			maxBuffer: 16_000_000,
		});
		return { code: 0, output: `${stdout}${stderr}` };
	} catch (error) {
		const { code, stdout, stderr, message } = error as ToolError;
		if (typeof code !== "number") throw new Error(message);
		return { code, output: `${stdout}${stderr}` };
	}
}

/** Defines a test that needs a program of the system. Where that is missing, the title says so, and the test is skipped. */
export function itWith(
	tool: string,
	title: string,
	test: (this: Mocha.Context) => Promise<void>,
): void {
	if (isInstalled(tool)) it(title, test);
	else
		it(`${title} (skipped: \`${tool}\` is not installed)`, function () {
			this.skip();
		});
}

// --- helpers ---

interface ToolError {
	readonly code: unknown;
	readonly stdout: string;
	readonly stderr: string;
	readonly message: string;
}
