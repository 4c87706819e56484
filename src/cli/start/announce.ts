import type { Log } from "../../observe/log.ts";
import { createPaint, wantsColor } from "../../observe/terminal/paint.ts";
import type { Io } from "../io.ts";
import { describeStart } from "./lines.ts";
import type { StartReport } from "./report.ts";

/** Tells that the router is ready: a person on the terminal, or a program by one line of the log. */
export function announce(
	io: Pick<Io, "stderr" | "env" | "isTTY" | "screens">,
	log: Log,
	report: StartReport,
	{ hint }: { readonly hint?: string | undefined } = {},
): void {
	const { shown, isPublicUrlWritten, readyInMs, ...facts } = report;
	if (!io.isTTY) {
		log.of("start").info(
			{
				...facts,
				readyInMs: Math.round(readyInMs),
				urls: shown.map(({ path, ...route }) => ({
					url: `${report.publicUrl}${path}`,
					...route,
				})),
			},
			`switchhook listens on ${report.addresses.join(", ")}`,
		);
		return;
	}
	const colors = wantsColor(io.env, io.isTTY);
	const lines = describeStart(report, {
		paint: createPaint({ colors }),
		columns: io.screens?.stderr?.columns ?? Number.POSITIVE_INFINITY,
		isMasked: !log.payloads,
		hint,
	});
	io.stderr.write(`${lines.join("\n")}\n`);
}
