import { useEffect, useRef } from "preact/hooks";
import {
	showHidden,
	showHiddenInLines,
} from "../../../src/observe/plain-text.ts";
import type { JournalEntry, Webhook } from "../../../src/phone/journal.ts";
import { Ncco } from "../../parts/ncco/ncco.tsx";
import { State } from "../../parts/state.tsx";
import { formatBytes } from "../../parts/text.ts";

/** A session as a ladder: the platform on the left, the routes on the right, one rung a webhook, in the order of time. */
export function Ladder({
	entries,
}: {
	readonly entries: readonly JournalEntry[];
}) {
	const element = useRef<HTMLElement>(null);
	const shown = entries.filter((entry) => !isTold(entry, entries));
	const { length } = shown;
	useEffect(() => {
		// The pane scrolls to the news, but never the page around it.
		const pane = element.current?.parentElement;
		if (pane) pane.scrollTop = pane.scrollHeight;
	}, [length]);
	const start = entries[0]?.at ?? 0;
	return (
		<section ref={element} class="ladder" aria-label="What happened" role="log">
			<div class="ladder-head" aria-hidden="true">
				<span>time</span>
				<span>the platform</span>
				<span />
				<span>your routes</span>
			</div>
			<ol>
				{shown.map((entry) => (
					<li key={entry.id} class={`ladder-${entry.what}`}>
						<Row entry={entry} start={start} />
					</li>
				))}
			</ol>
		</section>
	);
}

// --- helpers ---

/** A state that a webhook reports needs no line of its own, nor do keys that were pressed and taken. */
function isTold(
	entry: JournalEntry,
	entries: readonly JournalEntry[],
): boolean {
	if (entry.what === "listens") return entry.end === "done";
	return (
		entry.what === "state" &&
		entries.some(
			(one) =>
				one.what === "webhook" &&
				one.leg === entry.leg &&
				one.label === entry.status,
		)
	);
}

const TEXT_SHOWN = 120;

function shorten(text: string): string {
	return text.length <= TEXT_SHOWN ? text : `${text.slice(0, TEXT_SHOWN - 1)}…`;
}

function Row({
	entry,
	start,
}: {
	readonly entry: JournalEntry;
	readonly start: number;
}) {
	if (entry.what === "webhook") return <Rung entry={entry} start={start} />;
	if (entry.what === "ncco") {
		return (
			<div class="rung">
				<At at={entry.at} start={start} />
				<span class="rung-left">
					<Leg name={entry.leg} />
				</span>
				<span class="rung-line back" aria-hidden="true">
					◀
				</span>
				<div class="rung-right">
					<Ncco ncco={entry.ncco} label={`The NCCO for the ${entry.leg}`} />
				</div>
			</div>
		);
	}
	return (
		<div class="rung">
			<At at={entry.at} start={start} />
			<span class="rung-left">
				{"leg" in entry && entry.leg !== undefined && <Leg name={entry.leg} />}{" "}
				<Words entry={entry} />
			</span>
			<span class="rung-line none" aria-hidden="true" />
			<span class="rung-right" />
		</div>
	);
}

function Rung({
	entry,
	start,
}: {
	readonly entry: JournalEntry & Webhook;
	readonly start: number;
}) {
	const { label, method, path, query, answer, failure, fault, attempt, leg } =
		entry;
	return (
		<details class="rung-details">
			<summary class="rung">
				<At at={entry.at} start={start} />
				<span class="rung-left">
					{leg !== undefined && <Leg name={leg} />}{" "}
					<strong>{showHidden(label)}</strong>
					{attempt > 1 && <span class="faint"> try {attempt}</span>}
					<span class="rung-target mono">
						{method} {showHidden(path)}
						{query !== "" && showHidden(`?${query}`)}
					</span>
				</span>
				<span
					class={`rung-line ${failure === undefined ? "" : "broken"}`}
					aria-hidden="true"
				>
					▶
				</span>
				<span class="rung-right">
					<Outcome entry={entry} />
					{fault !== undefined && (
						<span class="rung-fault tone-waiting">⚡ {fault}</span>
					)}
				</span>
			</summary>
			<div class="rung-content">
				<h3>{entry.kind}</h3>
				<pre class="rung-payload">
					{entry.payload === undefined
						? "a download"
						: showHiddenInLines(JSON.stringify(entry.payload, null, 2))}
				</pre>
				{answer !== undefined && (
					<>
						<h3>
							{answer.status} {answer.type !== "" && showHidden(answer.type)}{" "}
							<span class="faint">{formatBytes(answer.bytes)}</span>
						</h3>
						{answer.reason !== undefined && <p>{showHidden(answer.reason)}</p>}
						{answer.body !== "" && (
							<pre class="rung-payload">{showHiddenInLines(answer.body)}</pre>
						)}
						{answer.event !== undefined && (
							<a href={`/deliveries/${answer.event}`}>The delivery</a>
						)}
					</>
				)}
			</div>
		</details>
	);
}

