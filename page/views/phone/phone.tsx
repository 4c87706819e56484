import { useSignal } from "@preact/signals";
import { showHidden } from "../../../src/observe/plain-text.ts";
import type { PhoneAction } from "../../../src/phone/action.ts";
import { OWN_NUMBER } from "../../../src/phone/numbers.ts";
import { type Answer, call } from "../../api/client.ts";
import { Empty, ProblemBox } from "../../parts/messages.tsx";
import { Ago } from "../../parts/time.tsx";
import { useKeys } from "../../state/keys.ts";
import { useLoaded } from "../../state/load.ts";
import { go, hrefOf } from "../../state/location.ts";
import type { View, ViewProps } from "../view.ts";
import { Chat } from "./chat.tsx";
import { DialForm } from "./dial-form.tsx";
import { FaultPicker } from "./faults.tsx";
import { Ladder } from "./ladder.tsx";
import { LegPane } from "./leg.tsx";
import "./phone.css";
import {
	act,
	beginSession,
	type PhoneState,
	usePhoneSession,
} from "./session.ts";
import { canSpeak, isSpoken, useSpeech } from "./speak.ts";

/** A person with a phone: calls and messages, without an account or a number. */
export const phone: View = {
	name: "phone",
	title: "Phone",
	key: "p",
	needs: "send",
	component: PhoneView,
};

function PhoneView({ path, query }: ViewProps) {
	const [id] = path;
	const isChat = query.get("with") === "messages";
	const routes = useLoaded(`phone ${id}`, (signal) =>
		call("getPhone", { signal }),
	);
	const { state, problem } = usePhoneSession(id);
	const here = ["phone", ...(id === undefined ? [] : [id])];
	const numbers = useSignal({ from: OWN_NUMBER, to: "", answer: "" });
	const onAct = (action: PhoneAction): void => {
		if (id !== undefined && state !== undefined) {
			void act(id, action);
			return;
		}
		void beginSession(action).then((begun) => {
			if (begun !== undefined) go(hrefOf(["phone", begun], isChat ? CHAT : {}));
		});
	};
	const entries = state?.entries ?? [];
	useSpeech(entries);
	usePhoneKeys(state, onAct);
	if (routes.value === undefined)
		return routes.problem === undefined ? null : (
			<ProblemBox problem={routes.problem} onRetry={routes.again} />
		);
	const { dialable } = routes.value;
	const kinds = new Set(dialable.map(({ kind }) => kind));
	return (
		<div class="phone">
			<div class="phone-side">
				<h1 class="hidden">Phone</h1>
				<nav class="phone-tabs" aria-label="Call or write">
					<Tab label="Call" isChosen={!isChat} to={hrefOf(here)} />
					<Tab label="Messages" isChosen={isChat} to={hrefOf(here, CHAT)} />
					{id !== undefined && (
						<a class="phone-new" href={hrefOf(["phone"], isChat ? CHAT : {})}>
							Start over
						</a>
					)}
				</nav>
				{problem !== undefined && <ProblemBox problem={problem} />}
				<DialForm
					dialable={dialable}
					value={numbers.value}
					isChat={isChat}
					hasCall={state?.legs.some(({ isOver }) => !isOver) === true}
					onChange={(next) => {
						numbers.value = next;
					}}
					onDial={() => onAct(toDial(numbers.value))}
				/>
				{isChat ? (
					<Chat
						entries={entries}
						kinds={kinds}
						from={numbers.value.from}
						to={numbers.value.to}
						onAct={onAct}
					/>
				) : (
					<Legs state={state} onAct={onAct} />
				)}
				<FaultPicker waiting={state?.faults ?? []} onAct={onAct} />
				{!isChat && canSpeak && (
					<label class="row">
						<input
							type="checkbox"
							checked={isSpoken.value}
							onChange={({ currentTarget }) => {
								isSpoken.value = currentTarget.checked;
							}}
						/>
						Speak what is heard
					</label>
				)}
			</div>
			<div class="phone-main">
				{entries.length === 0 ? (
					<Start
						kinds={kinds}
						isChat={isChat}
						earlier={routes.value.sessions}
					/>
				) : (
					<Ladder entries={entries} />
				)}
			</div>
		</div>
	);
}

