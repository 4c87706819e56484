import type { Command } from "commander";
import { createCommand } from "../command.ts";
import { type Io, writeJson, writeLines } from "../io.ts";
import { loadIfUsable, lookAt } from "./explain.ts";
import { PAYLOADS_OPTION } from "./row.ts";
import { describeDelivery, toDeliveryReport } from "./show-text.ts";
import { type PlaceOptions, withInbox, withPlace } from "./site.ts";

/** `switchhook inbox show`: one delivery whole. Exit code 1 where the inbox does not hold it. */
export function showCommand(io: Io): Command {
	const command = createCommand(
		"show",
		"Shows one delivery: the event, every attempt with its error, stack and duration, and what `explain` says of it by the configuration as it is now. The signature was judged when it came. Personal data is masked as in the log.",
		[
			"inbox show 5f0c1c9e-6c0b-4c9e-9d5a-0f6f2f8f3a11",
			"inbox show 5f0c1c9e-6c0b-4c9e-9d5a-0f6f2f8f3a11 --payloads --json",
		],
	).summary("Shows one delivery with its attempts, and explains it.");
	return withPlace(command.argument("<id>", "the delivery's id"))
		.option(...PAYLOADS_OPTION)
		.option("--json", "print it as JSON")
		.action((id: string, options: ShowOptions) => show(io, id, options));
}

// --- helpers ---

interface ShowOptions extends PlaceOptions {
	readonly payloads?: true;
	readonly json?: true;
}

async function show(io: Io, id: string, options: ShowOptions): Promise<void> {
	const detail = await withInbox(io, options, (store) => store.get(id));
	if (detail === undefined) {
		writeLines(io.stderr, [`the inbox holds no delivery ${id}`]);
		io.exit(1);
		return;
	}
	const usable = await loadIfUsable(io, options.config);
	const looked = lookAt(detail, usable);
	const context = usable && { settings: usable.settings, cwd: io.cwd };
	const isMasked = options.payloads !== true;
	const subject = { detail, looked, context, isMasked };
	if (options.json) writeJson(io.stdout, toDeliveryReport(subject));
	else writeLines(io.stdout, describeDelivery(subject));
}
