import type { NewDelivery } from "../../src/inbox/port/queue.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import { openMemory } from "../../src/inbox/sqlite/thread/memory.ts";
import { type Listener, withListener } from "../admin/listener.ts";
import { delivery, leaseOne, settle } from "../inbox/contract/ground.ts";

/** An admin listener over an inbox that nothing works on, so that deliveries stay as a test put them. */
export interface DeskPage extends Listener {
	readonly store: InboxStore;
	close(): Promise<void>;
}

/** Three levels on one path, a signed one, one that answers a call, and one that keeps whom it does not know. */
export const DESK_CONFIG = `version: 1
server: { publicUrl: "https://hooks.example" }
inbox: { store: "sqlite:inbox.db" }
admin: { tokens: { reader: { token: "reader-0123456789abcdef", scopes: [read] } } }
networks: { office: [203.0.113.0/24] }
defaults: { firewall: [office], signature: none }
routes:
  - { name: inbound-sms, path: /sms, kind: sms.inbound, level: account, handler: { plugin: log } }
  - { name: support-line, path: /sms, kind: sms.inbound, level: number, match: { to: "447700900001" }, handler: { plugin: log } }
  - { name: stop-words, path: /sms, kind: sms.inbound, level: number, match: { to: "447700900001", text: { pattern: "^STOP" } }, handler: { plugin: log } }
  - { name: receipts, path: /dlr, kind: sms.dlr, level: account, handler: { forward: "http://127.0.0.1:9/crm" } }
  - { name: partners, path: /partners, kind: sms.inbound, onDenied: quarantine, handler: { plugin: log } }
  - { name: welcome, path: /answer, kind: voice.answer, handler: { ncco: [{ action: talk, text: hello }] } }
`;

/** Opens a listener with an empty inbox in memory. */
export async function openDeskPage(config = DESK_CONFIG): Promise<DeskPage> {
	const store = await openMemory({
		quarantine: { maxCount: 1000, maxBytes: 10_000_000 },
	});
	let release = (): void => {};
	const closing = new Promise<void>((resolve) => {
		release = resolve;
	});
	return new Promise((resolve, reject) => {
		const ended = withListener(
			async (listener) => {
				resolve({
					...listener,
					store,
					async close() {
						release();
						await ended;
						await store.close();
					},
				});
				await closing;
			},
			{ config, router: { store } },
		);
		ended.catch(reject);
	});
}

/** The number in the payloads, which is masked as `44********56`. */
export const NUMBER = "447700123456";

/** A webhook that one of the routes takes. */
export function sms(
	fields: Readonly<Record<string, unknown>> = {},
	changed: Partial<NewDelivery> & {
		readonly headers?: Readonly<Record<string, string>>;
		readonly path?: string;
		/** Its address. Default: one that the firewall admits. */
		readonly client?: string;
	} = {},
): NewDelivery {
	const { headers, path = "/sms", client = "203.0.113.7", ...rest } = changed;
	return delivery({
		route: "support-line",
		receivedAt: Date.now(),
		orderKey: undefined,
		envelope: JSON.stringify({
			method: "POST",
			path,
			client,
			headers: {
				"content-type": "application/json",
				"user-agent": "Nexmo/MessagingHUB/v1.0",
				...headers,
			},
			claims: { iss: "Vonage", api_key: "abcd1234" },
		}),
		body: Buffer.from(
			JSON.stringify({
				msisdn: NUMBER,
				to: "447700900001",
				messageId: "0A0000000123ABCD1",
				text: "Where is my parcel?",
				type: "text",
				keyword: "WHERE",
				"message-timestamp": "2026-11-30 15:04:07",
				...fields,
			}),
		),
		...rest,
	});
}

/** Puts a delivery that a handler failed on, with the stack of its error. */
export async function putDead(
	store: InboxStore,
	id: string,
	{ tries = 3, fields = {}, stack = STACK, reason = REASON } = {},
): Promise<void> {
	await store.put([
		sms(fields, {
			id,
			route: "support-line",
			receivedAt: Date.now() - 1000 * (tries + 1),
		}),
	]);
	for (let at = 1; at <= tries; at += 1) {
		const lease = await leaseOne(store, "support-line");
		const isLast = at === tries;
		await settle(
			store,
			lease,
			isLast
				? { as: "dead", reason, stack }
				: { as: "waiting", afterMs: 0, reason, stack },
			{ startedAt: Date.now() - 1000 * (tries + 1 - at), durationMs: 40 * at },
		);
	}
}

/** Returns the latest delivery of a store that a filter selects, newest first. */
export async function listIds(store: InboxStore): Promise<readonly string[]> {
	const { rows } = await store.list({}, { max: 1000 });
	return rows.map(({ id }) => id);
}

// --- helpers ---

const REASON =
	"HANDLER_FAILED: Cannot read properties of undefined (reading 'tier')";
const STACK = `TypeError: Cannot read properties of undefined (reading 'tier')
    at lookUp (plugins/crm.mjs:14:22)
    at Object.sms.inbound (plugins/crm.mjs:31:9)`;
