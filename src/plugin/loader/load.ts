import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import type { Finding } from "../../finding/finding.ts";
import * as publicFace from "../../index.ts";
import { type Inputs, NO_INPUTS } from "../../inputs.ts";
import { LATE, within } from "../../within.ts";
import { withoutExit } from "./exit-guard.ts";
import {
	isTypeScript,
	JITI_OPTIONS,
	jiti,
	placeOfThrow,
	toFault,
} from "./fault.ts";
import { createModules, noteImports } from "./imports.ts";
import type { Plugin } from "./plugin.ts";
import { toPlugin } from "./shape.ts";
import { transpile } from "./transpile.ts";

/** How a plugin is loaded. */
export interface LoadOptions {
	/** Time for the file and its imports to be evaluated, milliseconds, default 10 000. */
	readonly timeoutMs?: number;
	/** Hear of the file and its imports; default nobody does. */
	readonly inputs?: Inputs;
}

/**
 * Imports a plugin's file, afresh at each call, with no build step and no files on disk. Runs neither its `setup` nor a
 * handler. The plugin is undefined if there is a finding.
 *
 * All imports of `switchhook` in the file come from the running router, wherever it was started. The imported files are fresh
 * too. Packages in `node_modules` are not, because Node keeps them.
 */
export async function loadPlugin(
	file: string,
	{ timeoutMs = 10_000, inputs = NO_INPUTS }: LoadOptions = {},
): Promise<{ plugin: Plugin | undefined; findings: readonly Finding[] }> {
	const fail = (finding: Finding) => ({
		plugin: undefined,
		findings: [finding],
	});
	const start = { file, line: 1, column: 1, severity: "error" } as const;
	let text: string;
	inputs.file(file);
	try {
		text = await readFile(file, "utf8");
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		return fail({ ...start, what: `the plugin cannot be read: ${code}` });
	}
	const source = { file, text };
	try {
		const { value: exported, ended } = await withoutExit(
			() => within(evaluate(source, inputs), timeoutMs),
			(call) => placeOfThrow(call, file) !== undefined,
		);
		if (ended !== undefined) return fail(toFault(ended, source));
		if (exported !== LATE) return toPlugin(exported, source);
		return fail({
			...start,
			what: `importing the plugin did not finish in ${timeoutMs / 1000} s`,
			todo: "move an `await` at the file's top into `setup`",
		});
	} catch (error) {
		return fail(toFault(error, source));
	}
}

// --- helpers ---

/**
 * `forceTranspile`, as jiti would give plain JavaScript to Node, which neither forgets a module nor
 * finds `switchhook`.
 */
async function evaluate(
	{ file, text }: { readonly file: string; readonly text: string },
	inputs: Inputs,
): Promise<unknown> {
	noteImports(file, text, inputs);
	const loader = jiti().createJiti(file, {
		...JITI_OPTIONS,
		transform: transpile,
		virtualModules: { switchhook: publicFace },
	});
	return loader.evalModule(text, {
		filename: file,
		ext: isTypeScript(file) ? ".ts" : extname(file),
		cache: createModules(file, () => loader, inputs),
		async: true,
		forceTranspile: true,
	});
}
