import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { showHidden } from "../../../src/observe/plain-text.ts";
import { type Answer, call } from "../../api/client.ts";
import { Empty, ProblemBox } from "../../parts/messages.tsx";
import { Clock } from "../../parts/time.tsx";
import { useKeys } from "../../state/keys.ts";
import { useLoaded } from "../../state/load.ts";
import { setQuery } from "../../state/location.ts";
import type { View, ViewProps } from "../view.ts";
import { AnswerPanel, OutcomeOf } from "./answer.tsx";
import type { Sending } from "./command.ts";
import { type Fields, isRecord, setAt } from "./fields.ts";
import { ObjectForm } from "./form.tsx";
import { history, record, type Sent } from "./history.ts";
import { Prose } from "./prose.tsx";
import "./send.css";

/** Makes a webhook of any kind, sends it through all gates, and shows the answer beside it. */
export const send: View = {
	name: "send",
	title: "Send",
	key: "s",
	needs: "send",
	component: Send,
};

type Kinds = Answer<"listKinds">["kinds"];
type Kind = Answer<"getKind">;

function Send({ query }: ViewProps) {
	const list = useLoaded("kinds", (signal) => call("listKinds", { signal }));
	if (list.problem !== undefined)
		return <ProblemBox problem={list.problem} onRetry={list.again} />;
	if (list.value === undefined) return null;
	const { kinds } = list.value;
	const routed = kinds.filter(({ routes }) => routes.length > 0);
	const to = query.get("to");
	const ofRoute = routed.find(({ routes }) =>
		routes.some((route) => route.name === to),
	);
	const name = query.get("kind") ?? (ofRoute ?? routed[0] ?? kinds[0])?.name;
	if (name === undefined) return <Empty title="There are no kinds" />;
	return <Composer key={name} kinds={kinds} name={name} query={query} />;
}

interface ComposerProps {
	readonly kinds: Kinds;
	/** The kind that is sent. */
	readonly name: string;
	readonly query: URLSearchParams;
}

function Composer({ kinds, name, query }: ComposerProps) {
	const {
		value: kind,
		problem,
		again,
	} = useLoaded(name, (signal) =>
		call("getKind", { params: { name }, signal }),
	);
	const side = useRef<HTMLDivElement>(null);
	const shown = useSignal<number | undefined>(history.value[0]?.number);
	// Below a long form the answer would not be seen.
	const isAwaited = useRef(false);
	const sent =
		history.value.find(({ number }) => number === shown.value) ??
		history.value[0];
	useEffect(() => {
		if (!isAwaited.current || sent?.result === undefined) return;
		isAwaited.current = false;
		if (isNarrow()) side.current?.scrollIntoView();
	}, [sent?.result]);
	return (
		<div class="send-view">
			<section class="send-form" aria-label="Webhook">
				<h1>Send a webhook</h1>
				<KindChoice kinds={kinds} name={name} />
				{problem !== undefined && (
					<ProblemBox problem={problem} onRetry={again} />
				)}
				{kind !== undefined && (
					<WebhookForm
						kind={kind}
						query={query}
						onReload={again}
						onSent={(number) => {
							shown.value = number;
							isAwaited.current = true;
						}}
					/>
				)}
			</section>
			<div class="send-side" ref={side}>
				{sent === undefined ? (
					<Empty title="Nothing was sent yet">
						<p>
							The webhook passes all gates, signed as its route wants. The
							answer appears here.
						</p>
					</Empty>
				) : (
					<AnswerPanel sent={sent} />
				)}
				<HistoryList
					current={sent}
					onShow={(number) => {
						shown.value = number;
					}}
				/>
			</div>
		</div>
	);
}

