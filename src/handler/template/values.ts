import type { Template } from "liquidjs";

/** LiquidJS's `Value`: an expression and the filters behind it. The class itself is not exported as a value. */
export interface FilteredValue {
	readonly initial: {
		readonly postfix: readonly unknown[];
		evaluate(...args: never[]): Generator;
	};
	readonly filters: readonly {
		readonly name: string;
		readonly args: readonly unknown[];
		render(...args: never[]): Generator;
	}[];
}

/** An expression of a template, and the output or tag that it stands in. */
export interface PlacedValue {
	readonly value: FilteredValue;
	/** `name` is that of a tag; an output has none. */
	readonly part: Template & { readonly name?: unknown };
}

/** A variable that an expression reads, without its filters. */
export interface Operand {
	/** Undefined where it is no plain name. */
	readonly root: string | undefined;
	/** How many properties are read from it, one after the other. */
	readonly depth: number;
}

/** All expressions of a template, those within tags too. */
export function* valuesOf(
	template: readonly Template[],
): Generator<PlacedValue> {
	for (const part of template) {
		for (const argument of part.arguments?.() ?? []) {
			if (isFilteredValue(argument)) yield { value: argument, part };
		}
		if (part.children === undefined) continue;
		// Without partials nothing is waited for: the first result that is done has the children.
		const children = part.children(false, true);
		let step = children.next();
		while (step.done !== true) step = children.next(step.value);
		yield* valuesOf(step.value);
	}
}

/** The variables of an expression. */
export function operandsOf({ initial }: FilteredValue): readonly Operand[] {
	return initial.postfix.flatMap((token) => {
		const { props } = token as { readonly props?: readonly unknown[] };
		if (props === undefined) return [];
		const { content } = (props[0] ?? {}) as { readonly content?: unknown };
		const root = typeof content === "string" ? content : undefined;
		return [{ root, depth: props.length - 1 }];
	});
}

/** False for an expression with values that no operator joins: LiquidJS takes one of them and says nothing. */
export function isJoined({ initial }: FilteredValue): boolean {
	let values = 0;
	for (const token of initial.postfix) {
		const { operator } = token as { readonly operator?: string };
		if (operator === undefined) values += 1;
		else if (operator !== "not") values -= 1;
	}
	return values <= 1;
}

/** The text of an expression that is one quoted text; undefined for any other. */
export function literalOf({ initial }: FilteredValue): string | undefined {
	const [token, ...more] = initial.postfix;
	if (more.length > 0 || typeof token !== "object" || token === null) {
		return undefined;
	}
	const content = (token as { readonly content?: unknown }).content;
	// Only a quoted token has text of its own; a name has `props`.
	return "props" in token || typeof content !== "string" ? undefined : content;
}

// --- helpers ---

function isFilteredValue(value: unknown): value is FilteredValue {
	return (
		typeof value === "object" &&
		value !== null &&
		"filters" in value &&
		"initial" in value
	);
}
