import { defineField } from "../../event/define-field.ts";
import { decline } from "./doubt.ts";
import { checkPlainKey, resolveEscapes, resolvePlain } from "./scalars.ts";
import {
	BRACE,
	BRACE_END,
	BRACKET,
	BRACKET_END,
	COMMA,
	PLAIN,
	QUOTE,
	type Scanner,
} from "./scanner.ts";
import { MAPPING, SEQUENCE, type TreeBuilder } from "./tree.ts";

export type Mapping = Record<string, unknown>;

/** Parses scalars, keys, and collections in brackets. */
export class InlineParser {
	readonly #scanner: Scanner;
	readonly #tree: TreeBuilder;
	#depth = 0;

	constructor(scanner: Scanner, tree: TreeBuilder) {
		this.#scanner = scanner;
		this.#tree = tree;
	}

	/** Reads a scalar, or a collection in brackets. */
	read(parent: number, isFlow = false): unknown {
		const scanner = this.#scanner;
		if (isBracket(scanner.code)) return this.#readFlow(parent);
		scanner.scan(isFlow);
		return this.#takeScalar();
	}

	/** Takes the scanned scalar as a key. Only one without escapes is found again by its text. */
	takeKey(): string {
		const { text, offset, from, to, quote, hasEscapes } = this.#scanner;
		if (hasEscapes || to - from > LONGEST_KEY) decline();
		const key = text.slice(from, to);
		if (quote === PLAIN) checkPlainKey(key);
		this.#tree.addScalar(offset, from, to);
		return key;
	}

	/** Reads a collection in brackets. Each of its lines is further right than the parent. */
	#readFlow(parent: number): unknown {
		this.#depth += 1;
		if (this.#depth > DEEPEST) decline();
		const scanner = this.#scanner;
		const mapping: Mapping | undefined =
			scanner.code === BRACE ? {} : undefined;
		const items: unknown[] = [];
		const end = mapping ? BRACE_END : BRACKET_END;
		const node = this.#tree.open(scanner.at, mapping ? MAPPING : SEQUENCE);
		do {
			scanner.at += 1;
			const isBelowComment = this.#skipFlowGap(parent);
			if (scanner.code === end) break;
			if (mapping) this.#readFlowPair(mapping, parent);
			else if (isBelowComment) decline();
			else items.push(this.read(parent, true));
			this.#skipFlowGap(parent);
		} while (scanner.code === COMMA);
		if (scanner.code !== end) decline();
		scanner.at += 1;
		this.#tree.close(node);
		this.#depth -= 1;
		return mapping ?? items;
	}

	#readFlowPair(mapping: Mapping, parent: number): void {
		const scanner = this.#scanner;
		scanner.scan(true);
		if (!scanner.passColon(true)) decline();
		const key = this.takeKey();
		if (this.#skipFlowGap(parent)) decline();
		put(mapping, key, this.read(parent, true));
	}

	/** Moves to the next token in brackets. Returns true if there was a comment. */
	#skipFlowGap(parent: number): boolean {
		const scanner = this.#scanner;
		const { lineStart } = scanner;
		const hasComment = scanner.toContent();
		const isNewLine = scanner.lineStart !== lineStart;
		if (isNewLine && scanner.column <= parent) decline();
		return hasComment;
	}

	#takeScalar(): unknown {
		const { text, offset, from, to, quote, hasEscapes } = this.#scanner;
		this.#tree.addScalar(offset, from, to);
		const written = text.slice(from, to);
		if (quote === PLAIN) return resolvePlain(written);
		if (!hasEscapes) return written;
		return quote === QUOTE
			? written.replaceAll("''", "'")
			: resolveEscapes(written);
	}
}

/** Deeper nesting is left to the reference parser, which has a limit of its own. */
export const DEEPEST = 100;

/** Adds a pair. The reference parser reports a duplicate key. */
export function put(mapping: Mapping, key: string, value: unknown): void {
	if (Object.hasOwn(mapping, key)) decline();
	if (key === "__proto__") defineField(mapping, key, value);
	else mapping[key] = value;
}

/** Returns true for a bracket that opens a collection. */
export function isBracket(code: number): boolean {
	return code === BRACE || code === BRACKET;
}

// --- helpers ---

/** YAML 1.2, section 7.4.2: a key has at most 1024 characters, with what is around it. */
const LONGEST_KEY = 1000;
