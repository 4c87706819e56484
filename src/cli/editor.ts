import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CannotRun, type Io } from "./io.ts";

/**
 * Opens a text in the editor of VISUAL or EDITOR, default `vi`, and resolves with the saved text. Only the user can read the
 * file, and it is deleted afterwards. Throws CannotRun if the editor fails, which is how users abort (`:cq`).
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
		// The variable may contain options: `code --wait`. The file's name contains no special characters of a shell.
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
