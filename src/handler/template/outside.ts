import type { KeyPath } from "../../finding/located.ts";
import { toPointer } from "../../finding/pointer.ts";
import type { Site } from "../../finding/site.ts";
import { isTemplate } from "./engine.ts";

/** The texts of a value that come from the environment, by pointer. */
export interface OutsideTexts {
	/** The texts that no message may show. */
	readonly secret: ReadonlySet<string>;
	/**
	 * The texts among them that are not templates in the file. A template from the environment does not count: only text in the
	 * file comes from the author.
	 */
	readonly literal: ReadonlySet<string>;
	/** True if any text of the value is a template. */
	readonly hasTemplate: boolean;
}

/** Finds the texts from the environment and the templates in a value. */
export function findOutsideTexts(value: unknown, site: Site): OutsideTexts {
	const secret = new Set<string>();
	const literal = new Set<string>();
	let hasTemplate = false;
	const visit = (inner: unknown, at: Site, path: KeyPath): void => {
		if (typeof inner === "string") {
			const isOne = isWrittenTemplate(inner, at);
			hasTemplate ||= isOne;
			if (!at.isFromOutside()) return;
			secret.add(toPointer(path));
			if (!isOne) literal.add(toPointer(path));
		} else if (typeof inner === "object" && inner !== null) {
			for (const [key, item] of Object.entries(inner)) {
				const step = Array.isArray(inner) ? Number(key) : key;
				visit(item, at.in(step), [...path, step]);
			}
		}
	};
	visit(value, site, []);
	return { secret, literal, hasTemplate };
}

/** Returns true for a text that is a template in the file. */
export function isWrittenTemplate(text: string, site: Site): boolean {
	if (!isTemplate(text)) return false;
	if (!site.isFromOutside()) return true;
	const source = site.path.reduce<unknown>(
		(outer, key) => (outer as Readonly<Record<string, unknown>>)?.[key],
		site.file.source.value,
	);
	return typeof source === "string" && isTemplate(source);
}
