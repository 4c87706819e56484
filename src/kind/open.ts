import { LEVELS } from "../event/webhook.ts";
import { UNKNOWN } from "../observe/privacy.ts";
import type { Kind } from "./kind.ts";

const OPEN_NAME = "static";

/** Returns true for the kind of a route without a kind. */
export function isOpenKind({ name }: Pick<Kind, "name">): boolean {
	return name === OPEN_NAME;
}

/** Creates the kind of a static route without a kind: a file or a text that anybody can fetch, with any query. */
export function createOpenKind(): Kind {
	return {
		name: OPEN_NAME,
		title: "Static answer",
		description: "A fixed answer that is not a webhook.",
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
