import { useSignal } from "@preact/signals";
import { showHidden } from "../../../src/observe/plain-text.ts";
import type { PhoneAction } from "../../../src/phone/action.ts";
import type { JournalEntry } from "../../../src/phone/journal.ts";
import type { LegView } from "../../../src/phone/session.ts";
import { urlOf } from "../../api/client.ts";

export interface LegProps {
	readonly leg: LegView;
	readonly entries: readonly JournalEntry[];
	onAct(action: PhoneAction): void;
}

/** One party: its screen with what it hears, and its keys. */
export function LegPane({ leg, entries, onAct }: LegProps) {
	const { name } = leg;
	return (
		<section class="leg" aria-label={name}>
			<header class="leg-head">
				<h2>{name}</h2>
				<span class="mono">
					{showHidden(leg.direction === "inbound" ? leg.from : leg.to)}
				</span>
				<span class="faint">{leg.status}</span>
			</header>
			<Screen leg={leg} entries={entries} />
			{leg.isRinging ? (
				<CalleeKeys
					onAct={(does) => onAct({ do: "callee", does, leg: name })}
				/>
			) : (
				!leg.isOver && <TalkKeys leg={leg} onAct={onAct} />
			)}
		</section>
	);
}

// --- helpers ---

type Heard = JournalEntry & { readonly what: "heard" };

/** What the leg hears now, or heard last, and what it is asked for. */
function Screen({ leg, entries }: Omit<LegProps, "onAct">) {
	const own = entries.filter(
		(entry) => "leg" in entry && entry.leg === leg.name,
	);
	const heard = own.findLast((entry): entry is Heard => entry.what === "heard");
	const listens = own.findLast(({ what }) => what === "listens");
	const isListening = listens?.what === "listens" && listens.end === undefined;
	const isPlaying = heard !== undefined && heard.end === undefined;
	return (
		<div class={`leg-screen ${leg.isOver ? "over" : ""}`} aria-live="polite">
			{leg.isOver ? (
				<p class="faint">The call is over.</p>
			) : leg.isRinging ? (
				<p>☎ It rings. What does this person do?</p>
			) : heard === undefined ? (
				<p class="faint">It is quiet.</p>
			) : (
				<p class={isPlaying ? "" : "faint"}>
					<Sound heard={heard} />
				</p>
			)}
			{!leg.isOver && isPlaying && heard.by === "stream" && heard.isOwn && (
				<Player key={heard.id} heard={heard} />
			)}
			{!leg.isOver && isListening && (
				<p class="leg-asked">
					{listens.dtmf && (
						<>
							<span aria-hidden="true">⌨</span> keys{" "}
							<span class="leg-digits mono">{showHidden(listens.digits)}</span>
						</>
					)}
					{listens.speech && " speech"}
				</p>
			)}
			{(leg.isMuted || leg.isHeld) && (
				<p class="tone-waiting">
					{[leg.isMuted ? "muted" : "", leg.isHeld ? "on hold" : ""]
						.filter((word) => word !== "")
						.join(", ")}
				</p>
			)}
		</div>
	);
}

function Sound({ heard }: { readonly heard: Heard }) {
	switch (heard.by) {
		case "talk":
			return <q>{showHidden(heard.text)}</q>;
		case "stream":
			return <>♪ {showHidden(heard.text)}</>;
		case "ringing":
			return <>☎ ringing</>;
		case "music":
			return (
				<>
					{heard.text === "silence" ? "silence" : `♪ ${showHidden(heard.text)}`}
				</>
			);
		case "beep":
			return <>beep</>;
	}
}

/** Plays audio of this router, until it is cut. It comes through the API, because the page loads nothing from other origins. */
function Player({
	heard: { text, endless = false },
}: {
	readonly heard: Heard;
}) {
	const isFailed = useSignal(false);
	if (isFailed.value)
		return <p class="faint">The browser cannot play this audio.</p>;
	return (
		// biome-ignore lint/a11y/useMediaCaption: the audio of a call has no captions
		<audio
			controls
			autoplay
			loop={endless}
			aria-label={`Audio of ${showHidden(text)}`}
			src={urlOf("getPhoneAudio", {}, { url: text })}
			onError={() => {
				isFailed.value = true;
			}}
		/>
	);
}

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

function TalkKeys({ leg, onAct }: Omit<LegProps, "entries">) {
	const text = useSignal("");
	const { name } = leg;
	const say = (event: Event): void => {
		event.preventDefault();
		if (text.value.trim() === "") return;
		onAct({ do: "say", text: text.value.trim(), leg: name });
		text.value = "";
	};
	return (
		<>
			<div class="keypad" role="group" aria-label={`Keys of the ${name}`}>
				{KEYS.map((key) => (
					<button
						key={key}
						type="button"
						class={leg.takesKeys ? "" : "idle"}
						onClick={() => onAct({ do: "press", keys: key, leg: name })}
					>
						{key}
					</button>
				))}
			</div>
			<form class="leg-say" onSubmit={say}>
				<input
					type="text"
					aria-label={`Say as the ${name}`}
					class={leg.takesSpeech ? "" : "idle"}
					placeholder="say something"
					value={text.value}
					onInput={({ currentTarget }) => {
						text.value = currentTarget.value;
					}}
				/>
				<button type="submit">Say</button>
			</form>
			<div class="row">
				<button
					type="button"
					class="danger"
					onClick={() => onAct({ do: "hangUp", leg: name })}
				>
					Hang up
				</button>
				<button type="button" onClick={() => onAct({ do: "skip", leg: name })}>
					Skip
				</button>
				<button
					type="button"
					aria-pressed={leg.isMuted}
					onClick={() =>
						onAct({ do: leg.isMuted ? "unmute" : "mute", leg: name })
					}
				>
					Mute
				</button>
				<button
					type="button"
					aria-pressed={leg.isHeld}
					onClick={() =>
						onAct({ do: leg.isHeld ? "unhold" : "hold", leg: name })
					}
				>
					Hold
				</button>
			</div>
		</>
	);
}

const ACTS = [
	["answer", "Answer", "primary"],
	["busy", "Busy", ""],
	["reject", "Reject", ""],
	["noAnswer", "Let it ring", ""],
	["unavailable", "Not reachable", ""],
	["fail", "Fail", ""],
	["machine", "A machine answers", ""],
] as const;

function CalleeKeys({
	onAct,
}: {
	onAct(does: (typeof ACTS)[number][0]): void;
}) {
	return (
		<div class="row" role="group" aria-label="What the called person does">
			{ACTS.map(([does, label, style]) => (
				<button
					key={does}
					type="button"
					class={style}
					onClick={() => onAct(does)}
				>
					{label}
				</button>
			))}
		</div>
	);
}
