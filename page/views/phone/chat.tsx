import { useSignal } from "@preact/signals";
import { showHidden } from "../../../src/observe/plain-text.ts";
import type { PhoneAction } from "../../../src/phone/action.ts";
import type { JournalEntry } from "../../../src/phone/journal.ts";
import {
	CHANNELS,
	type Channel,
	MESSAGE_STATUSES,
	PART_ORDERS,
	type PartOrder,
	SMS_STATUSES,
} from "../../../src/phone/messages/names.ts";

export interface ChatProps {
	readonly entries: readonly JournalEntry[];
	/** The kinds that have a route. */
	readonly kinds: ReadonlySet<string>;
	readonly from: string;
	readonly to: string;
	onAct(action: PhoneAction): void;
}

/** A chat: texts of the person, and receipts for messages of the application. */
export function Chat({ entries, kinds, from, to, onAct }: ChatProps) {
	const text = useSignal("");
	const api = useSignal<"sms" | "messages">(
		kinds.has("sms.inbound") || !kinds.has("messages.inbound")
			? "sms"
			: "messages",
	);
	const channel = useSignal<Channel>("sms");
	const order = useSignal<PartOrder>("inOrder");
	const parties = { from, ...(to !== "" && { to }) };
	const choice = { api: api.value, channel: channel.value };
	const write = (words: string): void =>
		onAct({
			...{ do: "message", text: words, order: order.value },
			...choice,
			...parties,
		});
	const submit = (event: Event): void => {
		event.preventDefault();
		if (text.value === "") return;
		write(text.value);
		text.value = "";
	};
	const statuses = api.value === "sms" ? SMS_STATUSES : MESSAGE_STATUSES;
	const messages = entries.flatMap((entry) =>
		entry.what === "message" ? [entry] : [],
	);
	return (
		<section class="chat" aria-label="Chat">
			<ul class="chat-lines" aria-label="Messages">
				{messages.map((message) => (
					<li key={message.id} class={`chat-line ${message.direction}`}>
						<span class="chat-text">
							{message.direction === "in" ? (
								showHidden(message.text)
							) : (
								<em>a message of the application</em>
							)}
						</span>
						<span class="faint">
							{message.channel}
							{message.ids.length > 1 && ` · ${message.ids.length} parts`}
							{message.receipts.length > 0 &&
								` · ${message.receipts.join(", ")}`}
						</span>
					</li>
				))}
			</ul>
			<div class="row">
				<label>
					API{" "}
					<select
						value={api.value}
						onChange={({ currentTarget }) => {
							api.value = currentTarget.value === "sms" ? "sms" : "messages";
							if (api.value === "sms") channel.value = "sms";
						}}
					>
						<option value="sms">SMS API</option>
						<option value="messages">Messages API</option>
					</select>
				</label>
				<label>
					Channel{" "}
					<select
						value={channel.value}
						disabled={api.value === "sms"}
						onChange={({ currentTarget }) => {
							channel.value = currentTarget.value as Channel;
						}}
					>
						{CHANNELS.map((name) => (
							<option key={name} value={name}>
								{name}
							</option>
						))}
					</select>
				</label>
				<label>
					Parts arrive{" "}
					<select
						value={order.value}
						disabled={api.value !== "sms"}
						onChange={({ currentTarget }) => {
							order.value = currentTarget.value as PartOrder;
						}}
					>
						{PART_ORDERS.map((name) => (
							<option key={name} value={name}>
								{ORDER_WORDS[name]}
							</option>
						))}
					</select>
				</label>
			</div>
			<form class="chat-write" onSubmit={submit}>
				<textarea
					rows={2}
					aria-label="Message"
					value={text.value}
					onInput={({ currentTarget }) => {
						text.value = currentTarget.value;
					}}
					onKeyDown={(event) => {
						if (event.key === "Enter" && !event.shiftKey) submit(event);
					}}
				/>
				<button type="submit" class="primary">
					Send
				</button>
			</form>
			<div class="row">
				<button type="button" onClick={() => write("STOP")}>
					Send STOP
				</button>
				<button type="button" onClick={() => write(LONG_TEXT)}>
					Send a long text
				</button>
			</div>
			<div class="row" role="group" aria-label="Receipts">
				<span class="faint">Receipt</span>
				{statuses.map((status) => (
					<button
						key={status}
						type="button"
						onClick={() =>
							onAct({
								...{ do: "receipt", status },
								...choice,
								...parties,
								...messageOf(messages),
							})
						}
					>
						{status}
					</button>
				))}
			</div>
		</section>
	);
}

// --- helpers ---

const ORDER_WORDS: Readonly<Record<PartOrder, string>> = {
	inOrder: "in order",
	reversed: "reversed",
	scrambled: "scrambled",
};

const LONG_TEXT = Array.from(
	{ length: 16 },
	(_, index) => `This is sentence ${index + 1} of a long text.`,
).join(" ");

/** All receipts of a session are for one message of the application, as its statuses follow each other. */
function messageOf(
	messages: readonly (JournalEntry & { readonly what: "message" })[],
): { readonly message?: string } {
	const id = messages.findLast(({ direction }) => direction === "out")?.ids[0];
	return id === undefined ? {} : { message: id };
}
