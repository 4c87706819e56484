import { useState } from "preact/hooks";
import { showHidden } from "../../../../src/observe/plain-text.ts";
import { type Answer, call } from "../../../api/client.ts";
import { Dialog, DialogButtons } from "../../../parts/dialog.tsx";
import { ProblemBox } from "../../../parts/messages.tsx";
import { State } from "../../../parts/state.tsx";
import { count } from "../../../parts/text.ts";
import { useLoaded } from "../../../state/load.ts";
import { shortId } from "../list.tsx";
import { act, isDestroying, type Verb, WORDS } from "./actions.ts";
import { choiceOf, nameOf, type Target } from "./target.ts";

/** Says which deliveries an action is about, and asks for what it needs. */
export function ConfirmDialog({
	verb,
	target,
	onClose,
}: {
	readonly verb: Verb;
	readonly target: Target;
	onClose(): void;
}) {
	const [reason, setReason] = useState("");
	const [rate, setRate] = useState("");
	const [to, setTo] = useState("");
	const plan = useDryRun(verb, target);
	const chosen = plan.value?.chosen;
	const isDangerous = isDestroying(verb);
	const misuse = verb === "copy" ? misuseOf(to) : undefined;
	const isReady =
		(chosen ?? 0) > 0 &&
		(!isDangerous || reason.trim() !== "") &&
		(verb !== "copy" || (to !== "" && misuse === undefined));
	const title = `${WORDS[verb].does} ${nameOf(target, chosen)}`;
	return (
		<Dialog title={title} onClose={onClose}>
			{plan.problem !== undefined && <ProblemBox problem={plan.problem} />}
			{plan.value !== undefined && <Plan verb={verb} plan={plan.value} />}
			<form
				class="form"
				onSubmit={(event) => {
					event.preventDefault();
					if (!isReady) return;
					onClose();
					act(
						verb,
						target,
						{
							reason: reason.trim(),
							rate,
							...(verb === "copy" && { to }),
						},
						chosen,
					);
				}}
			>
				{verb === "copy" && (
					<label class="field">
						<span>URL</span>
						<input
							type="url"
							value={to}
							autoFocus
							required
							placeholder="http://127.0.0.1:3000/sms"
							aria-describedby="copy-hint"
							onInput={({ currentTarget }) => setTo(currentTarget.value)}
						/>
						<span id="copy-hint" class={misuse ? "field-fault" : "faint"}>
							{misuse ??
								"The service gets everything without masks, signed like a forward. No state changes."}
						</span>
					</label>
				)}
				<label class="field">
					<span>{isDangerous ? "Reason (required)" : "Reason"}</span>
					<input
						type="text"
						value={reason}
						autoFocus={verb !== "copy"}
						required={isDangerous}
						maxLength={1000}
						placeholder={
							verb === "drop"
								? "is kept with the id and your name"
								: "is kept in the history of each delivery"
						}
						onInput={({ currentTarget }) => setReason(currentTarget.value)}
					/>
				</label>
				{(chosen ?? 0) > 1 && (
					<label class="field">
						<span>Pace</span>
						<select
							value={rate}
							onChange={({ currentTarget }) => setRate(currentTarget.value)}
						>
							<option value="">as fast as possible</option>
							<option value="1/s">1 a second</option>
							<option value="10/s">10 a second</option>
							<option value="50/s">50 a second</option>
							<option value="100/min">100 a minute</option>
						</select>
					</label>
				)}
				<DialogButtons
					isDangerous={isDangerous}
					isReady={isReady}
					onClose={onClose}
				>
					{title}
				</DialogButtons>
			</form>
		</Dialog>
	);
}

// --- helpers ---

type DryRun = Answer<"replayDeliveries">;

function useDryRun(verb: Verb, target: Target) {
	const path = verb === "edit" || verb === "copy" ? "replay" : verb;
	return useLoaded<DryRun>(`${verb} ${JSON.stringify(target)}`, (signal) =>
		call(`${path}Deliveries`, {
			body: { ...choiceOf(target), dryRun: true } as never,
			signal,
		}),
	);
}

/** Rows of the plan that are shown. */
const SHOWN = 8;

function Plan({ verb, plan }: { readonly verb: Verb; readonly plan: DryRun }) {
	const { chosen, groups, preview = [], spared } = plan;
	const rest = chosen - Math.min(SHOWN, preview.length);
	if (chosen === 0)
		return (
			<p>
				Nothing fits: no delivery in this selection can be {WORDS[verb].done}.
			</p>
		);
	return (
		<div class="plan">
			<p>
				<strong>{count(chosen, "delivery", "deliveries")}</strong> will be{" "}
				{WORDS[verb].done}:
			</p>
			<ul>
				{groups.map(({ route, state, count: size }) => (
					<li key={`${route} ${state}`} class="row">
						<span class="plan-size">{size.toLocaleString("en")}</span>
						<span>{showHidden(route)}</span>
						<State state={state} />
					</li>
				))}
			</ul>
			<details>
				<summary>Which</summary>
				<ul class="mono">
					{preview.slice(0, SHOWN).map(({ id, route, why }) => (
						<li key={id}>
							{shortId(id)}{" "}
							{why !== undefined
								? `stays: ${showHidden(why)}`
								: route !== undefined && `→ ${showHidden(route)}`}
						</li>
					))}
					{rest > 0 && <li>and {rest.toLocaleString("en")} more</li>}
				</ul>
			</details>
			{spared !== undefined && (
				<p class="faint">
					{count(
						spared,
						"unfinished delivery stays",
						"unfinished deliveries stay",
					)}
					. Filter by their state to include them.
				</p>
			)}
		</div>
	);
}

/** The reason why a URL cannot be used. Undefined while it can. */
function misuseOf(text: string): string | undefined {
	if (text === "") return undefined;
	if (!URL.canParse(text))
		return "This is not a URL. Expected one such as http://127.0.0.1:3000/sms.";
	const { protocol, username, password } = new URL(text);
	if (protocol !== "http:" && protocol !== "https:")
		return "Expected http:// or https://.";
	return username === "" && password === ""
		? undefined
		: "The URL contains a password. Leave it out.";
}
