import { runCli } from "./cli.ts";

/** Runs `explain … --json`, and returns its report and exit code. */
export async function report(
	folder: string,
	...args: readonly string[]
): Promise<{ readonly code: number; readonly [key: string]: unknown }> {
	const { code, out, err } = await runCli(
		["explain", ...args, "--json"],
		folder,
	);
	if (out === "") throw new Error(err);
	return { ...JSON.parse(out), code };
}

/** A gate's verdict as `explain --json` prints it. */
export interface Gate {
	readonly gate: string;
	readonly verdict: string;
	readonly code?: string;
}

/** Gates to their code, or to their verdict where they have none. */
export const verdictsOf = (found: { readonly [key: string]: unknown }) =>
	Object.fromEntries(
		(found.verdicts as Gate[]).map(({ gate, verdict, code }) => [
			gate,
			code ?? verdict,
		]),
	);
