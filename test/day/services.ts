import { once } from "node:events";
import {
	createServer,
	type IncomingMessage,
	type Server,
	type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { rowOf } from "./account.ts";
import { type Reference, readReference } from "./webhooks.ts";

/** The customer's services behind the routers, and their record of what they were given. */
export interface Services {
	readonly origins: readonly string[];
	readonly record: ServiceRecord;
	/** Ends one with its connections: its port refuses. */
	takeDown(index: number): Promise<void>;
	bringUp(index: number): Promise<void>;
	close(): Promise<void>;
}

/** What the services saw, as they saw it. */
export interface ServiceRecord {
	/** The id of the event that brought a webhook, by the number of the webhook. */
	readonly eventIds: readonly (string | undefined)[];
	/** How many different webhooks were handled. */
	readonly handled: number;
	/** How many times an event was handled again, with the same id. */
	readonly again: number;
	/** How many requests came to a path that they do not have. */
	readonly missed: number;
	/** Webhooks that a second event brought. */
	readonly doubled: readonly number[];
	/** Webhooks that came after a later one with their order key. */
	readonly disordered: readonly number[];
	/** Requests whose path or customer are not those of the number's row. */
	readonly misrouted: readonly string[];
}

/** Starts so many services. */
export async function startServices(count: number): Promise<Services> {
	const { record, take } = createRecord();
	const answer = async (
		request: IncomingMessage,
		response: ServerResponse,
	): Promise<void> => {
		const body = await text(request);
		response.statusCode = take(request, new URLSearchParams(body)) ? 204 : 404;
		response.end();
	};
	const listen = async (port: number): Promise<Server> => {
		const server = createServer((request, response) => {
			// A request that broke off is sent again.
			answer(request, response).catch(() => response.destroy());
		}).listen(port, "127.0.0.1");
		await once(server, "listening");
		return server;
	};
	const servers: Server[] = [];
	for (let index = 0; index < count; index += 1) servers.push(await listen(0));
	const ports = servers.map((server) => (server.address() as AddressInfo).port);
	const end = async (server: Server): Promise<void> => {
		if (!server.listening) return;
		const closed = once(server, "close");
		server.close();
		server.closeAllConnections();
		await closed;
	};
	return {
		record,
		origins: ports.map((port) => `http://127.0.0.1:${port}`),
		takeDown: (index) => end(servers[index] as Server),
		async bringUp(index) {
			servers[index] = await listen(ports[index] as number);
		},
		async close() {
			await Promise.all(servers.map(end));
		},
	};
}

// --- helpers ---

function createRecord() {
	const eventIds: (string | undefined)[] = [];
	/** The highest number of each order key, by its first. */
	const last: (number | undefined)[] = [];
	const doubled: number[] = [];
	const disordered: number[] = [];
	const misrouted: string[] = [];
	const record = {
		...{ eventIds, doubled, disordered, misrouted },
		...{ handled: 0, again: 0, missed: 0 },
	};
	const note = ({ first, number }: Reference, eventId: string) => {
		if (number < (last[first] ?? first)) disordered.push(number);
		last[first] = number;
		const before = eventIds[number];
		if (before === undefined) {
			eventIds[number] = eventId;
			record.handled += 1;
		} else if (before === eventId) record.again += 1;
		else doubled.push(number);
	};
	/** Returns false for a path that no service has. */
	const take = (
		{ url, headers }: IncomingMessage,
		form: URLSearchParams,
	): boolean => {
		if (url?.startsWith("/retired/")) {
			record.missed += 1;
			return false;
		}
		const to = form.get("to") ?? "";
		const { application, customer } = rowOf(to);
		if (url !== `/${application}` || headers["x-customer"] !== customer)
			misrouted.push(`${to} ${url} ${headers["x-customer"]}`);
		note(readReference(form), String(headers["switchhook-event-id"]));
		return true;
	};
	return { record: record as ServiceRecord, take };
}
