import type { Log } from "../../observe/log.ts";
import { createPaint, wantsColor } from "../../observe/terminal/paint.ts";
import type { Io } from "../io.ts";
import { describeStart, describeUrls, type UrlView } from "./lines.ts";
import type { StartReport, UrlReport } from "./report.ts";

/** Reports that the router is ready: to the user on the terminal, or to programs with one line of the log. */
export function announce(
	io: TerminalIo,
	log: Log,
	report: StartReport,
	{ hint }: { readonly hint?: string | undefined } = {},
): void {
	const { shown, isPublicUrlWritten, readyInMs, admin, ...facts } = report;
	if (!io.isTTY) {
		log.of("start").info(
			{
				...facts,
				...(admin !== undefined && { admin: admin.url }),
				readyInMs: Math.round(readyInMs),
				urls: shown.map(({ path, ...route }) => ({
					...(path !== undefined && { url: `${report.publicUrl}${path}` }),
					...route,
				})),
			},
			`switchhook listens on ${report.addresses.join(", ")}`,
		);
		return;
	}
	const view = { ...viewOf(io), isMasked: !log.payloads, hint };
	io.stderr.write(`${describeStart(report, view).join("\n")}\n`);
}

/** Shows the URLs on the terminal again. */
export function showUrls(io: TerminalIo, report: UrlReport): void {
	io.stderr.write(`${describeUrls(report, viewOf(io)).join("\n")}\n`);
}

// --- helpers ---

type TerminalIo = Pick<Io, "stderr" | "env" | "isTTY" | "screens">;

function viewOf({ env, isTTY, screens }: TerminalIo): UrlView {
	return {
		paint: createPaint({ colors: wantsColor(env, isTTY) }),
		columns: screens?.stderr?.columns ?? Number.POSITIVE_INFINITY,
	};
}
