import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { formatFinding } from "../../src/finding/finding.ts";
import { loadPlugin } from "../../src/plugin/loader/load.ts";
import type { Plugin } from "../../src/plugin/loader/plugin.ts";

/** Writes files (name to text) into a new folder, hands its path over, and removes it afterwards. */
export async function withFolder(
	files: Readonly<Record<string, string>>,
	use: (folder: string) => Promise<void>,
): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), "switchhook-plugin-"));
	try {
		for (const [name, text] of Object.entries(files)) {
			await mkdir(dirname(join(folder, name)), { recursive: true });
			await writeFile(join(folder, name), text);
		}
		await use(folder);
	} finally {
		await rm(folder, { recursive: true });
	}
}

/** Loads the first of the files and hands over the plugin and its findings, folder left out. */
export async function load(
	files: Readonly<Record<string, string>>,
	use: (plugin: Plugin | undefined, findings: readonly string[]) => void,
	options: { readonly timeoutMs?: number } = {},
): Promise<void> {
	const [first = ""] = Object.keys(files);
	await withFolder(files, async (folder) => {
		const { plugin, findings } = await loadPlugin(join(folder, first), options);
		use(
			plugin,
			findings.map((finding) =>
				formatFinding(finding).replaceAll(`${folder}/`, ""),
			),
		);
	});
}
