import { computed, signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { call } from "../../api/client.ts";
import { CommandLine, Empty, ProblemBox } from "../../parts/messages.tsx";
import { formatTime } from "../../parts/time.tsx";
import { useKeys } from "../../state/keys.ts";
import { useLoaded } from "../../state/load.ts";
import { setQuery } from "../../state/location.ts";
import { theme } from "../../state/theme.ts";
import type { View, ViewProps } from "../view.ts";
import { Chart } from "./chart.tsx";
import "./charts.css";
import { labelOf, Marks } from "./marks.tsx";
import {
	type History,
	isBlank,
	LATENCIES,
	type Latency,
	toPanels,
} from "./panels.ts";
import { RANGES, readShown, type Shown, toZoom } from "./range.ts";

/** Rates, latencies, failures and the queue over minutes to a week. */
export const charts: View = {
	name: "charts",
	title: "Charts",
	key: "c",
	component: Charts,
};

function Charts({ query }: ViewProps) {
	const shown = readShown(query);
	const latency = readLatency(query);
	const { value, problem, again } = useHistory(shown);
	useKeys("Charts", keysOf(value, shown));
	const panels = useMemo(
		() => (value === undefined ? [] : toPanels(value, latency)),
		[value, latency],
	);
	return (
		<section class="charts">
			<h1 class="hidden">Charts</h1>
			<Bar shown={shown} />
			{problem !== undefined && (
				<ProblemBox problem={problem} onRetry={again} />
			)}
			{value !== undefined && isBlank(value) && <Blank shown={shown} />}
			{value !== undefined && (
				<>
					{!isBlank(value) && <Moment history={value} />}
					<div class="chart-grid">
						{!isBlank(value) &&
							panels.map((panel) => (
								<Chart
									key={panel.id}
									panel={panel}
									times={value.times}
									marks={value.marks}
									from={value.from}
									to={value.to}
									isLabelled={panel.id === "rate"}
									cursor={cursor}
									colors={colors}
									onZoom={zoomTo}
								>
									{panel.id === "latency" && (
										<LatencyChoice latency={latency} />
									)}
								</Chart>
							))}
						<Marks marks={value.marks} query={query} />
					</div>
					{value.kept === "process" && (
						<p class="faint">
							These counts end with the process. With an inbox in a file or in
							PostgreSQL they are kept for 8 days.
						</p>
					)}
				</>
			)}
		</section>
	);
}

// --- helpers ---

/** The point that all charts show. Null for the latest. */
const cursor = signal<number | null>(null);

const isDark = signal(matchMedia("(prefers-color-scheme: dark)").matches);
matchMedia("(prefers-color-scheme: dark)").addEventListener(
	"change",
	({ matches }) => {
		isDark.value = matches;
	},
);
const colors = computed(() => `${theme.value} ${isDark.value}`);

/** The counts are written every 10 seconds. */
const RELOAD_MS = 10_000;

function useHistory({ range, zoom, route }: Shown) {
	const key = [range.name, zoom?.from, zoom?.to, route].join();
	return useLoaded(
		`history ${key}`,
		async (stop) => {
			const now = Date.now();
			const { from, to } = zoom ?? { from: now - range.ms, to: now };
			const history = await call("getHistory", {
				query: { from, to, ...(route !== undefined && { route }) },
				signal: stop,
			});
			if (!stop.aborted && cursor.value !== null)
				cursor.value = Math.min(cursor.value, history.times.length - 1);
			return history;
		},
		// A past that is over does not change.
		zoom === undefined || zoom.to > Date.now() ? { everyMs: RELOAD_MS } : {},
	);
}

function zoomTo(from: number, to: number): void {
	const zoom = toZoom(from, to);
	cursor.value = null;
	setQuery({ from: String(zoom.from), to: String(zoom.to) });
}

function chooseRange(name: string): void {
	cursor.value = null;
	setQuery({ range: name, from: undefined, to: undefined });
}

function keysOf(history: History | undefined, { zoom, range }: Shown) {
	const move = (by: number) => (): void => {
		if (history === undefined) return;
		const last = history.times.length - 1;
		const at = cursor.value ?? (by > 0 ? -1 : last + 1);
		cursor.value = Math.max(0, Math.min(last, at + by));
	};
	/** Zooms around the cursor, or the middle. */
	const scale = (factor: number) => (): void => {
		if (history === undefined) return;
		const { from, to, times } = history;
		const middle = times[cursor.value ?? -1] ?? (from + to) / 2;
		const half = ((to - from) * factor) / 2;
		zoomTo(middle - half, Math.min(middle + half, Date.now()));
	};
	return [
		{ key: "ArrowLeft", label: "An earlier point", run: move(-1) },
		{ key: "ArrowRight", label: "A later point", run: move(1) },
		{ key: "+", label: "Zoom in on the point", run: scale(0.5) },
		{ key: "-", label: "Zoom out", run: scale(2) },
		{
			key: "0",
			label: "Show the whole time again",
			run: () => zoom !== undefined && chooseRange(range.name),
		},
		...RANGES.map(({ name, label }, at) => ({
			key: String(at + 1),
			label: `The last ${label}`,
			run: () => chooseRange(name),
		})),
	];
}

/** The ranges and the route. All of it is in the address. */
function Bar({ shown }: { readonly shown: Shown }) {
	const { range, zoom, route } = shown;
	const { value: routes = [] } = useLoaded("routes", async (stop) =>
		namesOf(await call("listRoutes", { signal: stop })),
	);
	// A route that was removed still has a past.
	const names =
		route === undefined || routes.includes(route) ? routes : [route, ...routes];
	return (
		<div class="row chart-bar">
			<fieldset class="chart-ranges">
				<legend class="hidden">Time</legend>
				{RANGES.map(({ name, label }) => (
					<button
						key={name}
						type="button"
						aria-pressed={zoom === undefined && name === range.name}
						onClick={() => chooseRange(name)}
					>
						{label}
					</button>
				))}
			</fieldset>
			<select
				aria-label="Route"
				value={route ?? ""}
				onChange={({ currentTarget }) =>
					setQuery({ route: currentTarget.value })
				}
			>
				<option value="">all routes</option>
				{names.map((name) => (
					<option key={name} value={name}>
						{name}
					</option>
				))}
			</select>
			{zoom !== undefined && (
				<span class="row">
					<span class="mono">
						{formatTime(zoom.from).slice(0, 19)} –{" "}
						{formatTime(zoom.to).slice(11, 19)}
					</span>
					<button type="button" onClick={() => chooseRange(range.name)}>
						Show the last {range.label}
					</button>
				</span>
			)}
		</div>
	);
}

function namesOf(
	tree: Awaited<ReturnType<typeof call<"listRoutes">>>,
): readonly string[] {
	const names = tree.paths.flatMap(({ kinds }) =>
		kinds.flatMap(({ levels }) =>
			levels.flatMap(({ routes }) => routes.map(({ name }) => name)),
		),
	);
	return [...names, ...tree.internal.map(({ name }) => name)].toSorted();
}

/** The time of the values that the charts show, with what happened in it. Read out when the keys move it. */
function Moment({ history }: { readonly history: History }) {
	const at = cursor.value;
	const time = at === null ? undefined : history.times[at];
	if (time === undefined)
		return (
			<p class="faint chart-moment" role="status">
				The latest values. Move over a chart, or use ← and →. Drag to zoom.
			</p>
		);
	const marks = history.marks.filter(
		(mark) => mark.at >= time && mark.at < time + history.stepMs,
	);
	return (
		<p class="chart-moment" role="status">
			<span class="mono">{formatTime(time).slice(0, 19)}</span>
			{marks.map((mark) => (
				<span key={`${mark.at} ${mark.kind}`}>
					{" · "}
					{labelOf(mark)} <span class="faint">{mark.text}</span>
				</span>
			))}
		</p>
	);
}

function LatencyChoice({ latency }: { readonly latency: Latency }) {
	return (
		<select
			aria-label="Latency of"
			value={latency}
			onChange={({ currentTarget }) =>
				setQuery({
					latency:
						currentTarget.value === "handler" ? undefined : currentTarget.value,
				})
			}
		>
			{Object.entries(LATENCIES).map(([name, label]) => (
				<option key={name} value={name}>
					{label}
				</option>
			))}
		</select>
	);
}

function readLatency(query: URLSearchParams): Latency {
	const name = query.get("latency") ?? "";
	return name in LATENCIES ? (name as Latency) : "handler";
}

function Blank({ shown: { route, zoom, range } }: { readonly shown: Shown }) {
	const of = route === undefined ? "" : ` of ${route}`;
	return (
		<Empty
			title={
				zoom === undefined
					? `No webhook${of} in the last ${range.label}`
					: `No webhook${of} in this time`
			}
		>
			<p>Send one. It is in the charts within 10 seconds.</p>
			<CommandLine
				text={
					route === undefined
						? "npx switchhook send sms.inbound"
						: `npx switchhook send --to ${route}`
				}
			/>
			{zoom === undefined && range.name !== "7d" && (
				<button type="button" onClick={() => chooseRange("7d")}>
					Look at the last 7 days
				</button>
			)}
		</Empty>
	);
}
