import type { Context, Template } from "liquidjs";

/** LiquidJS's `Value`: an expression and its filters. The class itself is not exported as a value. */
export interface FilteredValue {
	value(context: Context): Generator;
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

/** An expression of a template, and its output or tag. */
export interface PlacedValue {
	readonly value: FilteredValue;
	/** `name` is the name of a tag. An output has none. */
	readonly part: Template & { readonly name?: unknown };
}

/** A variable that an expression reads, without its filters. */
export interface Operand {
	/** Undefined if it is not a plain name. */
	readonly root: string | undefined;
	/** The number of properties that are read from it, one after the other. */
	readonly depth: number;
}

/** Returns all expressions of a template, including those within tags. */
export function* valuesOf(
	template: readonly Template[],
): Generator<PlacedValue> {
	for (const part of template) {
		for (const argument of part.arguments?.() ?? []) {
			if (isFilteredValue(argument)) yield { value: argument, part };
		}
		if (part.children === undefined) continue;
		// Without partials there is nothing to wait for: the first finished result has the children.
		const children = part.children(false, true);
		let step = children.next();
		while (step.done !== true) step = children.next(step.value);
		yield* valuesOf(step.value);
	}
}

/** Returns the variables of an expression. */
export function operandsOf({ initial }: FilteredValue): readonly Operand[] {
	return initial.postfix.flatMap((token) => {
		const { props } = token as { readonly props?: readonly unknown[] };
		if (props === undefined) return [];
		const { content } = (props[0] ?? {}) as { readonly content?: unknown };
		const root = typeof content === "string" ? content : undefined;
		return [{ root, depth: props.length - 1 }];
	});
}

/** Returns false for an expression with values that no operator joins: LiquidJS silently uses one of them. */
export function isJoined({ initial }: FilteredValue): boolean {
	let values = 0;
	for (const token of initial.postfix) {
		const { operator } = token as { readonly operator?: string };
		if (operator === undefined) values += 1;
		else if (operator !== "not") values -= 1;
	}
	return values <= 1;
}

/** Returns the text of an expression that is one quoted text. Otherwise undefined. */
export function literalOf({ initial }: FilteredValue): string | undefined {
	const [token, ...more] = initial.postfix;
	if (more.length > 0 || typeof token !== "object" || token === null) {
		return undefined;
	}
	const content = (token as { readonly content?: unknown }).content;
	// Only a quoted token has a text. A name has `props`.
	return "props" in token || typeof content !== "string" ? undefined : content;
}

/** Returns the expression of a template that is one output and nothing else. Otherwise undefined. */
export function soleValueOf(
	template: readonly Template[],
): FilteredValue | undefined {
	const [part, ...more] = template;
	if (part === undefined || more.length > 0 || "name" in part) return undefined;
	const { value } = part as { readonly value?: unknown };
	return isFilteredValue(value) ? value : undefined;
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
