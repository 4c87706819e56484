import { showReasons } from "../../../desk/explained/report.ts";
import { lookAt } from "../../../desk/look.ts";
import { revealPrivate } from "../../../observe/private-text.ts";
import type { ConfigOptions } from "../../command.ts";
import { describeExplanation } from "../../commands/explain-text.ts";
import type { Io } from "../../io.ts";
import { loadUsable } from "../../load.ts";
import type { HeardCopy } from "../heard.ts";

/** Explains what the configuration of this machine does with a copy. Throws CannotRun if there is none that can be used. */
export async function explainCopy(
	io: Io,
	{ delivery }: HeardCopy,
	options: ConfigOptions,
): Promise<readonly string[]> {
	const { runtime, settings } = await loadUsable(io, options);
	const { explained, note } = lookAt(delivery, runtime);
	if (explained === undefined)
		return [`It cannot be explained: ${note ?? "it is damaged"}.`];
	const { sample, explanation } = explained;
	return describeExplanation(
		sample,
		// The payload is shown to the same person.
		showReasons(explanation, revealPrivate),
		{ settings, cwd: io.cwd },
	);
}
