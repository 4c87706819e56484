import { request } from "node:http";

/** A client of server-sent events over a real socket. */
export interface EventClient {
	readonly status: number;
	readonly type: string;
	/** Resolves with the next event of a type. Rejects when the stream ends without one. */
	next(type: string): Promise<SentEvent>;
	/** Resolves when the stream ends. */
	readonly ended: Promise<void>;
	/** Stops reading, so that everything waits in the router. */
	pause(): void;
	resume(): void;
	close(): void;
}

export interface SentEvent {
	readonly id: string | undefined;
	readonly type: string;
	readonly data: Readonly<Record<string, unknown>>;
}

/** Opens a stream of events. */
export function openEvents(
	port: number,
	path: string,
	{
		token,
		headers = {},
	}: {
		readonly token: string;
		readonly headers?: Readonly<Record<string, string>>;
	},
): Promise<EventClient> {
	return new Promise((resolve, reject) => {
		const outgoing = request(
			{
				host: "127.0.0.1",
				port,
				path,
				agent: false,
				headers: { authorization: `Bearer ${token}`, ...headers },
			},
			(incoming) => {
				const events: SentEvent[] = [];
				const waiting = new Set<() => void>();
				let isOver = false;
				let text = "";
				const tell = (): void => {
					for (const one of [...waiting]) one();
				};
				incoming.setEncoding("utf8").on("data", (chunk: string) => {
					text += chunk;
					for (;;) {
						const end = text.indexOf("\n\n");
						if (end === -1) break;
						const event = parse(text.slice(0, end));
						text = text.slice(end + 2);
						if (event !== undefined) events.push(event);
					}
					tell();
				});
				const ended = new Promise<void>((done) => {
					incoming.once("close", () => {
						isOver = true;
						tell();
						done();
					});
				});
				incoming.on("error", () => {});
				resolve({
					status: incoming.statusCode ?? 0,
					type: String(incoming.headers["content-type"]),
					ended,
					next: (type) =>
						new Promise((found, failed) => {
							const look = (): void => {
								const at = events.findIndex((event) => event.type === type);
								const [event] = at === -1 ? [] : events.splice(at, 1);
								if (event === undefined && !isOver) return;
								waiting.delete(look);
								if (event !== undefined) found(event);
								else failed(new Error(`the stream ended without ${type}`));
							};
							waiting.add(look);
							look();
						}),
					pause: () => incoming.pause(),
					resume: () => incoming.resume(),
					close: () => outgoing.destroy(),
				});
			},
		);
		outgoing.on("error", reject);
		outgoing.end();
	});
}

// --- helpers ---

function parse(text: string): SentEvent | undefined {
	const fields = new Map(
		text.split("\n").map((line) => {
			const at = line.indexOf(": ");
			return [line.slice(0, at), line.slice(at + 2)] as const;
		}),
	);
	const data = fields.get("data");
	return data === undefined
		? undefined
		: {
				id: fields.get("id"),
				type: fields.get("event") ?? "message",
				data: JSON.parse(data),
			};
}
