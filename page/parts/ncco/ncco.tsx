import type { ComponentChildren } from "preact";
import { asRecord, isRecord } from "../../../src/event/is-record.ts";
import { showHidden } from "../../../src/observe/plain-text.ts";
import { toPlain } from "../../../src/phone/speech.ts";
import "./ncco.css";

/** An NCCO as the caller meets it: words in quotes, keys as keycaps, a file as a player, a call as a second pair. */
export function Ncco({
	ncco,
	label = "What the caller hears",
}: {
	readonly ncco: readonly unknown[];
	readonly label?: string;
}) {
	return (
		<ol class="ncco" aria-label={label}>
			{ncco.map((written, index) => {
				const action = asRecord(written);
				const name = String(action.action ?? "?");
				const Drawing = DRAWINGS.get(name) ?? Unknown;
				return (
					<li
						key={index}
						class={`ncco-action ncco-${DRAWINGS.has(name) ? name : "other"}`}
					>
						<span class="ncco-sign" aria-hidden="true">
							{SIGNS.get(name) ?? "·"}
						</span>
						<div class="ncco-body">
							<Drawing action={action} />
						</div>
					</li>
				);
			})}
		</ol>
	);
}

/** Reads an NCCO from the text of an answer. Undefined for any other text. */
export function parseNcco(text: string): readonly unknown[] | undefined {
	try {
		const value: unknown = JSON.parse(text);
		const isNcco =
			Array.isArray(value) &&
			value.length > 0 &&
			value.every((one) => isRecord(one) && typeof one.action === "string");
		return isNcco ? value : undefined;
	} catch {
		return undefined;
	}
}

// --- helpers ---

type Action = Readonly<Record<string, unknown>>;

interface DrawingProps {
	readonly action: Action;
}

/** Maps, because the name of an action is from outside and may be `constructor`. */
const SIGNS: ReadonlyMap<string, string> = new Map([
	["talk", "❝"],
	["stream", "♪"],
	["input", "⌨"],
	["record", "●"],
	["connect", "⇄"],
	["conversation", "◎"],
	["notify", "↗"],
	["wait", "◷"],
	["transfer", "⇢"],
	["pay", "¤"],
]);

const DRAWINGS: ReadonlyMap<
	string,
	(props: DrawingProps) => ComponentChildren
> = new Map([
	["talk", Talk],
	["stream", Stream],
	["input", Input],
	["record", Recording],
	["connect", Connect],
	["conversation", Conversation],
	["notify", Notify],
	["wait", Wait],
	["transfer", Transfer],
	["pay", Pay],
]);

function Talk({ action }: DrawingProps) {
	const { language, voiceName, loop } = action;
	return (
		<>
			<q class="ncco-words">{showHidden(toPlain(text(action.text)))}</q>
			<Notes
				notes={[
					text(language ?? voiceName),
					Number(loop) === 0 ? "again and again" : "",
					isOn(action.bargeIn) ? "a key cuts it" : "",
				]}
			/>
		</>
	);
}

function Stream({ action }: DrawingProps) {
	return (
		<>
			<span class="ncco-player">
				<span aria-hidden="true">▶ ━━━━━━━</span>{" "}
				<Address url={action.streamUrl} />
			</span>
			<Notes
				notes={[
					Number(action.loop) === 0 ? "again and again" : "",
					isOn(action.bargeIn) ? "a key cuts it" : "",
				]}
			/>
		</>
	);
}