// --- helpers ---

interface Numbers {
	readonly from: string;
	readonly to: string;
	readonly answer: string;
}

function toDial({ from, to, answer }: Numbers): PhoneAction {
	return {
		...{ do: "dial", from },
		...(to !== "" && { to }),
		...(answer !== "" && { answer }),
	};
}

/** The query of the messages. */
const CHAT = { with: "messages" };

function Tab({
	label,
	isChosen,
	to,
}: {
	readonly label: string;
	readonly isChosen: boolean;
	readonly to: string;
}) {
	return (
		<a href={to} aria-current={isChosen ? "page" : undefined}>
			{label}
		</a>
	);
}

/** The parties of the call, those that are there first. */
function Legs({
	state,
	onAct,
}: {
	readonly state: PhoneState | undefined;
	onAct(action: PhoneAction): void;
}) {
	if (state === undefined || state.legs.length === 0) return null;
	const shown = state.legs.filter(({ isOver }) => !isOver);
	const last = state.legs.find(({ direction }) => direction === "inbound");
	const legs = shown.length > 0 || last === undefined ? shown : [last];
	return (
		<>
			<div class="legs">
				{legs.map((leg) => (
					<LegPane
						key={leg.name}
						leg={leg}
						entries={state.entries}
						onAct={onAct}
					/>
				))}
			</div>
			{state.rooms.map(({ name, members, hasStarted }) => (
				<p key={name} class="faint">
					◎ {name}: {members.join(", ")}
					{!hasStarted && ", waiting for its start"}
				</p>
			))}
		</>
	);
}

/** How something comes to be here. */
function Start({
	kinds,
	isChat,
	earlier,
}: {
	readonly kinds: ReadonlySet<string>;
	readonly isChat: boolean;
	readonly earlier: Answer<"getPhone">["sessions"];
}) {
	const needed = isChat ? "sms.inbound" : "voice.answer";
	const isThere =
		kinds.has(needed) || (isChat && kinds.has("messages.inbound"));
	return (
		<Empty title={isChat ? "Nobody has written yet" : "Nobody has called yet"}>
			{isThere ? (
				<p>
					{isChat
						? "Write a message. It goes to your routes as the platform sends it, through every gate."
						: "Call. Your routes answer as they do for the platform, through every gate, and each webhook is drawn here."}
				</p>
			) : (
				<>
					<p>
						No route takes <code>{needed}</code>. Add one to routes.yaml:
					</p>
					<pre class="phone-example">{EXAMPLES[needed]}</pre>
				</>
			)}
			{earlier.length > 0 && (
				<ul class="phone-earlier" aria-label="Earlier sessions">
					{earlier.slice(0, EARLIER_SHOWN).map(({ id, startedAt, legs }) => (
						<li key={id}>
							<a href={hrefOf(["phone", id], legs.length === 0 ? CHAT : {})}>
								{legs.length === 0
									? "messages"
									: `a call from ${showHidden(legs[0]?.from ?? "")}`}
							</a>{" "}
							<Ago at={startedAt} /> ago
						</li>
					))}
				</ul>
			)}
		</Empty>
	);
}

const EARLIER_SHOWN = 5;

const EXAMPLES = {
	"voice.answer": `- name: answer
  path: /voice/answer
  kind: voice.answer
  handler:
    ncco: [{ action: talk, text: Hello. }]`,
	"sms.inbound": `- name: inbound
  path: /sms
  kind: sms.inbound
  handler: { plugin: log }`,
} as const;

/** The keys of the keyboard are those of the phone while a call is on. */
function usePhoneKeys(
	state: PhoneState | undefined,
	onAct: (action: PhoneAction) => void,
): void {
	const isOn = state?.legs.some(({ isOver }) => !isOver) === true;
	useKeys(
		"Phone",
		isOn
			? [
					...[..."0123456789*#"].map((keys) => ({
						key: keys,
						label: `Press ${keys}`,
						run: () => onAct({ do: "press", keys }),
					})),
					{
						key: "h",
						label: "Hang up",
						run: () => onAct({ do: "hangUp" }),
					},
					{
						key: "s",
						label: "Skip what plays",
						run: () => onAct({ do: "skip" }),
					},
				]
			: [],
	);
}
