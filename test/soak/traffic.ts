import { Agent } from "node:http";
import { ask } from "../http/router.ts";

/** Webhooks that are sent one after the other on several connections, until the end. */
export interface Traffic {
	/** How many were answered. */
	count(): number;
	/** Every answer but 200, and every fault of a connection. */
	readonly failed: readonly string[];
	/** Resolves when so many more were answered. */
	more(count: number): Promise<void>;
	end(): Promise<void>;
}

/** Starts to send to a router: received texts, and calls that are answered. */
export function startTraffic(url: string, lanes = 4): Traffic {
	const agent = new Agent({ keepAlive: true, maxSockets: lanes });
	const failed: string[] = [];
	const waiting = new Set<() => void>();
	let count = 0;
	let isOver = false;
	const run = async (lane: number): Promise<void> => {
		for (let index = 0; !isOver; index++) {
			const path = index % 2 === 0 ? sms(lane, index) : call(lane, index);
			try {
				const { status } = await ask(url + path, { agent });
				if (status !== 200) failed.push(`${status} ${path}`);
			} catch (error) {
				failed.push(`${error} ${path}`);
			}
			count += 1;
			for (const check of waiting) check();
		}
	};
	const running = Array.from({ length: lanes }, (_, lane) => run(lane));
	return {
		count: () => count,
		failed,
		more(wanted) {
			const until = count + wanted;
			return new Promise((done) => {
				const check = (): void => {
					if (count < until) return;
					waiting.delete(check);
					done();
				};
				waiting.add(check);
			});
		},
		async end() {
			isOver = true;
			await Promise.all(running);
			agent.destroy();
		},
	};
}

// --- helpers ---

function sms(lane: number, index: number): string {
	return `/sms?msisdn=447700900001&to=447700900000&messageId=${lane}-${index}&text=hello&type=text&message-timestamp=2026-01-01+00:00:00`;
}

function call(lane: number, index: number): string {
	const uuid = `${lane}-${index}`.padStart(32, "0");
	return `/answer?from=447700900001&to=447700900000&uuid=${uuid}&conversation_uuid=CON-aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab`;
}
