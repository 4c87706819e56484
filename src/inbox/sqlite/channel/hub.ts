import { chmodSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import {
	type Fault,
	type News,
	type Request,
	type Response,
	UNASKED,
	WHOLE,
} from "../wire.ts";
import { Audience, type Listener } from "./audience.ts";
import { FrameReader, writeFrame } from "./frames.ts";

/** The file's thread, as the hub uses it. */
export interface HubOptions {
	/** The path of the socket. Its folder MUST be private. */
	readonly path: string;
	/** Milliseconds since the epoch. */
	readonly now: () => number;
	/** Runs one request for a guest. Throws the errors of the operation. */
	run(request: Request, guest: number): unknown;
	/** Returns the changes since the last call. */
	takeNews(): News;
	/** Returns the complete fill level, and all routes with work. */
	allNews(): News;
	/** Makes the leases of a guest that has ended ready again. */
	release(guest: number): void;
	toFault(error: unknown): Fault;
	/** Passes news to the process of this thread. */
	tellHost(news: News): void;
}

/** The first frame to a guest. */
export interface Welcome extends News {
	readonly id: 0;
	/** The owner's time, milliseconds since the epoch, so that all guests use one clock. */
	readonly now: number;
}

/**
 * Serves the workers of a router on a unix socket, in the thread of the file: no other thread stands between a worker and the
 * disk. A guest is one connection of a worker. When it ends, its leases are free at once.
 */
export interface Hub {
	/** Returns the news for the host's answer, and keeps them for the guests. */
	share(news: News): News;
	close(): void;
}

/** Opens the socket, which listens when this returns. */
export function openHub(options: HubOptions): Hub {
	const { path } = options;
	const host: Listener = {
		tell: options.tellHost,
		isReading: () => true,
		logsEvictions: true,
		patienceMs: HOST_PATIENCE_MS,
	};
	const audience = new Audience();
	audience.join(host);
	const guests = new Set<Socket>();
	let lastGuest = 0;
	const server: Server = createServer((socket) => {
		guests.add(socket);
		socket.once("close", () => guests.delete(socket));
		welcome(socket, ++lastGuest, audience, options);
	});
	// The router holds the lock of the file, so a socket of that name belongs to a router that was killed.
	if (process.platform !== "win32") rmSync(path, { force: true });
	// A socket is bound and listens when this returns; only its event comes later.
	server.listen(path);
	if (process.platform !== "win32") chmodSync(path, 0o600);
	server.unref();
	return {
		share: (news) => audience.share(news, host),
		close() {
			server.close();
			for (const guest of guests) guest.destroy();
		},
	};
}

// --- helpers ---

/** The process of the file only watches how full it is. Its workers get the CPU time. */
const HOST_PATIENCE_MS = 250;
const GUEST_PATIENCE_MS = 25;

/** The operations that a worker may ask for. */
const ALLOWED: ReadonlySet<string> = new Set([
	...WHOLE,
	"list",
	"count",
	"export",
	"replay",
	"drop",
	"quarantine",
]);

function welcome(
	socket: Socket,
	guest: number,
	audience: Audience,
	{ now, run, takeNews, allNews, release, toFault }: HubOptions,
): void {
	const listener: Listener = {
		tell: (news) => send({ id: UNASKED, ...news }),
		isReading: () => !socket.destroyed && socket.writableLength === 0,
		logsEvictions: false,
		patienceMs: GUEST_PATIENCE_MS,
	};
	const send = (frame: Response | Welcome): void => {
		if (!socket.destroyed) writeFrame(socket, frame);
	};
	const answer = (request: Request): void => {
		const { id, name } = request;
		try {
			if (!ALLOWED.has(name)) throw new Error(`${name} is not for workers`);
			const value = run(request, guest);
			send({ id, value, ...audience.share(takeNews(), listener) });
		} catch (error) {
			const news = audience.share(takeNews(), listener);
			send({ id, error: toFault(error), ...news });
		}
	};
	const reader = new FrameReader((value) => answer(value as Request));
	socket.on("data", (chunk: Buffer) => {
		try {
			reader.read(chunk);
		} catch {
			// It is not one of our workers, or one that has gone mad.
			socket.destroy();
		}
	});
	socket.on("error", () => {});
	socket.once("close", () => {
		audience.leave(listener);
		try {
			release(guest);
		} catch {
			// The disk fails. The leases run out, and the next start gives them back.
		}
		audience.share(takeNews(), undefined);
	});
	send({ id: 0, now: now(), ...allNews() });
	audience.join(listener);
}
