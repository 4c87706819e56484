import { LEVELS } from "../event/webhook.ts";
import { UNKNOWN } from "../observe/privacy.ts";
import type { Kind } from "./kind.ts";

const OPEN_NAME = "static";

/** True for the kind of a route that names none. */
export function isOpenKind({ name }: Pick<Kind, "name">): boolean {
	return name === OPEN_NAME;
}

/**
 * Makes the kind of a static route that names none: a file or a text that anyone may fetch, whatever the
 * query says.
 */
export function createOpenKind(): Kind {
	return {
		name: OPEN_NAME,
		title: "Static answer",
		description: "A fixed answer that is no webhook.",
		product: "static",
		deprecated: undefined,
		methods: ["GET"],
		contentTypes: ["query", "form", "json"],
		levels: LEVELS,
		levelsWhy: undefined,
		settings: {},
		mode: "reply",
		reply: { body: "any", required: false },
		timeoutMs: 15_000,
		dedupe: [],
		dedupeNeeds: [],
		orderBy: [],
		number: [],
		signed: undefined,
		precedence: 0,
		privacy: UNKNOWN,
		schema: {},
		recognizes: () => true,
		decode: (parsed) => parsed,
		validate: () => undefined,
	};
}
