import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer } from "./answer.ts";
import { type Control, control, isControl } from "./control.ts";
import { type Ground, handle, type Outcome } from "./handle.ts";
import { type JournalEntry, receive } from "./receive.ts";

/** The parts of a served mock. */
export interface Served {
	readonly ground: Ground;
	readonly control: Control;
	readonly journal: JournalEntry[];
	readonly clock: () => number;
	/** Awaited before a request is processed. */
	readonly refresh: () => Promise<void>;
	/** Called when a request was answered, or left without an answer. */
	readonly onRequest: (entry: Readonly<JournalEntry>) => void;
}

/** A server that listens. */
export interface Listening {
	readonly url: string;
	/** Ends every connection. */
	close(): Promise<void>;
}

/** Listens. Rejects if the port is in use. */
export async function listen(
	served: Served,
	{ host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> {
	const server = createServer((request, response) => {
		serve(request, response, served).catch((error: Error) => {
			// The client ended its request.
			response.destroy(error);
		});
	});
	server.listen(port, host);
	await once(server, "listening");
	return {
		url: urlOf(server),
		async close() {
			const closed = new Promise((done) => server.close(done));
			server.closeAllConnections();
			await closed;
		},
	};
}

// --- helpers ---

/** Requests that the journal keeps. */
const JOURNAL_MAX = 10_000;

function urlOf(server: Server): string {
	const { address, family, port } = server.address() as AddressInfo;
	return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

async function serve(
	request: Parameters<typeof receive>[0],
	response: ServerResponse,
	{ ground, journal, clock, refresh, onRequest, ...rest }: Served,
): Promise<void> {
	const received = await receive(request, clock);
	const { entry } = received;
	await refresh();
	if (isControl(entry.path)) {
		send(response, await control(entry, rest.control));
		return;
	}
	journal.push(entry);
	if (journal.length > JOURNAL_MAX) journal.shift();
	const outcome = await handle(received, ground);
	finish(response, outcome, entry);
	onRequest(entry);
}

function finish(
	response: ServerResponse,
	outcome: Outcome,
	entry: JournalEntry,
): void {
	if (outcome === "stall") return;
	if (outcome === "drop") {
		response.destroy();
		return;
	}
	entry.status = outcome.status;
	entry.note ??= outcome.note;
	send(response, outcome);
}

function send(
	response: ServerResponse,
	{ status, contentType, headers, body = "" }: Answer,
): void {
	response.writeHead(status, {
		"X-Request-Id": randomUUID(),
		...(contentType && { "Content-Type": contentType }),
		...headers,
		...(status !== 204 && { "Content-Length": Buffer.byteLength(body) }),
	});
	response.end(body);
}
