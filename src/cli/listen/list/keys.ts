import type { ListModel } from "./model.ts";

/** The things that keys do with the selected copy. */
export interface Actions {
	showDetails(): void;
	sendAgain(): void;
	sendTo(): void;
	explain(): void;
	save(): void;
	filter(): void;
	openPage(): void;
	quit(): void;
}

/** Creates the table of keys: they move in the list, or scroll the page over it. */
export function createKeys(
	model: ListModel,
	actions: Actions,
	pageRows: () => number,
): Readonly<Record<string, () => void>> {
	const by = (rows: () => number) => (): void => {
		if (model.page === undefined) model.move(rows());
		else model.page.scroll = Math.max(0, model.page.scroll + rows());
	};
	const up = by(() => -1);
	const down = by(() => 1);
	const pageUp = by(() => -pageRows());
	const pageDown = by(pageRows);
	const first = by(() => -Number.MAX_SAFE_INTEGER);
	const last = by(() => Number.MAX_SAFE_INTEGER);
	const back = (): void => {
		model.page = undefined;
	};
	const enter = (): void => {
		if (model.page === undefined) actions.showDetails();
		else back();
	};
	return {
		k: up,
		[UP]: up,
		j: down,
		[DOWN]: down,
		[PAGE_UP]: pageUp,
		[PAGE_DOWN]: pageDown,
		" ": pageDown,
		g: first,
		[FIRST]: first,
		G: last,
		[LAST]: last,
		"\r": enter,
		[RIGHT]: actions.showDetails,
		[LEFT]: back,
		[ESCAPE]: back,
		r: actions.sendAgain,
		x: actions.sendTo,
		e: actions.explain,
		s: actions.save,
		f: actions.filter,
		"/": actions.filter,
		o: actions.openPage,
		q: actions.quit,
	};
}

/** Edits the text of a prompt with what was typed. Returns false without a prompt. */
export function typeInto(model: ListModel, typed: string): boolean {
	const { prompt } = model;
	if (prompt === undefined) return false;
	if (typed === ESCAPE) {
		model.prompt = undefined;
		return true;
	}
	// An arrow does nothing: the text is short.
	if (typed.startsWith(ESCAPE)) return true;
	for (const key of typed) {
		if (key === "\r" || key === "\n") {
			model.prompt = undefined;
			prompt.onEnter(prompt.text);
			return true;
		}
		if (key === BACKSPACE || key === "\b")
			prompt.text = [...prompt.text].slice(0, -1).join("");
		else if (key === CLEAR_LINE) prompt.text = "";
		else if (key >= " ") prompt.text += key;
	}
	prompt.onChange?.(prompt.text);
	return true;
}

// --- helpers ---

const ESCAPE = "\u001b";
const UP = "\u001b[A";
const DOWN = "\u001b[B";
const RIGHT = "\u001b[C";
const LEFT = "\u001b[D";
const FIRST = "\u001b[H";
const LAST = "\u001b[F";
const PAGE_UP = "\u001b[5~";
const PAGE_DOWN = "\u001b[6~";
const BACKSPACE = "\u007f";
const CLEAR_LINE = "\u0015";