function KindChoice({ kinds, name }: Omit<ComposerProps, "query">) {
	const groups = [
		["Kinds with a route", kinds.filter(({ routes }) => routes.length > 0)],
		[
			"Kinds without a route",
			kinds.filter(({ routes }) => routes.length === 0),
		],
	] as const;
	return (
		<Row label="Kind">
			{(id) => (
				<select
					id={id}
					value={name}
					onChange={({ currentTarget }) =>
						setQuery({
							kind: currentTarget.value,
							to: undefined,
							as: undefined,
						})
					}
				>
					{groups.map(([label, some]) => (
						<optgroup key={label} label={label}>
							{some.map((kind) => (
								<option key={kind.name} value={kind.name}>
									{showHidden(`${kind.name} — ${kind.title}`)}
								</option>
							))}
						</optgroup>
					))}
				</select>
			)}
		</Row>
	);
}

interface FormProps {
	readonly kind: Kind;
	readonly query: URLSearchParams;
	onReload(): void;
	onSent(number: number): void;
}

function WebhookForm({ kind, query, onReload, onSent }: FormProps) {
	const index = useSignal(0);
	const { samples } = kind;
	const sample = (samples[index.value % Math.max(1, samples.length)] ??
		NOTHING) as Fields;
	const payload = useSignal<Fields>(sample);
	const isText = useSignal(false);
	// A new sample replaces what was written before it. Later than the paint, it would also replace what is written as soon as it is shown.
	useLayoutEffect(() => {
		payload.value = sample;
	}, [sample]);
	const sending = toSending(kind, query, payload.value);
	const submit = (): void => {
		const send = () => call("send", { body: sending });
		const number = (history.value[0]?.number ?? 0) + 1;
		void record(sending, sample, send);
		onSent(number);
	};
	const another = (): void => {
		index.value += 1;
		onReload();
	};
	useKeys("Send", [
		{ key: "mod+enter", label: "Send it", inFields: true, run: submit },
		{ key: "n", label: "Take another sample", run: another },
	]);
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				submit();
			}}
		>
			<Prose text={kind.description} />
			<TargetFields kind={kind} query={query} />
			<div class="row send-tools">
				<h2>Payload</h2>
				<button type="button" onClick={another}>
					Another sample
				</button>
				<button
					type="button"
					aria-pressed={isText.value}
					onClick={() => {
						isText.value = !isText.value;
					}}
				>
					As JSON
				</button>
			</div>
			{isText.value ? (
				<PayloadText
					payload={payload.value}
					onChange={(next) => {
						payload.value = next;
					}}
				/>
			) : (
				<ObjectForm
					schema={kind.schema}
					value={payload.value}
					path={[]}
					onChange={(path, value) => {
						payload.value = setAt(payload.value, path, value);
					}}
				/>
			)}
			<div class="send-submit row">
				<button type="submit" class="primary">
					Send {kind.name}
				</button>
				<kbd aria-hidden="true">⌘ Enter</kbd>
			</div>
		</form>
	);
}

const NOTHING: Fields = {};

/** The route, the form of the payload, the client, and the segments of the path. */
function TargetFields({ kind, query }: Pick<FormProps, "kind" | "query">) {
	const to = query.get("to") ?? "";
	const route = kind.routes.find(({ name }) => name === to) ?? kind.routes[0];
	const segments = [...(route?.path ?? "").matchAll(/:(\w+)/g)].map(
		([, name = ""]) => name,
	);
	return (
		<div class="send-target">
			<Row label="To">
				{(id) => (
					<select
						id={id}
						value={to}
						onChange={({ currentTarget }) =>
							setQuery({ to: currentTarget.value }, { replace: true })
						}
					>
						{kind.routes.length === 0 && (
							<option value="">no route takes this kind</option>
						)}
						{kind.routes.map(({ name, path, level }, at) => (
							<option key={name} value={at === 0 && to !== name ? "" : name}>
								{showHidden(
									[name, path ?? "internal", level].filter(Boolean).join("  "),
								)}
							</option>
						))}
					</select>
				)}
			</Row>
			<Row label="As">
				{(id) => (
					<select
						id={id}
						value={query.get("as") ?? ""}
						onChange={({ currentTarget }) =>
							setQuery({ as: currentTarget.value }, { replace: true })
						}
					>
						<option value="">the usual form</option>
						{kind.contentTypes.map((form) => (
							<option key={form} value={form}>
								{form}
							</option>
						))}
					</select>
				)}
			</Row>
			<QueryField
				label="From"
				name="from"
				query={query}
				placeholder="an address that the firewall admits"
			/>
			{segments.map((name) => (
				<QueryField
					key={name}
					label={`:${name}`}
					name={`param.${name}`}
					query={query}
					placeholder="example"
				/>
			))}
		</div>
	);
}

