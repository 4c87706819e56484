import { signal } from "@preact/signals";
import { hold } from "../../../state/held.ts";
import { follow, type Job } from "../../../state/jobs.ts";
import type { Filter } from "../filters.ts";
import { shortId } from "../list.tsx";
import { chosen, clearSelection, isAll } from "../selection.ts";
import { choiceOf, fixed, nameOf, type Target } from "./target.ts";

/** What a person can do with deliveries. */
export type Verb = "replay" | "edit" | "copy" | "release" | "drop" | "redact";

/** The open dialog of an action. */
export type Opened =
	| { readonly kind: "confirm"; readonly verb: Verb; readonly target: Target }
	| {
			readonly kind: "edit";
			readonly target: Target;
			/** The payload as it is shown. Undefined for a selection. */
			readonly payload: unknown;
			readonly isMasked: boolean;
	  }
	| {
			readonly kind: "test" | "curl";
			readonly ids: readonly string[];
			readonly isRevealed: boolean;
	  };

export const opened = signal<Opened | undefined>(undefined);

export function closeDialog(): void {
	opened.value = undefined;
}

/** The words of an action: `Replay 3 deliveries`, `Replaying 3 deliveries`, `3 deliveries will be replayed`. */
export const WORDS: Readonly<
	Record<
		Verb,
		{ readonly does: string; readonly doing: string; readonly done: string }
	>
> = {
	replay: { does: "Replay", doing: "Replaying", done: "replayed" },
	edit: {
		does: "Edit and replay",
		doing: "Replaying edited copies of",
		done: "replayed with other fields",
	},
	copy: { does: "Send copies of", doing: "Sending copies of", done: "copied" },
	release: { does: "Release", doing: "Releasing", done: "released" },
	drop: { does: "Drop", doing: "Dropping", done: "removed for good" },
	redact: { does: "Redact", doing: "Redacting", done: "redacted for good" },
};

/** True for an action that destroys something, and needs a reason. */
export function isDestroying(verb: Verb): boolean {
	return verb === "drop" || verb === "redact";
}

/** An action on the selection. */
export interface BulkAction {
	readonly name: string;
	readonly title: string;
	readonly needs: readonly ("operate" | "reveal")[];
	readonly isDanger?: boolean;
	run(): void;
}

/** The actions on the selection. Files and commands are made of deliveries that were selected one by one. */
export function bulkActions(filter: Filter): readonly BulkAction[] {
	const target = (): Target =>
		isAll.value ? fixed({ filter }) : { ids: [...chosen.value] };
	const confirm = (verb: Verb) => (): void => {
		opened.value = { kind: "confirm", verb, target: target() };
	};
	const make = (kind: "test" | "curl") => (): void => {
		opened.value = { kind, ids: [...chosen.value], isRevealed: false };
	};
	return [
		{
			name: "replay",
			title: "Replay",
			needs: ["operate"],
			run: confirm("replay"),
		},
		{
			name: "edit",
			title: "Edit…",
			needs: ["operate"],
			run() {
				opened.value = {
					...{ kind: "edit", target: target() },
					...{ payload: undefined, isMasked: true },
				};
			},
		},
		{
			name: "copy",
			title: "To a URL…",
			needs: ["operate", "reveal"],
			run: confirm("copy"),
		},
		{
			name: "release",
			title: "Release",
			needs: ["operate"],
			run: confirm("release"),
		},
		...(isAll.value
			? []
			: ([
					{
						name: "test",
						title: "Save as tests",
						needs: [],
						run: make("test"),
					},
					{ name: "curl", title: "Copy as curl", needs: [], run: make("curl") },
				] as const)),
		{
			name: "drop",
			title: "Drop…",
			needs: ["operate"],
			isDanger: true,
			run: confirm("drop"),
		},
		{
			name: "redact",
			title: "Redact…",
			needs: ["operate"],
			isDanger: true,
			run: confirm("redact"),
		},
	];
}

/** The parts of an action that a dialog asks for. */
export interface Details {
	readonly reason?: string | undefined;
	readonly rate?: string | undefined;
	readonly to?: string | undefined;
	readonly set?: object | undefined;
	readonly payload?: object | undefined;
}

/** Holds an action back for five seconds, then starts it and follows its job. */
export function act(
	verb: Verb,
	target: Target,
	{ rate, ...details }: Details = {},
	known?: number,
): void {
	const path = verb === "edit" || verb === "copy" ? "replay" : verb;
	const [only] = "ids" in target && target.ids.length === 1 ? target.ids : [];
	const what = only === undefined ? nameOf(target, known) : shortId(only);
	const body = Object.fromEntries(
		Object.entries(details).filter(
			([, value]) => value !== undefined && value !== "",
		),
	);
	hold(
		`${WORDS[verb].doing} ${what}`,
		only === undefined
			? {
					operation: `${path}Deliveries`,
					body: { ...choiceOf(target), ...(rate && { rate }), ...body },
				}
			: { operation: `${path}Delivery`, params: { id: only }, body },
		(answer) => void follow((answer as { readonly job: Job }).job),
	);
	clearSelection();
}
