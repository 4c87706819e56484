import { chmodSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { monotonicMs } from "../thread/monotonic.ts";
import {
	type Fault,
	type News,
	type Request,
	type Response,
	WHOLE,
} from "../thread/wire.ts";
import { Audience, type Listener } from "./audience.ts";
import { FrameReader, writeFrame } from "./frames.ts";
import type { Asked } from "./together.ts";

/** The file's thread, as the hub uses it. */
export interface HubOptions {
	/** The path of the socket. Its folder MUST be private. */
	readonly path: string;
	/** Milliseconds since the epoch. */
	readonly now: () => number;
	/** Runs the requests of one turn of the event loop. */
	run(asked: readonly Asked[]): void;
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

/** The id of a message that answers no request, and contains only news. */
export const UNASKED = -1;

/** The first frame to a guest. */
export interface Welcome extends News {
	readonly id: 0;
	/** The owner's time, milliseconds since the epoch, so that all guests use one clock. */
	readonly now: number;
	/** The same moment by `monotonicMs`. */
	readonly nowAt: number;
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
	const turn = new Turn(options.run);
	const guests = new Set<Socket>();
	let lastGuest = 0;
	const server: Server = createServer((socket) => {
		guests.add(socket);
		socket.once("close", () => guests.delete(socket));
		welcome(socket, ++lastGuest, { audience, turn, options });
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
	"scan",
	"count",
	"export",
	"replay",
	"drop",
	"quarantine",
	"redact",
	"states",
	"forgetStates",
	"releasePages",
	"cleanFile",
	"totals",
]);

/** Collects the requests that arrive in one turn of the event loop: while one batch was written, all guests have sent their next. */
class Turn {
	readonly #run: HubOptions["run"];
	#asked: Asked[] = [];

	constructor(run: HubOptions["run"]) {
		this.#run = run;
	}

	add(asked: Asked): void {
		if (this.#asked.length === 0)
			setImmediate(() => {
				const all = this.#asked;
				this.#asked = [];
				this.#run(all);
			});
		this.#asked.push(asked);
	}
}

interface Parts {
	readonly audience: Audience;
	readonly turn: Turn;
	readonly options: HubOptions;
}

function welcome(
	socket: Socket,
	guest: number,
	{ audience, turn, options }: Parts,
): void {
	const { now, takeNews, allNews, release, toFault } = options;
	const listener: Listener = {
		tell: (news) => send({ id: UNASKED, ...news }),
		isReading: () => !socket.destroyed && socket.writableLength === 0,
		logsEvictions: false,
		patienceMs: GUEST_PATIENCE_MS,
	};
	let isCorked = false;
	const send = (frame: Response | Welcome): void => {
		if (socket.destroyed) return;
		// All answers of a turn go in one write: a system call that wakes a process costs more than an answer.
		if (!isCorked) {
			isCorked = true;
			socket.cork();
			process.nextTick(() => {
				isCorked = false;
				socket.uncork();
			});
		}
		writeFrame(socket, frame);
	};
	const ask = (request: Request): void => {
		const { id, name } = request;
		const reject = (error: unknown): void => {
			const news = audience.share(takeNews(), listener);
			send({ id, error: toFault(error), ...news });
		};
		if (!ALLOWED.has(name)) {
			reject(new Error(`${name} is not for workers`));
			return;
		}
		turn.add({
			request,
			guest,
			resolve: (value) =>
				send({ id, value, ...audience.share(takeNews(), listener) }),
			reject,
		});
	};
	const reader = new FrameReader((value) => ask(value as Request));
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
	send({ id: 0, now: now(), nowAt: monotonicMs(), ...allNews() });
	audience.join(listener);
}
