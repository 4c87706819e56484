import {
	showHidden,
	showHiddenInLines,
} from "../../../src/observe/plain-text.ts";
import { type Answer, Problem } from "../../api/client.ts";
import { ProblemBox } from "../../parts/messages.tsx";
import { State } from "../../parts/state.tsx";
import { Clock, formatMs } from "../../parts/time.tsx";
import { notify } from "../../state/notices.ts";
import { toCommand, toCurl } from "./command.ts";
import type { Sent } from "./history.ts";

/** The answer to a webhook: the outcome, what the sender got, and what was sent. */
export function AnswerPanel({ sent }: { readonly sent: Sent }) {
	const { result, sending, sample } = sent;
	return (
		<section class="send-answer" aria-label="Answer" aria-live="polite">
			<header class="row">
				<h2>{sending.kind}</h2>
				<span class="faint">
					<Clock at={sent.at} />
				</span>
				<span class="send-copies">
					<CopyButton
						label="Copy as curl"
						text={() => toCurl(location.origin, sending)}
					/>
					<CopyButton
						label="Copy as switchhook send"
						text={() => toCommand(sending, sample)}
					/>
				</span>
			</header>
			{result === undefined && <p class="faint">Sending …</p>}
			{result instanceof Problem && <ProblemBox problem={result} />}
			{result !== undefined && !(result instanceof Problem) && (
				<Result result={result} />
			)}
		</section>
	);
}

/** The outcome of a webhook in few words, for a list. */
export function OutcomeOf({ result }: Pick<Sent, "result">) {
	if (result === undefined) return <span class="faint">sending …</span>;
	if (result instanceof Problem)
		return <State state="failed" label="not sent" />;
	const { outcome } = result.outcome;
	return <State state={STATES[outcome] ?? outcome} label={outcome} />;
}

// --- helpers ---

/** The outcomes that a state of a delivery shows best. */
const STATES: Readonly<Record<string, string>> = {
	handled: "answered",
	reported: "answered",
	probe: "answered",
	unsigned: "refused",
	invalid: "refused",
	unknown: "refused",
};

function Result({ result }: { readonly result: Answer<"send"> }) {
	const { outcome, response, request } = result;
	const { route, event, client, error, reason } = outcome;
	return (
		<>
			<p class="row send-outcome">
				<OutcomeOf result={result} />
				<strong class="mono">{response.status}</strong>
				<span class="faint">in {formatMs(response.ms)}</span>
				{event !== undefined && (
					<a href={`/deliveries/${encodeURIComponent(event)}`}>
						See the delivery
					</a>
				)}
			</p>
			{error !== undefined && (
				<div class="problem">
					<strong class="mono">{error}</strong>{" "}
					{showHidden(withoutCode(reason, error))}
				</div>
			)}
			<dl class="facts">
				{route !== undefined && (
					<>
						<dt>Route</dt>
						<dd>{showHidden(route)}</dd>
					</>
				)}
				{client !== undefined && (
					<>
						<dt>Client</dt>
						<dd class="mono">{showHidden(client)}</dd>
					</>
				)}
			</dl>
			<h3>Answer</h3>
			<dl class="facts mono">
				{Object.entries(response.headers).map(([name, value]) => (
					<>
						<dt key={name}>{showHidden(name)}</dt>
						<dd>{showHidden(value)}</dd>
					</>
				))}
			</dl>
			{response.body === "" ? (
				<p class="faint">The body is empty.</p>
			) : (
				<pre>{pretty(response.body)}</pre>
			)}
			<details>
				<summary>Request</summary>
				<pre>
					{showHidden(
						`${request.method} ${request.path}${request.query === "" ? "" : `?${request.query}`}`,
					)}
				</pre>
				{request.body !== "" && <pre>{pretty(request.body)}</pre>}
			</details>
		</>
	);
}

function CopyButton({
	label,
	text,
}: {
	readonly label: string;
	text(): string;
}) {
	return (
		<button
			type="button"
			onClick={() => {
				void navigator.clipboard.writeText(text()).then(
					() => notify("Copied."),
					() => notify(text(), { ms: 20_000 }),
				);
			}}
		>
			{label}
		</button>
	);
}

/** The code stands in front already. */
function withoutCode(reason = "", code: string): string {
	return reason.startsWith(`${code}: `)
		? reason.slice(code.length + 2)
		: reason;
}

/** Indents JSON. Another text stays as it is. */
function pretty(text: string): string {
	try {
		return showHiddenInLines(JSON.stringify(JSON.parse(text), null, 2));
	} catch {
		return showHiddenInLines(text);
	}
}
