import type { ComponentChildren } from "preact";
import {
	showHidden,
	showHiddenInLines,
} from "../../../../src/observe/plain-text.ts";
import { State } from "../../../parts/state.tsx";
import { Ago, formatMs, Time } from "../../../parts/time.tsx";
import type { Delivery } from "./detail.tsx";

/** What happened to a delivery, oldest first: its arrival, each attempt, what people did, and what is next. */
export function Attempts({ delivery }: { readonly delivery: Delivery }) {
	const { history, receivedAt, dueAt, state } = delivery;
	const longest = Math.max(1, ...history.map(({ durationMs }) => durationMs));
	return (
		<ol class="timeline" aria-label="Attempts and actions">
			<li>
				<Head at={receivedAt} label={<State state="received" />} />
			</li>
			{eventsOf(delivery).map((event) =>
				"action" in event ? (
					<li key={`${event.at} ${event.action}`}>
						<Head
							at={event.at}
							label={
								<span>
									{event.action} by{" "}
									<b>{showHidden(event.actor ?? "somebody")}</b>
								</span>
							}
						/>
						{event.reason !== undefined && (
							<p class="reason">{showHidden(event.reason)}</p>
						)}
					</li>
				) : (
					<li key={`attempt ${event.attempt}`}>
						<Head
							at={event.startedAt}
							label={
								<span class="row">
									<span>attempt {event.attempt}</span>
									<State
										state={event.outcome}
										label={
											event.outcome === "waiting"
												? "failed, tried again later"
												: event.outcome
										}
									/>
								</span>
							}
						/>
						<span class="duration" aria-hidden="true">
							<span
								style={{ width: `${(100 * event.durationMs) / longest}%` }}
							/>
						</span>
						<span class="mono faint">{formatMs(event.durationMs)}</span>
						{event.reason !== undefined && (
							<p class="reason">{showHiddenInLines(event.reason)}</p>
						)}
						{event.stack !== undefined && (
							<details open={event.attempt === history.at(-1)?.attempt}>
								<summary>Stack</summary>
								<pre class="trace">{showHiddenInLines(event.stack)}</pre>
							</details>
						)}
					</li>
				),
			)}
			{dueAt !== undefined && state === "waiting" && (
				<li>
					<Head
						at={dueAt}
						label={
							<State state="waiting" label={`attempt ${history.length + 1}`} />
						}
					/>
				</li>
			)}
		</ol>
	);
}

// --- helpers ---

type Attempt = Delivery["history"][number];
type Action = Delivery["actions"][number];

function eventsOf({
	history,
	actions,
}: Delivery): readonly (Attempt | Action)[] {
	const timeOf = (event: Attempt | Action): number =>
		"action" in event ? event.at : event.startedAt;
	return [...history, ...actions].toSorted((a, b) => timeOf(a) - timeOf(b));
}

function Head({
	at,
	label,
}: {
	readonly at: number;
	readonly label: ComponentChildren;
}) {
	return (
		<div class="timeline-head">
			{label}
			<span class="faint">
				<Ago at={at} />
			</span>
			<span class="mono faint timeline-time">
				<Time at={at} />
			</span>
		</div>
	);
}
