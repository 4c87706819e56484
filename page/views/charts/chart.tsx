import type { ReadonlySignal, Signal } from "@preact/signals";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import { formatTime } from "../../parts/time.tsx";
import { type Live, toData, toOptions } from "./drawing.ts";
import { usePlot } from "./load-plot.ts";
import { type Line, latestOf, type Panel } from "./panels.ts";

/** A chart with its values as text, and as a table. */
export function Chart({
	panel,
	times,
	cursor,
	colors,
	children,
	...facts
}: Pick<Live, "marks" | "from" | "to" | "isLabelled" | "onZoom"> & {
	readonly panel: Panel;
	readonly times: readonly number[];
	/** The point that all charts show. Null for the latest. */
	readonly cursor: Signal<number | null>;
	/** Changes when the colors of the page do. */
	readonly colors: ReadonlySignal<unknown>;
	/** A control in the head of the chart. */
	readonly children?: preact.ComponentChildren;
}) {
	const id = useId();
	const Plot = usePlot();
	const box = useRef<HTMLDivElement>(null);
	const plot = useRef<uPlot | undefined>(undefined);
	const latest: Live = {
		...{ panel, ...facts },
		onCursor: (index) => {
			if (plot.current?.cursor.event !== undefined) cursor.value = index;
		},
	};
	const live = useRef(latest);
	Object.assign(live.current, latest);
	const lines = panel.lines.map(({ label }) => label).join();

	useEffect(() => {
		const element = box.current;
		if (element === null || Plot === undefined) return;
		const size = () => ({ width: element.clientWidth, height: HEIGHT });
		const drawn = new Plot(
			toOptions(live.current, size(), createColors(element)),
			toData(live.current.panel, times),
			element,
		);
		plot.current = drawn;
		const observer = new ResizeObserver(() => drawn.setSize(size()));
		observer.observe(element);
		return () => {
			observer.disconnect();
			drawn.destroy();
			plot.current = undefined;
		};
	}, [lines, Plot]);
	useEffect(() => plot.current?.setData(toData(panel, times)), [panel, times]);
	useEffect(() => plot.current?.redraw(false), [colors.value, facts.marks]);
	useEffect(() => {
		const drawn = plot.current;
		if (drawn === undefined || drawn.cursor.idx === cursor.value) return;
		const time = cursor.value === null ? undefined : times[cursor.value];
		const left = time === undefined ? -10 : drawn.valToPos(time / 1000, "x");
		drawn.setCursor({ left, top: left < 0 ? -10 : 0 }, false);
	}, [cursor.value, times]);

	return (
		<figure class="chart" aria-labelledby={id}>
			<figcaption>
				<span class="row chart-head">
					<h2 id={id} title={panel.hint}>
						{panel.title}
					</h2>
					{children}
				</span>
				<Values panel={panel} cursor={cursor} />
			</figcaption>
			<div ref={box} class="chart-canvas" aria-hidden="true" />
			<Table panel={panel} times={times} />
		</figure>
	);
}

// --- helpers ---

const HEIGHT = 168;

/** Resolves colors of the look: a canvas does not know custom properties. */
function createColors(element: HTMLElement): (tone: string) => string {
	const probe = document.createElement("span");
	probe.hidden = true;
	element.append(probe);
	return (tone) => {
		probe.style.color = `var(--${COLORS[tone] ?? tone})`;
		return getComputedStyle(probe).color;
	};
}

/** The colors of the tones that have another name. */
const COLORS: Readonly<Record<string, string>> = {
	quiet: "text-2",
	faint: "line-strong",
};

/** The values at the cursor, or the latest ones. They are the legend too. */
function Values({
	panel,
	cursor,
}: {
	readonly panel: Panel;
	readonly cursor: Signal<number | null>;
}) {
	const at = cursor.value;
	const shownOf = ({ points }: Line): number | null =>
		at === null ? latestOf(points) : (points[at] ?? null);
	return (
		<ul class="chart-values">
			{panel.lines.map((line) => {
				const value = shownOf(line);
				return (
					<li key={line.label} class={`tone-${line.tone}`}>
						<svg viewBox="0 0 18 4" width="18" height="4" aria-hidden="true">
							<line
								x1="0"
								x2="18"
								y1="2"
								y2="2"
								stroke-dasharray={line.dash.join(" ")}
							/>
						</svg>
						{line.label}{" "}
						<span class="mono">
							{value === null ? "–" : panel.format(value)}
						</span>
					</li>
				);
			})}
			{panel.lines.length === 0 && <li class="faint">nothing yet</li>}
		</ul>
	);
}

/** The points as a table, which is built only when somebody opens it. */
function Table({
	panel: { title, lines, format },
	times,
}: {
	readonly panel: Panel;
	readonly times: readonly number[];
}) {
	const [isOpen, setOpen] = useState(false);
	const known = isOpen ? knownOf(lines, times) : [];
	return (
		<details
			class="chart-table"
			onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
		>
			<summary aria-label={`${title} as a table`}>Table</summary>
			{isOpen && (
				// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keys that scroll it
				<section tabIndex={0} aria-label={`Values: ${title}`}>
					<table>
						<thead>
							<tr>
								<th scope="col">Time</th>
								{lines.map(({ label }) => (
									<th key={label} scope="col">
										{label}
									</th>
								))}
							</tr>
						</thead>
						<tbody>
							{known.map(({ time, values }) => (
								<tr key={time}>
									<th scope="row" class="mono">
										{formatTime(time).slice(0, 19)}
									</th>
									{values.map((value, at) => (
										<td key={lines[at]?.label} class="mono">
											{value === null ? "–" : format(value)}
										</td>
									))}
								</tr>
							))}
						</tbody>
					</table>
				</section>
			)}
		</details>
	);
}

/** Returns the steps of which something is known, the latest first. */
function knownOf(lines: readonly Line[], times: readonly number[]) {
	return times
		.map((time, at) => ({
			time,
			values: lines.map(({ points }) => points[at] ?? null),
		}))
		.filter(({ values }) => values.some((value) => value !== null))
		.toReversed();
}