function QueryField({
	label,
	name,
	query,
	placeholder,
}: {
	readonly label: string;
	readonly name: string;
	readonly query: URLSearchParams;
	readonly placeholder: string;
}) {
	return (
		<Row label={label}>
			{(id) => (
				<input
					id={id}
					class="mono"
					autocomplete="off"
					placeholder={placeholder}
					value={query.get(name) ?? ""}
					onInput={({ currentTarget }) =>
						setQuery({ [name]: currentTarget.value.trim() }, { replace: true })
					}
				/>
			)}
		</Row>
	);
}

/** A control with its label. */
function Row({
	label,
	children,
}: {
	readonly label: string;
	children(id: string): ComponentChildren;
}) {
	const id = useId();
	return (
		<div class="send-row">
			<label for={id}>{label}</label>
			{children(id)}
		</div>
	);
}

function PayloadText({
	payload,
	onChange,
}: {
	readonly payload: Fields;
	onChange(payload: Fields): void;
}) {
	const text = useSignal(JSON.stringify(payload, null, 2));
	const isWrong = useSignal(false);
	const seen = useSignal(payload);
	useLayoutEffect(() => {
		// Only a change from elsewhere, such as another sample, replaces what is being written.
		if (seen.peek() === payload) return;
		seen.value = payload;
		text.value = JSON.stringify(payload, null, 2);
	}, [payload]);
	return (
		<>
			<textarea
				class="mono send-json"
				aria-label="Payload as JSON"
				aria-invalid={isWrong.value}
				spellcheck={false}
				rows={Math.min(30, Math.max(8, text.value.split("\n").length))}
				value={text.value}
				onInput={({ currentTarget }) => {
					text.value = currentTarget.value;
					const value = parse(currentTarget.value);
					isWrong.value = value === undefined;
					if (value === undefined) return;
					seen.value = value;
					onChange(value);
				}}
			/>
			{isWrong.value && (
				<p class="tone-failed" role="alert">
					This is not a JSON object yet. The last one that could be read is
					sent.
				</p>
			)}
		</>
	);
}

function HistoryList({
	current,
	onShow,
}: {
	readonly current: Sent | undefined;
	onShow(number: number): void;
}) {
	if (history.value.length < 2) return null;
	return (
		<section class="send-history" aria-label="Sent before">
			<h2>Sent since the page was opened</h2>
			<ul>
				{history.value.map((sent) => (
					<li key={sent.number}>
						<button
							type="button"
							class="plain"
							aria-current={sent === current ? "true" : undefined}
							onClick={() => onShow(sent.number)}
						>
							<span class="faint">
								<Clock at={sent.at} />
							</span>
							<span>{sent.sending.kind}</span>
							<OutcomeOf result={sent.result} />
						</button>
					</li>
				))}
			</ul>
		</section>
	);
}

// --- helpers ---

/** True if the answer is below the form. */
function isNarrow(): boolean {
	return matchMedia("(max-width: 1099px)").matches;
}

function toSending(
	{ name: kind }: Kind,
	query: URLSearchParams,
	payload: Fields,
): Sending {
	const to = query.get("to") ?? "";
	const from = query.get("from") ?? "";
	const as = query.get("as") as Sending["as"] | "" | null;
	const params = Object.fromEntries(
		[...query]
			.filter(([name]) => name.startsWith("param."))
			.map(([name, value]) => [name.slice("param.".length), value]),
	);
	return {
		kind,
		...(to !== "" && { to }),
		...(from !== "" && { from }),
		...(as && { as }),
		...(Object.keys(params).length > 0 && { params }),
		payload,
	};
}

function parse(text: string): Fields | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return isRecord(value) ? value : undefined;
	} catch {
		return undefined;
	}
}
