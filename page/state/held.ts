import { signal } from "@preact/signals";
import type { OperationId } from "../api/client.ts";
import { send, urlOf } from "../api/client.ts";
import { notifyError } from "./notices.ts";

/** An action that is held back, so that it can be undone. */
export interface Held {
	readonly id: number;
	/** What is done, such as `Replaying 3 deliveries`. */
	readonly text: string;
	/** When it is sent, in milliseconds since the epoch. */
	readonly dueAt: number;
}

/** The request of a held action. */
export interface HeldRequest {
	readonly operation: OperationId;
	readonly params?: Readonly<Record<string, string>>;
	readonly body: unknown;
}

/** The milliseconds that an action is held. */
export const HELD_MS = 5000;

/** The actions that are held back now, the oldest first. */
export const held = signal<readonly Held[]>([]);

/**
 * Holds a request back for five seconds, and sends it then. A person who leaves the page has decided: it is sent at once.
 *
 * @param onSent gets the answer of the router. Not called if the action is undone, or if it fails
 */
export function hold(
	text: string,
	request: HeldRequest,
	onSent: (answer: unknown) => void,
): void {
	const id = nextId++;
	const timer = setTimeout(() => {
		entries.delete(id);
		forget(id);
		void sendHeld(request, onSent);
	}, HELD_MS);
	entries.set(id, { timer, request });
	held.value = [...held.value, { id, text, dueAt: Date.now() + HELD_MS }];
}

/** Takes an action back. Default: the latest. */
export function undo(id = held.value.at(-1)?.id): void {
	const entry = id === undefined ? undefined : entries.get(id);
	if (id === undefined || entry === undefined) return;
	clearTimeout(entry.timer);
	entries.delete(id);
	forget(id);
}

/** Sends what is held when the page is left. The browser asks first if a request is too large to outlive the page. */
export function sendHeldOnLeave(): void {
	addEventListener("beforeunload", (event) => {
		const isLarge = [...entries.values()].some(
			({ request }) => JSON.stringify(request.body).length > OUTLIVES,
		);
		if (isLarge) event.preventDefault();
	});
	addEventListener("pagehide", () => {
		for (const [id, { timer, request }] of entries) {
			clearTimeout(timer);
			forget(id);
			const { operation, params, body } = request;
			void send("POST", urlOf(operation, params), {
				body,
				outlivesPage: true,
			}).catch(() => {});
		}
		entries.clear();
	});
}

// --- helpers ---

interface Entry {
	readonly timer: ReturnType<typeof setTimeout>;
	readonly request: HeldRequest;
}

const entries = new Map<number, Entry>();
let nextId = 1;

/** Characters of a body that a request can have which outlives its page (Fetch standard: 64 KiB for all together). */
const OUTLIVES = 40_000;

function forget(id: number): void {
	held.value = held.value.filter((one) => one.id !== id);
}

async function sendHeld(
	{ operation, params, body }: HeldRequest,
	onSent: (answer: unknown) => void,
): Promise<void> {
	try {
		const response = await send("POST", urlOf(operation, params), { body });
		onSent(await response.json());
	} catch (error) {
		notifyError(error);
	}
}
