import { formatClock, formatTime } from "../../parts/time.tsx";
import { hrefOf } from "../../state/location.ts";
import type { History } from "./panels.ts";
import { toZoom } from "./range.ts";

export type Mark = History["marks"][number];

/** What happened to the router in the shown time, as a list: the same as the lines in the charts. */
export function Marks({
	marks,
	query,
}: {
	readonly marks: readonly Mark[];
	readonly query: URLSearchParams;
}) {
	if (marks.length === 0) return null;
	return (
		<section class="chart-marks" aria-labelledby="chart-marks">
			<h2 id="chart-marks">What happened</h2>
			<ul>
				{marks.toReversed().map((mark) => (
					<li key={`${mark.at} ${mark.kind} ${mark.route ?? ""}`}>
						<a
							class="mono"
							title={`Show the time around ${formatTime(mark.at)}`}
							href={hrefOf(["charts"], {
								...Object.fromEntries(query),
								...aroundOf(mark),
							})}
						>
							{formatMoment(mark.at)}
						</a>
						<span class={`state tone-${toneOfMark(mark)}`}>
							<span class="sign" aria-hidden="true">
								{SIGNS[mark.kind]}
							</span>
							{labelOf(mark)}
						</span>
						<span class="faint">{mark.text}</span>
					</li>
				))}
			</ul>
		</section>
	);
}

/** Writes a mark in a few words. */
export function labelOf({ kind, route }: Mark): string {
	switch (kind) {
		case "refused":
			return "reload refused";
		case "pause":
		case "resume":
			return `${kind} ${route ?? ""}`;
		default:
			return kind;
	}
}

/** Returns the name of the color of a mark. */
export function toneOfMark({ kind }: Mark): string {
	return TONES[kind] ?? "quiet";
}

// --- helpers ---

const TONES: Readonly<Partial<Record<Mark["kind"], string>>> = {
	refused: "failed",
	pause: "waiting",
};

const SIGNS: Readonly<Record<Mark["kind"], string>> = {
	start: "▸",
	deploy: "▲",
	reload: "↻",
	refused: "✕",
	pause: "‖",
	resume: "▸",
};

/** Five minutes before and after it. */
function aroundOf({ at }: Mark): Readonly<Record<"from" | "to", string>> {
	const { from, to } = toZoom(at - 300_000, at + 300_000);
	return { from: String(from), to: String(to) };
}

/** The clock, and the day if it is another one. */
function formatMoment(at: number): string {
	const clock = formatClock(at).slice(0, 8);
	const date = new Date(at);
	if (date.toDateString() === new Date().toDateString()) return clock;
	const day = date.toLocaleDateString("en", { day: "numeric", month: "short" });
	return `${day} ${clock}`;
}