function Input({ action }: DrawingProps) {
	const types = Array.isArray(action.type) ? action.type : [];
	const dtmf = isRecord(action.dtmf) ? action.dtmf : action;
	const speech = asRecord(action.speech);
	const hasSpeech = types.includes("speech") || isRecord(action.speech);
	const hasKeys = types.includes("dtmf") || isRecord(action.dtmf) || !hasSpeech;
	const most = Math.min(20, Number(dtmf.maxDigits ?? 4) || 4);
	return (
		<>
			{hasKeys && (
				<span class="ncco-keys">
					{Array.from({ length: Math.min(most, KEYCAPS_MAX) }, (_, index) => (
						<kbd key={index}>·</kbd>
					))}
					{isOn(dtmf.submitOnHash) && <kbd>#</kbd>}
					<span>
						{most === 1 ? "one key" : `up to ${most} keys`},{" "}
						{seconds(dtmf.timeOut, 3)} each
					</span>
				</span>
			)}
			{hasSpeech && (
				<span class="ncco-keys">
					speech
					{speech.language !== undefined && ` in ${text(speech.language)}`},
					within {seconds(speech.startTimeout, 10)}
				</span>
			)}
			<Next action={action} />
		</>
	);
}

function Recording({ action }: DrawingProps) {
	return (
		<>
			<span>records</span>
			<Notes
				notes={[
					isOn(action.beepStart) ? "a beep first" : "",
					action.endOnKey === undefined ? "" : `until ${text(action.endOnKey)}`,
					action.endOnSilence === undefined
						? ""
						: `until ${seconds(action.endOnSilence, 3)} of silence`,
					isRecord(action.transcription) ? "transcribed" : "",
				]}
			/>
			<Next action={action} />
		</>
	);
}

function Connect({ action }: DrawingProps) {
	const [first] = Array.isArray(action.endpoint) ? action.endpoint : [];
	const endpoint = asRecord(first);
	const { number, user, uri, extension, domain, type } = endpoint;
	const onAnswer = asRecord(endpoint.onAnswer);
	return (
		<div class="ncco-second">
			<span>
				calls{" "}
				<span class="mono">
					{showHidden(text(number ?? uri ?? user ?? extension ?? domain))}
				</span>
				{type !== "phone" && ` (${text(type)})`}
			</span>
			<Notes
				notes={[
					`rings ${seconds(action.timeout, 60)}`,
					action.from === undefined
						? ""
						: `from ${showHidden(text(action.from))}`,
					action.eventType === "synchronous"
						? "its events may change the call"
						: "",
					action.machineDetection === undefined &&
					action.advancedMachineDetection === undefined
						? ""
						: "listens for a machine",
				]}
			/>
			{onAnswer.url !== undefined && (
				<span class="ncco-next">
					on answer → <Address url={onAnswer.url} />
				</span>
			)}
			<Next action={action} />
		</div>
	);
}

function Conversation({ action }: DrawingProps) {
	return (
		<>
			<span>
				joins the conversation <strong>{showHidden(text(action.name))}</strong>
			</span>
			<Notes
				notes={[
					isOff(action.startOnEnter) ? "waits until it starts" : "",
					isOn(action.endOnExit) ? "its end is the end for all" : "",
					isOn(action.mute) ? "muted" : "",
					isOn(action.record) ? "recorded" : "",
				]}
			/>
			<Next action={action} />
		</>
	);
}

function Notify({ action }: DrawingProps) {
	return (
		<>
			<span>
				sends{" "}
				<code>{showHidden(JSON.stringify(action.payload) ?? "nothing")}</code>
			</span>
			<Next action={action} />
		</>
	);
}

function Wait({ action }: DrawingProps) {
	return <span>{seconds(action.timeout, 10)} of silence</span>;
}

function Transfer({ action }: DrawingProps) {
	return (
		<span>
			moves to{" "}
			<span class="mono">{showHidden(text(action.conversationId))}</span>
		</span>
	);
}

function Pay({ action }: DrawingProps) {
	return (
		<>
			<span>
				takes {text(action.amount)} {text(action.currency ?? "usd")} by card
			</span>
			<Next action={action} />
		</>
	);
}

function Unknown({ action }: DrawingProps) {
	return <code>{showHidden(JSON.stringify(action))}</code>;
}

const KEYCAPS_MAX = 6;

/** Short remarks, without the empty ones. */
function Notes({ notes }: { readonly notes: readonly string[] }) {
	const said = notes.filter((note) => note !== "");
	return said.length === 0 ? null : (
		<span class="ncco-notes">{showHidden(said.join(" · "))}</span>
	);
}

/** Where the answer of the caller goes. */
function Next({ action }: DrawingProps) {
	return action.eventUrl === undefined ? null : (
		<span class="ncco-next">
			→ <Address url={action.eventUrl} />
		</span>
	);
}

/** A URL, which an NCCO writes as a list of one. Its path says most. */
function Address({ url }: { readonly url: unknown }) {
	const whole = text(Array.isArray(url) ? url[0] : url);
	const short = URL.canParse(whole)
		? new URL(whole).pathname + new URL(whole).search
		: whole;
	return (
		<span class="mono" title={showHidden(whole)}>
			{showHidden(short === "/" ? whole : short)}
		</span>
	);
}

/** Writes any value of an NCCO as text, in which nothing is hidden. */
function text(value: unknown): string {
	if (value === undefined || value === null) return "";
	return showHidden(
		typeof value === "object" ? JSON.stringify(value) : String(value),
	);
}

function isOn(value: unknown): boolean {
	return value === true || value === "true";
}

function isOff(value: unknown): boolean {
	return value === false || value === "false";
}

function seconds(value: unknown, otherwise: number): string {
	const number = Number(value ?? otherwise);
	return `${Number.isFinite(number) ? number : otherwise} s`;
}
