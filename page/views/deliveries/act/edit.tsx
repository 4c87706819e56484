import { useRef, useState } from "preact/hooks";
import {
	escapeHiddenInJson,
	showHidden,
} from "../../../../src/observe/plain-text.ts";
import { type Answer, call } from "../../../api/client.ts";
import { Dialog, DialogButtons } from "../../../parts/dialog.tsx";
import { ProblemBox } from "../../../parts/messages.tsx";
import { useLoaded } from "../../../state/load.ts";
import { act, type Details } from "./actions.ts";
import { changesBetween } from "./changes.ts";
import { lineOf } from "./line-of.ts";
import { choiceOf, nameOf, type Target } from "./target.ts";

/** Edits a payload, or sets fields of several. The router checks it against the schema while a person types. */
export function EditDialog({
	target,
	payload,
	isMasked,
	onClose,
}: {
	readonly target: Target;
	readonly payload: unknown;
	readonly isMasked: boolean;
	onClose(): void;
}) {
	const isOne = payload !== undefined;
	const before = useRef(write(payload ?? {})).current;
	const [text, setText] = useState(before);
	const [reason, setReason] = useState("");
	const field = useRef<HTMLTextAreaElement>(null);
	const details = readDetails(text, payload, isMasked);
	const check = useCheck(target, "why" in details ? undefined : details);
	const problems =
		"why" in details
			? [{ line: details.line, message: details.why }]
			: problemsOf(check.value, text, isOne);
	const isChanged = text !== before;
	const isReady = isChanged && problems.length === 0 && !check.isLoading;
	return (
		<Dialog
			size="wide"
			title={
				isOne
					? "Edit and replay"
					: `Set fields of ${nameOf(target, check.value?.chosen)}`
			}
			onClose={onClose}
		>
			<p class="faint">
				{isOne
					? "This makes a new event. The delivery stays as it is."
					: "Write the fields to set as JSON, with dotted names for inner ones. Each delivery becomes a new event."}
				{isMasked && isOne && " Masked values are kept unless you change them."}
			</p>
			<form
				class="form"
				onSubmit={(event) => {
					event.preventDefault();
					if (!isReady || "why" in details) return;
					onClose();
					act(
						"edit",
						target,
						{ ...details, reason: reason.trim() },
						check.value?.chosen,
					);
				}}
			>
				<textarea
					ref={field}
					class="mono payload-field"
					aria-label={isOne ? "Payload" : "Fields to set"}
					aria-invalid={problems.length > 0}
					aria-describedby="edit-findings"
					autoFocus
					spellcheck={false}
					rows={Math.min(24, Math.max(6, text.split("\n").length + 1))}
					value={text}
					onInput={({ currentTarget }) => setText(currentTarget.value)}
				/>
				<div id="edit-findings" class="findings" role="status">
					{check.problem !== undefined && (
						<ProblemBox problem={check.problem} />
					)}
					{problems.map(({ line, message }) => (
						<button
							key={`${line} ${message}`}
							type="button"
							class="finding"
							onClick={() => goToLine(field.current, line)}
						>
							<span class="mono">line {line}</span> {showHidden(message)}
						</button>
					))}
					{problems.length === 0 && isChanged && check.value !== undefined && (
						<span>✓ {outcomeOf(check.value)}</span>
					)}
					{!isChanged && <span class="faint">Nothing is changed yet.</span>}
				</div>
				<label class="field">
					<span>Reason</span>
					<input
						type="text"
						value={reason}
						maxLength={1000}
						placeholder="is kept in the history"
						onInput={({ currentTarget }) => setReason(currentTarget.value)}
					/>
				</label>
				<DialogButtons isReady={isReady} onClose={onClose}>
					Replay the edited {isOne ? "payload" : "deliveries"}
				</DialogButtons>
			</form>
		</Dialog>
	);
}

// --- helpers ---

type Check = Answer<"replayDeliveries">;

interface Fault {
	readonly line: number;
	readonly why: string;
}

function write(payload: unknown): string {
	return escapeHiddenInJson(JSON.stringify(payload, null, 2));
}

/** Reads the text as the parts of a request. */
function readDetails(
	text: string,
	payload: unknown,
	isMasked: boolean,
): Pick<Details, "set" | "payload"> | Fault {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		const { message } = error as Error;
		const [, at] = /position (\d+)/.exec(message) ?? [];
		const line = text.slice(0, Number(at ?? text.length)).split("\n").length;
		return { line, why: `This is not JSON: ${message}` };
	}
	if (typeof value !== "object" || value === null || Array.isArray(value))
		return { line: 1, why: "A payload is a JSON object." };
	if (payload === undefined) return { set: value };
	if (!isMasked) return { payload: value };
	const changes = changesBetween(payload, value);
	return "why" in changes ? { line: 1, why: changes.why } : changes;
}

/** Asks the router what would become of the edit, a moment after the last key. */
function useCheck(target: Target, details: Details | undefined) {
	const set = details?.set;
	const isEmpty =
		details === undefined ||
		(set !== undefined && Object.keys(set).length === 0);
	const key = isEmpty ? "" : JSON.stringify(details);
	return useLoaded<Check | undefined>(key, async (signal) => {
		if (isEmpty) return undefined;
		await new Promise((resolve) => setTimeout(resolve, TYPING_MS));
		if (signal.aborted) return undefined;
		return call("replayDeliveries", {
			body: { ...choiceOf(target), ...details, dryRun: true } as never,
			signal,
		});
	});
}

const TYPING_MS = 250;

/** Splits the reason of the router into problems, and finds the line of each. */
function problemsOf(
	check: Check | undefined,
	text: string,
	isOne: boolean,
): readonly { readonly line: number; readonly message: string }[] {
	const kept = (check?.preview ?? []).filter(({ why }) => why !== undefined);
	if (!isOne)
		return kept.length > 0 && kept.length === check?.preview?.length
			? [{ line: 1, message: kept[0]?.why ?? "" }]
			: [];
	return kept.flatMap(({ why = "" }) =>
		why
			.replace(/^PAYLOAD_INVALID: /, "")
			.split("; ")
			.map((message) => {
				const [, pointer] = /^(\/\S*) /.exec(message) ?? [];
				return { line: lineOf(text, pointer ?? ""), message };
			}),
	);
}

function outcomeOf({ preview = [] }: Check): string {
	const routes = [...new Set(preview.flatMap(({ route }) => route ?? []))];
	const kept = preview.filter(({ why }) => why !== undefined);
	const stays =
		kept.length === 0
			? ""
			: ` ${kept.length} of the first ${preview.length} stay: ${showHidden(kept[0]?.why ?? "")}`;
	return `Valid. It goes to ${routes.map(showHidden).join(", ")}.${stays}`;
}

function goToLine(field: HTMLTextAreaElement | null, line: number): void {
	if (field === null) return;
	const lines = field.value.split("\n");
	const from = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
	field.focus();
	field.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
}
