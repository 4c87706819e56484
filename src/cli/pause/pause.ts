import { type Command, InvalidArgumentError } from "commander";
import {
	describeEnd,
	describeWhy,
	toPauseReport,
} from "../../desk/pause-text.ts";
import { DURATION_FORM, parseDuration } from "../../finding/units.ts";
import { refusePause } from "../../runtime/inbox/pausable.ts";
import { createCommand } from "../command.ts";
import { type Known, type PlaceOptions, withPlace } from "../inbox/site.ts";
import { CannotRun, type Io, writeJson, writeLines } from "../io.ts";
import { withPauses } from "./desk.ts";

/** Creates `switchhook pause`, which stops the handling of routes in all routers of the inbox. */
export function pauseCommand(io: Io): Command {
	const command = createCommand(
		"pause",
		"Pauses routes: their webhooks are still answered with 200 and stored, and nothing handles them until they are resumed. All routers of the inbox obey within a second. Attempts under way end.",
		[
			"pause receipts",
			'pause receipts orders --for 2h --why "the CRM is down"',
		],
	)
		.summary("Stores the events of routes without handling them.")
		.argument("<route...>", "names of accept routes");
	return withPlace(command)
		.option(
			"--for <duration>",
			"resume after this time, such as 30m or 2h",
			readFor,
		)
		.option("--why <text>", "the reason, for those who see the pause", readWhy)
		.option("--json", "print JSON")
		.action((routes: readonly string[], options: PauseOptions) =>
			withPauses(io, options, async (desk, known) => {
				refuse(io, routes, known);
				await desk.pause(routes, { forMs: options.for, why: options.why });
				const { now, pauses } = await desk.list();
				const shown = pauses.filter(({ route }) => routes.includes(route));
				if (options.json) writeJson(io.stdout, shown.map(toPauseReport));
				else
					writeLines(
						io.stdout,
						shown.map(
							(pause) =>
								`${pause.route} is paused ${describeEnd(pause, now)}${describeWhy(pause)}`,
						),
					);
			}),
		);
}

// --- helpers ---

interface PauseOptions extends PlaceOptions {
	/** Milliseconds. */
	readonly for?: number;
	readonly why?: string;
	readonly json?: true;
}

const WHY_LENGTH = 500;

function readFor(text: string): number {
	const ms = parseDuration(text);
	if (ms !== undefined && ms > 0) return ms;
	throw new InvalidArgumentError(`Write ${DURATION_FORM}.`);
}

function readWhy(text: string): string {
	if (text.length <= WHY_LENGTH) return text;
	throw new InvalidArgumentError(`Write at most ${WHY_LENGTH} characters.`);
}

/** Throws CannotRun for a route that cannot be paused. */
function refuse(
	io: Io,
	names: readonly string[],
	{ settings, kinds }: Known,
): void {
	if (settings === undefined) {
		writeLines(io.stderr, [
			"The names are not checked, because there is no configuration here.",
		]);
		return;
	}
	const routes = settings.routes.map(({ name, mode, kind = "" }) => ({
		name,
		mode: mode ?? kinds.get(kind)?.mode,
	}));
	const refused = refusePause(names, routes);
	if (refused.length > 0) throw new CannotRun(refused.join("\n"));
}
