import { hideAll } from "./hide-all.ts";
import {
	isApiKey,
	isSearchedFor,
	isSecretName,
	maskPersonal,
	maskSecrets,
	maskText,
} from "./mask.ts";
import { BY_LOOK, type Privacy } from "./privacy.ts";

/**
 * Returns a copy of a payload (or of other fields) for the log: personal values and unknown texts are masked, secrets become
 * `[secret]`, and the rest is unchanged. Copies at most eight levels and a thousand values, and marks where there was more.
 * Never throws.
 *
 * @param privacy default: values are masked by their form
 */
export function maskPayload(
	payload: object,
	privacy: Privacy = BY_LOOK,
): Record<string, unknown> {
	try {
		return maskFields(payload, privacy, { left: MOST }, 0);
	} catch {
		// A getter or a `toJSON` of somebody else's object threw.
		return { unloggable: true };
	}
}

/** Does the same for a value of any type. */
export function maskAny(value: unknown, privacy: Privacy): unknown {
	try {
		return maskValue(value, privacy, { left: MOST }, 0);
	} catch {
		return { unloggable: true };
	}
}

// --- helpers ---

const DEEPEST = 8;
const MOST = 1000;

/** Counts down the values to copy: a socket or a request among the fields must not block the event loop. */
interface Budget {
	left: number;
}

function maskFields(
	fields: object,
	privacy: Privacy,
	budget: Budget,
	depth: number,
): Record<string, unknown> {
	const entries = Object.entries(fields).map(([key, value]) => [
		maskName(key),
		maskField(key, value, privacy.field(key), budget, depth),
	]);
	// fromEntries defines fields instead of assigning them, so that `__proto__` is a field like any other.
	return Object.fromEntries(entries);
}

function maskField(
	key: string,
	value: unknown,
	privacy: Privacy,
	budget: Budget,
	depth: number,
): unknown {
	if (value === undefined || value === null) return value;
	if (isSecretName(key) && !isApiKey(key, value)) return "[secret]";
	const { sort } = privacy;
	if (sort === "unknown" || sort === "look") {
		if (isSearchedFor(key, value) || isApiKey(key, value)) return value;
	}
	return maskValue(value, privacy, budget, depth);
}

/** Masks the name of a field like a text if it is not a plain name, because a sender chooses the names as well. */
function maskName(key: string): string {
	if (WORDS_ONLY.test(key)) return key;
	return PLAIN_NAME.test(key) ? maskText(key) : hideAll(key);
}

const WORDS_ONLY = /^[A-Za-z_-]{0,64}$/;

const PLAIN_NAME = /^[\w.$:@[\]/-]{0,64}$/;

function maskValue(
	value: unknown,
	privacy: Privacy,
	budget: Budget,
	depth: number,
): unknown {
	budget.left -= 1;
	if (budget.left < 0) return "[more]";
	switch (typeof value) {
		case "string":
			return maskString(value, privacy);
		case "number":
		case "bigint":
			return maskDigits(value, privacy);
		case "object":
			return value === null ? null : maskObject(value, privacy, budget, depth);
		default:
			return value;
	}
}

function maskString(value: string, { sort }: Privacy): string {
	switch (sort) {
		case "plain":
			return maskSecrets(value);
		case "look":
			return maskText(value);
		default:
			return maskPersonal(value, sort);
	}
}

function maskDigits(value: number | bigint, { sort }: Privacy): unknown {
	switch (sort) {
		case "plain":
			return typeof value === "bigint" ? String(value) : value;
		case "look":
		case "unknown":
			return maskByLook(value);
		default:
			return maskPersonal(String(value), sort);
	}
}

function maskByLook(value: number | bigint): unknown {
	// The digits after the point belong to a measure or a price, never to a telephone number.
	const whole = typeof value === "number" ? Math.trunc(value) : value;
	return typeof value === "bigint" || /\d{7}/.test(String(whole))
		? maskText(String(value))
		: value;
}

function maskObject(
	value: object,
	privacy: Privacy,
	budget: Budget,
	depth: number,
): unknown {
	// An error is not copied, because the log's own serializer masks it.
	if (value instanceof Error) return value;
	if (value instanceof Uint8Array) return `[masked ${value.length} bytes]`;
	if ("toJSON" in value && typeof value.toJSON === "function") {
		const plain: unknown = value.toJSON();
		if (plain !== value) return maskValue(plain, privacy, budget, depth + 1);
	}
	if (depth >= DEEPEST) return "[more]";
	if (!Array.isArray(value))
		return maskFields(value, privacy, budget, depth + 1);
	return value
		.slice(0, MOST)
		.map((item, index) =>
			maskValue(item, privacy.item(index), budget, depth + 1),
		);
}