function Outcome({ entry }: { readonly entry: Webhook }) {
	const { answer, failure } = entry;
	if (answer === undefined)
		return failure === undefined ? (
			<State state="waiting" label="on the way" />
		) : (
			<State state="failed" label={failure} />
		);
	const { route, status, ms, outcome } = answer;
	return (
		<>
			{route !== undefined && <strong>{showHidden(route)}</strong>}{" "}
			<State
				state={failure === undefined ? "delivered" : "failed"}
				label={`${status} ${outcome}`}
			/>{" "}
			<span class="faint">{ms} ms</span>
			{failure !== undefined && <span class="tone-failed"> {failure}</span>}
		</>
	);
}

function Words({ entry }: { readonly entry: JournalEntry }) {
	switch (entry.what) {
		case "heard":
			return entry.by === "talk" ? (
				<>
					hears <q>{showHidden(entry.text)}</q>
					{entry.end === "cut" && <span class="faint"> cut</span>}
				</>
			) : (
				<>
					hears {SOUNDS[entry.by]}{" "}
					<span class="mono">
						{/^(?:https?:)/.test(entry.text) && showHidden(entry.text)}
					</span>
				</>
			);
		case "listens":
			return (
				<>
					the input gets{" "}
					{[...entry.digits].map((digit, index) => (
						<kbd key={index}>{showHidden(digit)}</kbd>
					))}
					{entry.end === undefined && entry.digits === "" && "…"}
					{entry.end === "timeout" && <span class="faint"> nothing more</span>}
				</>
			);
		case "pressed":
			return (
				<>
					presses{" "}
					{[...entry.keys].map((digit, index) => (
						<kbd key={index}>{digit}</kbd>
					))}
					{!entry.isTaken && <span class="faint"> nothing listens</span>}
				</>
			);
		case "said":
			return (
				<>
					says <q>{showHidden(entry.text)}</q>
					{!entry.isTaken && <span class="faint"> nothing listens</span>}
				</>
			);
		case "state":
			return (
				<span class="faint">
					{entry.status}
					{entry.by !== undefined && ` by the ${entry.by}`}
				</span>
			);
		case "outside":
			return (
				<>
					<span class="faint">
						{entry.label} goes elsewhere, and is not sent:
					</span>{" "}
					<span class="mono">{showHidden(entry.url)}</span>
				</>
			);
		case "recording":
			return <span class="faint">● the recording {entry.state}</span>;
		case "message":
			return (
				<>
					{entry.direction === "in" ? "writes" : "gets a message"}{" "}
					{entry.text !== "" && <q>{showHidden(shorten(entry.text))}</q>}
				</>
			);
		case "note":
			return <em>{showHidden(entry.text)}</em>;
		default:
			return null;
	}
}

const SOUNDS = {
	stream: "♪ a file",
	ringing: "ringing",
	music: "music or silence",
	beep: "a beep",
} as const;

function Leg({ name }: { readonly name: string }) {
	const isSecond = name.startsWith("callee");
	return <span class={`leg-name ${isSecond ? "second" : ""}`}>{name}</span>;
}

function At({ at, start }: { readonly at: number; readonly start: number }) {
	return (
		<time class="rung-time" dateTime={new Date(at).toISOString()}>
			{((at - start) / 1000).toFixed(1)} s
		</time>
	);
}
