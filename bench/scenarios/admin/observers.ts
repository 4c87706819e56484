import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { adminOrigin, TOKEN } from "./config.ts";

/** Somebody who watches a router. */
export interface Watching {
	/** The bytes that it got so far. */
	seenBytes(): number;
	stop(): void;
}

/** Reads `/metrics` every second, on a connection that stays open, as Prometheus does. */
export async function scrape(log: string): Promise<Watching> {
	const url = `${adminOrigin(log)}/metrics`;
	let bytes = 0;
	const read = async (): Promise<void> => {
		const answer = await fetch(url, {
			headers: { authorization: `Bearer ${TOKEN}` },
		});
		if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
		bytes += (await answer.arrayBuffer()).byteLength;
	};
	await read();
	const timer = setInterval(read, SCRAPE_MS);
	return { seenBytes: () => bytes, stop: () => clearInterval(timer) };
}

/** Reads the server-sent events of a router as fast as they come. */
export async function stream(log: string): Promise<Watching> {
	const url = `${adminOrigin(log)}/api/v1/events`;
	const request = get(url, {
		agent: false,
		headers: { authorization: `Bearer ${TOKEN}` },
	});
	const [answer] = (await once(request, "response")) as [IncomingMessage];
	if (answer.statusCode !== 200)
		throw new Error(`${url} answered ${answer.statusCode}`);
	let bytes = 0;
	answer.on("data", (part: Buffer) => {
		bytes += part.byteLength;
	});
	const failed = (error: Error): void => {
		throw new Error(`${url} ended`, { cause: error });
	};
	answer.on("error", failed);
	return {
		seenBytes: () => bytes,
		stop() {
			answer.off("error", failed);
			answer.on("error", () => {});
			request.on("error", () => {});
			request.destroy();
		},
	};
}

// --- helpers ---

const SCRAPE_MS = 1000;
