import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CannotRun, type Io } from "./io.ts";

/**
 * Opens a text in the editor that VISUAL or EDITOR names, default `vi`, and resolves with what was saved. The file is the
 * user's alone, and gone afterwards. Throws CannotRun where the editor fails, which is how one says to stop (`:cq`).
 */
export async function openEditor(
	text: string,
	name: string,
	{ env }: Pick<Io, "env">,
): Promise<string> {
	const editor = env.VISUAL || env.EDITOR || "vi";
	const folder = await mkdtemp(join(tmpdir(), "switchhook-"));
	try {
		const file = join(folder, name);
		await writeFile(file, text, { mode: 0o600 });
		// The variable may hold options: `code --wait`. The name of the file has no character that a shell obeys.
		const child = spawn(`${editor} "${file}"`, {
			shell: true,
			stdio: "inherit",
		});
		const [code] = await once(child, "close");
		if (code !== 0) {
			throw new CannotRun(
				`the editor \`${editor}\` exited with ${code}. Nothing was sent.`,
			);
		}
		return await readFile(file, "utf8");
	} finally {
		await rm(folder, { recursive: true });
	}
}
