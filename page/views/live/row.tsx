import { showHidden } from "../../../src/observe/plain-text.ts";
import { Level } from "../../parts/level.tsx";
import { State } from "../../parts/state.tsx";
import { count } from "../../parts/text.ts";
import { Ago, Clock, formatMs } from "../../parts/time.tsx";
import { hrefOf } from "../../state/location.ts";
import type { GapRow, WebhookRow } from "./feed.ts";
import { dotted } from "./filters.ts";

/** A webhook: a link to its delivery, or a button that shows why there is none. */
export function Row({
	row,
	level,
	isFresh,
	isChosen,
	onChoose,
}: {
	readonly row: WebhookRow;
	readonly level: string | undefined;
	readonly isFresh: boolean;
	readonly isChosen: boolean;
	onChoose(): void;
}) {
	const look = ["live-row", "live-cells", isFresh && "fresh"]
		.filter(Boolean)
		.join(" ");
	const cells = <Cells row={row} level={level} />;
	if (row.id === undefined) {
		return (
			<button
				type="button"
				class={look}
				aria-current={isChosen}
				onClick={onChoose}
			>
				{cells}
			</button>
		);
	}
	return (
		<a
			class={look}
			href={hrefOf(["deliveries", row.id])}
			aria-current={isChosen}
		>
			{cells}
		</a>
	);
}

/** A line for events that nobody saw. */
export function Gap({ row }: { readonly row: GapRow }) {
	const what =
		row.count === undefined
			? "Some events were missed"
			: `${count(row.count, "event")} ${row.count === 1 ? "was" : "were"} missed`;
	return (
		<div class="live-gap">
			<span>
				<Clock at={row.at} /> {what} while the connection was down
			</span>
		</div>
	);
}

// --- helpers ---

function Cells({
	row,
	level,
}: {
	readonly row: WebhookRow;
	readonly level: string | undefined;
}) {
	const { at, outcome, route, kind, number, ms, retryAt, code, request } = row;
	return (
		<>
			<span class="mono at">
				{row.isEarlier ? <Earlier at={at} /> : <Clock at={at} />}
			</span>
			<span class="outcome">
				<State state={outcome} />
				{retryAt !== undefined && (
					<span class="faint again">
						again <Ago at={retryAt} />
					</span>
				)}
				{retryAt === undefined && code !== undefined && (
					<span class="faint again">{code}</span>
				)}
			</span>
			<span class="route">
				{route ?? (
					<span class="faint mono">
						{showHidden(request?.path ?? "no route")}
					</span>
				)}
			</span>
			<span class="kind mono">{kind}</span>
			<span class="level-cell">
				{level !== undefined && <Level level={level} />}
			</span>
			<span class="mono number">
				{number === undefined ? "" : dotted(showHidden(number))}
			</span>
			<span class="mono right ms">{ms === undefined ? "" : formatMs(ms)}</span>
		</>
	);
}

/** The time of a row that was there before the view: it may be days old. */
function Earlier({ at }: { readonly at: number }) {
	return (
		<span class="faint">
			<Ago at={at} /> ago
		</span>
	);
}
