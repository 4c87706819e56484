import type uPlot from "uplot";
import { labelOf, type Mark, toneOfMark } from "./marks.tsx";
import type { Panel } from "./panels.ts";

/** What a drawn chart reads anew each time, so that it is not built again for it. */
export interface Live {
	panel: Panel;
	marks: readonly Mark[];
	/** Milliseconds since the epoch. */
	from: number;
	to: number;
	isLabelled: boolean;
	onZoom(from: number, to: number): void;
	/** Called with the point under the pointer. */
	onCursor(index: number | null): void;
}

/** Builds the options of a chart. Everything that can change is read from `live`. */
export function toOptions(
	live: Live,
	{ width, height }: { readonly width: number; readonly height: number },
	colorOf: (tone: string) => string,
): uPlot.Options {
	const axis: uPlot.Axis = {
		stroke: () => colorOf("quiet"),
		grid: { stroke: () => colorOf("line"), width: 1 },
		ticks: { show: false },
		font: `11px ${FONT}`,
	};
	return {
		width,
		height,
		legend: { show: false },
		padding: [14, 8, 0, 0],
		cursor: {
			drag: { x: true, y: false, setScale: false },
			points: { size: 5 },
			y: false,
		},
		scales: {
			x: { range: () => [live.from / 1000, live.to / 1000] },
			y: { range: (_, __, max) => [0, max > 0 ? max * 1.08 : 1] },
		},
		axes: [
			{
				...axis,
				size: 24,
				space: 64,
				values: (_, splits) =>
					splits.map((at) => formatTick(at * 1000, live.to - live.from)),
			},
			{
				...axis,
				size: 62,
				space: 32,
				...(live.panel.increments && { incrs: [...live.panel.increments] }),
				values: (_, splits) =>
					splits.map((value) => (value === 0 ? "0" : live.panel.format(value))),
			},
		],
		series: [
			{},
			...live.panel.lines.map(({ tone, dash }) => ({
				stroke: () => colorOf(tone),
				width: 1.5,
				dash: [...dash],
				points: { show: false },
			})),
		],
		hooks: {
			draw: [(plot) => drawMarks(plot, live, colorOf)],
			setCursor: [(plot) => live.onCursor(plot.cursor.idx ?? null)],
			setSelect: [
				(plot) => {
					const { left, width: selected } = plot.select;
					if (selected < DRAG_MIN_PX) return;
					const at = (x: number): number => plot.posToVal(x, "x") * 1000;
					plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
					live.onZoom(at(left), at(left + selected));
				},
			],
		},
	};
}

/** Returns the data of a chart. A single known point between two gaps is drawn as a dot. */
export function toData(
	panel: Panel,
	times: readonly number[],
): uPlot.AlignedData {
	return [
		times.map((at) => at / 1000),
		...panel.lines.map(({ points }) => [...points]),
	] as uPlot.AlignedData;
}

// --- helpers ---

const FONT = "system-ui, sans-serif";

/** A shorter drag is a click. */
const DRAG_MIN_PX = 6;

const DAY_MS = 86_400_000;

function formatTick(at: number, spanMs: number): string {
	const date = new Date(at);
	const two = (part: number): string => String(part).padStart(2, "0");
	const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
	if (spanMs <= 300_000) return `${clock}:${two(date.getSeconds())}`;
	const isMidnight = clock === "00:00";
	if (spanMs <= 2 * DAY_MS && !isMidnight) return clock;
	return isMidnight
		? date.toLocaleDateString("en", { day: "numeric", month: "short" })
		: clock;
}

/** Draws a line for each mark, with a label where there is room for it. */
function drawMarks(
	plot: uPlot,
	{ marks, from, to, isLabelled }: Live,
	colorOf: (tone: string) => string,
): void {
	const { ctx, bbox } = plot;
	const scale = devicePixelRatio;
	let free = bbox.left;
	ctx.save();
	ctx.font = `${11 * scale}px ${FONT}`;
	ctx.textBaseline = "bottom";
	for (const mark of marks) {
		if (mark.at < from || mark.at > to) continue;
		const x = Math.round(plot.valToPos(mark.at / 1000, "x", true));
		const color = colorOf(toneOfMark(mark));
		ctx.strokeStyle = color;
		ctx.lineWidth = scale;
		ctx.setLineDash([3 * scale, 3 * scale]);
		ctx.beginPath();
		ctx.moveTo(x, bbox.top);
		ctx.lineTo(x, bbox.top + bbox.height);
		ctx.stroke();
		if (!isLabelled) continue;
		const text = labelOf(mark);
		const { width } = ctx.measureText(text);
		const left = Math.min(x, bbox.left + bbox.width - width);
		if (left < free) continue;
		ctx.fillStyle = color;
		ctx.fillText(text, left, bbox.top - 1);
		free = left + width + 8 * scale;
	}
	ctx.restore();
}
