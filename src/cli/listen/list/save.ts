import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { shortId } from "../../../event/id.ts";
import type { ConfigOptions } from "../../command.ts";
import { saveTest } from "../../inbox/show/save.ts";
import { CannotRun, type Io } from "../../io.ts";
import type { HeardCopy } from "../heard.ts";

/** Saves a copy as a test in `tests/` beside the configuration. Returns what to tell the user. Throws CannotRun. */
export async function saveCopy(
	io: Io,
	{ delivery }: HeardCopy,
	options: ConfigOptions,
): Promise<string> {
	const { kind, id } = delivery;
	const name = `${kind.replace(/[^\w.-]/g, "-")}-${shortId(id)}.yaml`;
	const file = join(dirname(options.config), "tests", name);
	if (await isThere(resolve(io.cwd, file)))
		throw new CannotRun(`${file} exists already`);
	const said: string[] = [];
	const quiet = { write: (text: string) => said.push(text.trim()) };
	const captured = { ...io, stdout: quiet, stderr: quiet };
	try {
		await saveTest(captured, delivery, file, options);
	} catch (error) {
		if (!(error instanceof CannotRun)) throw error;
		// The findings of the configuration are among what was said.
		const [first = ""] = said;
		throw new CannotRun(
			[error.message.replace(/^--save: /, ""), first].filter(Boolean).join(" "),
		);
	}
	return said.join(". ");
}

// --- helpers ---

async function isThere(path: string): Promise<boolean> {
	return stat(path).then(
		() => true,
		() => false,
	);
}
