import { open } from "node:fs/promises";
import type { Socket } from "node:net";
import { basename, dirname } from "node:path";
import type Koa from "koa";
import { type Doors, openDoors } from "./doors.ts";
import type { HandedConnections } from "./handed.ts";
import { type Listening, listen } from "./server.ts";

/** A path of a socket that the system accepts until it is released. */
export interface SocketPath {
	readonly path: string;
	release(): Promise<void>;
}

/**
 * Opens the control socket for the user of this process only. Throws like `listen`: EADDRINUSE if another router uses it, or if
 * the path is not a socket. Its folder MUST exist.
 */
export async function listenForControl(
	app: Koa,
	path: string,
): Promise<Listening> {
	const short = await shortenSocketPath(path);
	try {
		const place = { kind: "unix", path: short.path } as const;
		const listening = await listen(app, [place], {
			isPrivate: true,
			maxConnections: MAX_CONNECTIONS,
			peers: () => OPERATOR,
		});
		return {
			...listening,
			async close() {
				// This unlinks the file by the path that was used to create it.
				await listening.close();
				await short.release();
			},
		};
	} catch (error) {
		await short.release();
		throw error;
	}
}

/** Serves the connections of a control socket that another process has opened. */
export async function serveControl(
	app: Koa,
	path: string,
	handed: HandedConnections,
): Promise<Listening> {
	return listen(app, [{ kind: "unix", path }], {
		maxConnections: MAX_CONNECTIONS,
		peers: () => OPERATOR,
		handed,
	});
}

/** Opens a control socket whose connections other processes serve. Throws as `listenForControl`. Its folder MUST exist. */
export async function openControlDoor(
	path: string,
	onConnection: (socket: Socket) => void,
): Promise<Doors> {
	const short = await shortenSocketPath(path);
	try {
		const place = { kind: "unix", path: short.path } as const;
		const doors = await openDoors([place], onConnection, { isPrivate: true });
		return {
			...doors,
			close() {
				doors.close();
				void short.release();
			},
		};
	} catch (error) {
		await short.release();
		throw error;
	}
}

/**
 * Shortens a socket's path that is too long for an address (`sun_path`, unix(7)): on Linux an open folder also has a short
 * path. Throws ENAMETOOLONG on other systems.
 */
export async function shortenSocketPath(path: string): Promise<SocketPath> {
	if (Buffer.byteLength(path) <= PATH_BYTES_MAX) {
		return { path, release: async () => {} };
	}
	if (process.platform !== "linux") {
		throw Object.assign(
			new Error(`${path} has more than ${PATH_BYTES_MAX} bytes`),
			{ code: "ENAMETOOLONG" },
		);
	}
	const folder = await open(dirname(path), "r");
	return {
		path: `/proc/self/fd/${folder.fd}/${basename(path)}`,
		release: () => folder.close(),
	};
}

// --- helpers ---

/** The longest path: 107 on Linux, 103 on macOS, one less than the array because of the NUL. */
const PATH_BYTES_MAX = 103;

const MAX_CONNECTIONS = 100;

/** The mode of the file has already checked access, so all connections belong to one user. */
const OPERATOR = { isWelcome: () => true, isProxy: () => true };
