import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { toTest, toTestYaml } from "../../../desk/test-case.ts";
import type { DeliveryDetail } from "../../../inbox/port/delivery.ts";
import type { ConfigOptions } from "../../command.ts";
import { CannotRun, type Io, writeLines } from "../../io.ts";
import { loadUsable } from "../../load.ts";

/**
 * Writes a delivery to a new file as a test, for `switchhook test` and `switchhook send --file`. Personal data is replaced by stand-ins. Throws
 * CannotRun.
 */
export async function saveTest(
	io: Io,
	detail: DeliveryDetail,
	file: string,
	options: ConfigOptions,
): Promise<void> {
	const { runtime } = await loadUsable(io, options);
	const saved = toTest(detail, runtime.routes);
	if (typeof saved === "string")
		throw new CannotRun(`--save: ${saved}. Nothing was written.`);
	const text = /\.ya?ml$/.test(file)
		? toTestYaml(saved)
		: `${JSON.stringify({ tests: [saved.test] }, null, "\t")}\n`;
	const path = resolve(io.cwd, file);
	try {
		await mkdir(dirname(path), { recursive: true });
		await writeFile(path, text, { flag: "wx" });
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		throw new CannotRun(
			code === "EEXIST"
				? `${file} already exists. Name a new file.`
				: `${file} cannot be written: ${message}`,
		);
	}
	writeLines(io.stdout, [`saved as ${file}`]);
	if (saved.kept.length === 0) return;
	const names = saved.kept.map((name) => `\`${name}\``).join(", ");
	writeLines(io.stderr, [
		`Not replaced, because the choice of the route depends on it: ${names}. Look at the file before you share it.`,
	]);
}
