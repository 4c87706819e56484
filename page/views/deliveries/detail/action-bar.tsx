import { canOperate, canReveal } from "../../../api/session.ts";
import { useCommands } from "../../../state/commands.ts";
import { act, opened, type Verb } from "../act/actions.ts";
import { editOne, revealed } from "../act/edit-one.ts";
import type { Delivery } from "./detail.tsx";

/** A button of a delivery. */
interface Action {
	readonly title: string;
	readonly key?: string;
	/** The reason why it cannot be done. Undefined if it can. */
	readonly misfit?: string | undefined;
	readonly isDanger?: boolean;
	readonly isPressed?: boolean;
	run(): void;
}

/** What can be done with a delivery. */
export function ActionBar({
	delivery,
	isRevealed,
}: {
	readonly delivery: Delivery;
	readonly isRevealed: boolean;
}) {
	const actions = actionsOf(delivery, isRevealed);
	useCommands(
		actions
			.filter(({ misfit }) => misfit === undefined)
			.map(({ title, run }) => ({ name: title, hint: "this delivery", run })),
	);
	return (
		<div class="action-bar" role="group" aria-label="Actions">
			{actions.map(({ title, key, misfit, isDanger, isPressed, run }) => (
				<button
					key={title}
					type="button"
					class={isDanger ? "danger" : ""}
					disabled={misfit !== undefined}
					title={misfit}
					aria-pressed={isPressed}
					onClick={run}
				>
					{title}
					{key !== undefined && <kbd aria-hidden="true">{key}</kbd>}
				</button>
			))}
		</div>
	);
}

// --- helpers ---

const READ_ONLY = "Your token lacks the scope operate.";
const NO_REVEAL = "Your token lacks the scope reveal.";

function actionsOf(
	{ id, state, payload }: Delivery,
	isRevealed: boolean,
): readonly Action[] {
	const target = { ids: [id] };
	const operates = canOperate.value ? undefined : READ_ONLY;
	const gone =
		payload === undefined
			? "Its content was removed, or cannot be read."
			: undefined;
	const isQuarantined = state === "quarantined";
	const isReplayable = state === "dead" || state === "delivered";
	const confirm = (verb: Verb) => (): void => {
		opened.value = { kind: "confirm", verb, target };
	};
	return [
		...(isQuarantined
			? [
					{
						title: "Release",
						misfit: operates,
						run: () => act("release", target),
					},
				]
			: [
					{
						title: "Replay",
						key: "r",
						misfit:
							operates ??
							(isReplayable ? undefined : "It is not finished yet."),
						run: () => act("replay", target),
					},
				]),
		{
			title: "Edit and replay…",
			key: "e",
			misfit: operates ?? gone,
			run: () => void editOne(id),
		},
		{
			title: "To a URL…",
			misfit: operates ?? (canReveal.value ? gone : NO_REVEAL),
			run: confirm("copy"),
		},
		{
			title: "Save as a test",
			misfit: gone,
			run() {
				opened.value = { kind: "test", ids: [id], isRevealed: false };
			},
		},
		{
			title: "Copy as curl",
			misfit: gone,
			run() {
				opened.value = { kind: "curl", ids: [id], isRevealed };
			},
		},
		{
			title: isRevealed ? "Mask" : "Reveal",
			misfit: canReveal.value ? undefined : NO_REVEAL,
			isPressed: isRevealed,
			run() {
				revealed.value = isRevealed ? undefined : id;
			},
		},
		{ title: "Drop…", misfit: operates, isDanger: true, run: confirm("drop") },
		{
			title: "Redact…",
			misfit: operates ?? gone,
			isDanger: true,
			run: confirm("redact"),
		},
	];
}
