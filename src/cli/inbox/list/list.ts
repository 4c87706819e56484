import type { Command } from "commander";
import { findPage } from "../../../desk/filter.ts";
import type { Desk } from "../../../inbox/port/desk.ts";
import { createCommand } from "../../command.ts";
import { CannotRun, type Io, writeJson, writeLines } from "../../io.ts";
import {
	type FilterOptions,
	readCount,
	toFilter,
	withFilter,
	withState,
} from "../choose/filter.ts";
import { unknownNames } from "../choose/unknown-names.ts";
import { createPrivacies } from "../privacies.ts";
import {
	type KeysOf,
	PAYLOADS_OPTION,
	type Show,
	showBy,
	toRowReport,
} from "../row.ts";
import {
	type Known,
	type PlaceOptions,
	withInbox,
	withPlace,
} from "../site.ts";
import { follow } from "./follow.ts";
import { toTable } from "./table.ts";

/** Creates `switchhook inbox list`, which lists the matching deliveries, newest first. Exit code 1 if a name is unknown. */
export function listCommand(io: Io): Command {
	const command = createCommand(
		"list",
		"Lists deliveries, newest first. Telephone numbers and texts are masked. With --follow it keeps running, and prints a line for each new or changed delivery until you press Ctrl-C.",
		[
			"inbox list --state dead --since 2h",
			"inbox list --key 447700900001 --json",
			"inbox list --where 'payload.usage.price > 0.1'",
			"inbox list --follow",
		],
	).summary("Lists deliveries, newest first.");
	return withPlace(withFilter(withState(command)))
		.option("--max <count>", "show at most this many (default: 50)", readCount)
		.option(
			"--after <cursor>",
			"continue after the cursor that the last list printed",
		)
		.option(
			"-f, --follow",
			"keep running, and print new and changed deliveries",
		)
		.option(...PAYLOADS_OPTION)
		.option("--json", "print JSON; with --follow, one object per line")
		.action((options: ListOptions) => list(io, options));
}

// --- helpers ---

interface ListOptions extends FilterOptions, PlaceOptions {
	readonly max?: number;
	readonly after?: string;
	readonly follow?: true;
	readonly payloads?: true;
	readonly json?: true;
}

function list(io: Io, options: ListOptions): Promise<void> {
	const { after } = options;
	if (after !== undefined && !/^\d{1,15}$/.test(after)) {
		throw new CannotRun(
			"--after: not a cursor that `switchhook inbox list` printed",
		);
	}
	if (after !== undefined && options.follow) {
		throw new CannotRun("--after and --follow cannot be used together");
	}
	return withInbox(io, options, async (store, known) => {
		const show = showBy(options);
		const keysOf: KeysOf = options.payloads
			? (row) => row
			: (await createPrivacies(known)).keysOf;
		const shown = { show, keysOf };
		if (options.follow) return followAll(io, store, { options, known, shown });
		return listOnce(io, store, { options, known, shown });
	});
}

interface Listing {
	readonly options: ListOptions;
	readonly known: Known;
	readonly shown: Shown;
}

interface Shown {
	readonly show: Show;
	readonly keysOf: KeysOf;
}

const MAX = 50;
/** The number of deliveries that `--follow` shows first. */
const LATEST = 10;

async function listOnce(
	io: Io,
	store: Desk,
	{ options, known, shown: { show, keysOf } }: Listing,
): Promise<void> {
	const { max = MAX, after, json } = options;
	const filter = await toFilter(store, options, known);
	const { rows, next } = await findPage(store, filter, { after, max });
	if (rows.length === 0) {
		const wrong = unknownNames(options, known);
		writeLines(io.stderr, wrong);
		if (wrong.length > 0) io.exit(1);
		else if (!json) writeLines(io.stderr, ["No delivery matches."]);
	}
	if (json) {
		const deliveries = rows.map((row) => toRowReport(row, show, keysOf(row)));
		writeJson(io.stdout, { deliveries, next: next ?? null });
		return;
	}
	// Its cells are clean, and its colours have to get through.
	if (rows.length > 0)
		io.stdout.write(`${toTable(io, rows, show).join("\n")}\n`);
	if (next !== undefined) {
		writeLines(io.stderr, [`There are more: add --after ${next}`]);
	}
}

async function followAll(
	io: Io,
	store: Desk,
	{ options, known, shown }: Listing,
): Promise<void> {
	const { max = LATEST, json } = options;
	const filter = await toFilter(store, options, known);
	await follow(io, store, {
		filter,
		latest: max,
		isJson: json === true,
		...shown,
	});
}
