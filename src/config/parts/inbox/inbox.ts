import type { Report } from "../../../finding/report.ts";
import type { Site } from "../../../finding/site.ts";
import { formatDuration } from "../../../finding/units.ts";
import type { InboxSettings, InboxStoreSettings } from "../../settings.ts";
import type { AuthoredInbox } from "../authored/authored.ts";
import { readDuration, readSize } from "../limits.ts";
import type { Authored } from "../route/draft.ts";
import { readSpool, readStore } from "./store.ts";

/**
 * Reads `inbox`. Absent or wrong values get their defaults.
 *
 * @param chooseStore returns the store of this run for the one that is written
 */
export function readInbox(
	{ value, site, wrote }: Authored<AuthoredInbox>,
	chooseStore: (written: InboxStoreSettings) => InboxStoreSettings,
	report: Report,
): InboxSettings {
	const { quarantine = {}, maxBacklog = DEFAULT_MAX_BACKLOG } = value;
	const store = readStore(value.store, site.in("store"), report);
	if (store.type === "none") warnOfUnused({ site, wrote }, report);
	const spool = readSpoolOf({ value, site, wrote }, store.type, report);
	const read = (key: "retention" | "deadRetention" | "bodyRetention") =>
		readDuration(value[key], site.in(key), report);
	const retentionMs = read("retention") ?? DEFAULT_RETENTION_MS;
	const deadMs = read("deadRetention");
	const bodyMs = read("bodyRetention");
	// A value may be from the environment, and is not shown; a default is not.
	const retention = wrote("retention")
		? "`retention`"
		: `the \`retention\` of \`${formatDuration(retentionMs)}\``;
	if (deadMs !== undefined && deadMs < retentionMs) {
		report.warn(site.at("deadRetention"), {
			what: `what was given up goes before what was delivered: it is shorter than ${retention}`,
			todo: "write a longer one to leave time for a replay",
		});
	}
	if (bodyMs !== undefined && bodyMs > retentionMs) {
		report.error(site.at("bodyRetention"), {
			what: `no body is kept longer than its event: it is longer than ${retention}`,
			todo: "write a shorter one, or a longer `retention`",
		});
	}
	const quarantineBytes =
		readRoom(quarantine.maxSize, site.in("quarantine", "maxSize"), report, {
			what: "`maxSize` is zero: a quarantine without room keeps nothing, and answers 200 all the same",
			todo: "write a larger one, or `reject` where you write `quarantine`",
		}) ?? DEFAULT_QUARANTINE_BYTES;
	const maxBytes = readRoom(value.maxSize, site.in("maxSize"), report, {
		what: "`maxSize` is zero: an inbox without room keeps nothing, and answers 503",
		todo: "write a larger one, or `store: none` where nothing has to be kept",
	});
	if (maxBytes !== undefined && maxBytes < 2 * quarantineBytes) {
		report.warn(site.at("maxSize"), {
			what: "the quarantine alone may take all of it: each of its two budgets has `quarantine.maxSize`",
			todo: "write a larger one, or a smaller `quarantine: { maxSize: … }`",
		});
	}
	const chosen = chooseStore(store);
	return {
		store: chosen,
		...spool,
		// A run with another store has no database that could be away.
		...(chosen.type !== "postgres" && { spoolFile: undefined }),
		retentionMs,
		deadRetentionMs: deadMs ?? Math.max(DEFAULT_DEAD_MS, retentionMs),
		bodyRetentionMs: bodyMs,
		maxBacklog,
		maxBytes,
		quarantine: {
			maxCount: quarantine.maxCount ?? DEFAULT_QUARANTINE_COUNT,
			maxBytes: quarantineBytes,
		},
	};
}

// --- helpers ---

const DEFAULT_RETENTION_MS = 7 * 86_400_000;
const DEFAULT_DEAD_MS = 30 * 86_400_000;
const DEFAULT_MAX_BACKLOG = 1_000_000;
const DEFAULT_QUARANTINE_COUNT = 10_000;
const DEFAULT_QUARANTINE_BYTES = 100_000_000;

/** Reads `spool` and `spoolMaxSize`, which only PostgreSQL has. */
function readSpoolOf(
	{ value, site, wrote }: Authored<AuthoredInbox>,
	type: InboxSettings["store"]["type"],
	report: Report,
): Pick<InboxSettings, "spoolFile" | "spoolMaxBytes"> {
	const file = readSpool(value.spool, site.in("spool"), report);
	const spoolMaxBytes = readRoom(
		value.spoolMaxSize,
		site.in("spoolMaxSize"),
		report,
		{
			what: "`spoolMaxSize` is zero: a spool without room takes nothing, and answers 503",
			todo: "write a larger one, or take `spool` out",
		},
	);
	if (!wrote("spool") && wrote("spoolMaxSize"))
		report.warn(site.keyAt("spoolMaxSize"), {
			what: "`spoolMaxSize` never counts: there is no `spool`",
			todo: "take it out, or write `spool: sqlite:./data/spool.db`",
		});
	if (type === "postgres") return { spoolFile: file, spoolMaxBytes };
	// An own finding tells what is wrong with a broken store.
	const isKnown = wrote("store") ? !site.isBroken("store") : true;
	if (wrote("spool") && isKnown) {
		const finding = {
			what: `\`spool\` is only for a database on another machine, and \`store\` is \`${type}\` here`,
			todo: "take it out, or write `store: postgres://…`",
		};
		// The same file serves a machine with a database and one without.
		if (isChosenOutside(site.in("store")))
			report.note(site.keyAt("spool"), {
				what: `${finding.what}: it is not used`,
			});
		else report.error(site.keyAt("spool"), finding);
	}
	return { spoolFile: undefined, spoolMaxBytes };
}

/** Returns true if a value has a reference to the environment, whether that is set or its default counts. */
function isChosenOutside({ file, path }: Site): boolean {
	const written = path.reduce<unknown>(
		(outer, key) => (outer as Readonly<Record<string, unknown>>)?.[key],
		file.source.value,
	);
	return typeof written === "string" && written.includes("${");
}

function warnOfUnused(
	{ site, wrote }: Pick<Authored<AuthoredInbox>, "site" | "wrote">,
	report: Report,
): void {
	for (const key of [
		"retention",
		"deadRetention",
		"bodyRetention",
		"maxBacklog",
		"maxSize",
		"quarantine",
	] as const satisfies readonly (keyof AuthoredInbox)[]) {
		if (!wrote(key)) continue;
		report.warn(site.keyAt(key), {
			what: `\`${key}\` never counts: with \`store: none\` nothing is kept`,
			todo: "take it out, or write another `store`",
		});
	}
}

/** @param none the finding for a size of 0 */
function readRoom(
	text: string | undefined,
	site: Site,
	report: Report,
	none: { readonly what: string; readonly todo: string },
): number | undefined {
	const bytes = readSize(text, site, report);
	if (bytes !== 0) return bytes;
	report.error(site.at(), { ...none, expected: "`1B` or more" });
	return undefined;
}
