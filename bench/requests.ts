import type { Request } from "autocannon";

/** The endpoint of every single-route scenario. */
export const RECEIPT_PATH = "/webhooks/delivery-receipts";

/**
 * Delivery receipts as the platform posts them, one for each path and sender given; `paths` and
 * `senders` are walked in step, the shorter one again from its start.
 *
 * @param isNested true puts the sender into an object of the payload too, as `client.number`
 */
export function receipts(
	paths: readonly string[],
	senders: readonly string[],
	isNested = false,
): readonly Request[] {
	const count = Math.max(paths.length, senders.length);
	return Array.from({ length: count }, (_, index) => ({
		method: "POST",
		path: paths[index % paths.length],
		headers: {
			"content-type": "application/json",
			"user-agent": "Nexmo/MessagingHUB/v1.0",
		},
		body: JSON.stringify({
			...receipt(senders[index % senders.length], index),
			...(isNested && { client: { number: senders[index % senders.length] } }),
		}),
	}));
}

/** A call comes in: the GET that fetches the NCCO. The called numbers are walked in step; default one. */
export function answers(
	path: string,
	numbers: readonly string[] = ["447700900001"],
): readonly Request[] {
	return Array.from({ length: DISTINCT }, (_, index) => {
		const query = new URLSearchParams({
			to: numbers[index % numbers.length] ?? "",
			from: `4477009001${pad(index, 2)}`,
			uuid: `63f61863-4a51-4f6b-86e1-46edebcf${pad(index, 4)}`,
			conversation_uuid: `CON-f972836a-550f-45fa-956c-12a2ab5b${pad(index, 4)}`,
		});
		return {
			method: "GET",
			path: `${path}?${query}`,
			headers: { accept: "*/*", "user-agent": "Vonage/1.0" },
		};
	});
}

/** How many different requests a scenario sends: no server may live from one cached answer. */
export const DISTINCT = 64;

// --- helpers ---

function receipt(to: string | undefined, index: number): object {
	return {
		msisdn: `4477009002${pad(index, 2)}`,
		to,
		"network-code": "23410",
		messageId: `0A00000012345${pad(index, 3)}`,
		price: "0.03330000",
		status: "delivered",
		scts: "2001011400",
		"err-code": "0",
		"api-key": "abcd1234",
		"client-ref": `order-2020-01-01-${pad(index, 6)}-reminder`,
		"message-timestamp": "2020-01-01T14:00:00.000+00:00",
		// Accounts that have callbacks signed get these three more; here nobody looks at them.
		timestamp: "1577887200",
		nonce: `ec11dd3e-1e7f-4db5-9467-82b02cd2${pad(index, 4)}`,
		sig: "0123456789ABCDEF".repeat(4),
	};
}

function pad(value: number, width: number): string {
	return String(value).padStart(width, "0");
}
