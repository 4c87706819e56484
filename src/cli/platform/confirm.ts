import { CannotRun, type Io, writeLines } from "../io.ts";

/** Asks at the terminal. Returns false, with exit code 1, for any answer but yes. Throws CannotRun without a terminal. */
export async function confirm(
	io: Io,
	question: string,
	{ yes }: { readonly yes?: true },
): Promise<boolean> {
	if (yes) return true;
	if (io.ask === undefined) {
		throw new CannotRun(
			`There is no terminal to ask at. Nothing was written. Add --yes to ${question[0]?.toLowerCase()}${question.slice(1)}.`,
		);
	}
	const answer = await io.ask(`${question}? [y/N] `);
	if (/^\s*y(?:es)?\s*$/i.test(answer)) return true;
	writeLines(io.stderr, ["Nothing was written."]);
	io.exit(1);
	return false;
}
