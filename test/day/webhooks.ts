import type { Random } from "../crash/random.ts";
import { INBOUND_PATH, numberAt, receiptsPath } from "./account.ts";
import { APPLICATIONS } from "./size.ts";

/** One webhook of the day. */
export interface Webhook {
	/** From 0 up, in the order of writing. */
	readonly number: number;
	readonly path: string;
	/** A form, in which `client-ref` is its reference. */
	readonly body: string;
	/** What must become of it, unless a deploy goes wrong. */
	readonly fate: Fate;
	/** The platform sends it once more after its 200, as if it had not heard it. */
	readonly isRepeated: boolean;
}

/** A webhook to a number without a row is dead at once. One without a status is quarantined. */
export type Fate = "handled" | "dead" | "quarantined";

/** What the reference of a webhook says. */
export interface Reference {
	/** The number of the first webhook with its order key. */
	readonly first: number;
	readonly number: number;
}

/** Writes the webhooks of the day; the same ones for the same seed and calls. */
export interface Writer {
	/** The number of webhooks up to now. */
	readonly count: number;
	/** Writes the webhooks of one order key, which the platform sends one after the other. Every second is for a favored application. */
	next(favored?: number): readonly Webhook[];
}

/** @param numbers the rows of the table */
export function createWriter(random: Random, numbers: number): Writer {
	let count = 0;
	const isOneOf = (many: number) => random.below(many) === 0;
	return {
		get count() {
			return count;
		},
		next(favored) {
			const first = count;
			const app =
				favored !== undefined && isOneOf(2)
					? favored
					: random.below(APPLICATIONS);
			const ofApp = random.below(numbers / APPLICATIONS);
			const isReceipt = favored !== undefined || !isOneOf(3);
			const isUnknown = isOneOf(100);
			const to = numberAt(
				(isUnknown ? numbers : 0) + app + APPLICATIONS * ofApp,
			);
			const length = 1 + random.below(STATUSES.length);
			const steps = STATUSES.slice(0, length);
			const webhooks = steps.map((status, step): Webhook => {
				const number = first + step;
				const isInvalid = isReceipt && isOneOf(100);
				const fields = {
					to,
					msisdn: `33${String(first).padStart(9, "0")}`,
					"message-timestamp": "2026-01-02 03:04:05",
					"client-ref": `${first}-${number}`,
				};
				const own = isReceipt
					? { messageId: `m-${first}`, ...(isInvalid ? {} : { status }) }
					: { messageId: `m-${number}`, type: "text", text: status };
				return {
					number,
					path: isReceipt ? receiptsPath(app) : INBOUND_PATH,
					body: new URLSearchParams({ ...fields, ...own }).toString(),
					fate: isInvalid ? "quarantined" : isUnknown ? "dead" : "handled",
					// A quarantined webhook is not the first of any duplicates.
					isRepeated: !isInvalid && isOneOf(20),
				};
			});
			count += length;
			return webhooks;
		},
	};
}

/** Reads the reference in the body of a webhook. */
export function readReference(form: URLSearchParams): Reference {
	const [first = NaN, number = NaN] = (form.get("client-ref") ?? "")
		.split("-")
		.map(Number);
	return { first, number };
}

// --- helpers ---

/** A message has its receipts in this order. */
const STATUSES = ["accepted", "buffered", "delivered"];
