import { open } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type Koa from "koa";
import { type Listening, listen } from "./server.ts";

/** A spelling of a socket's path that the system takes, as long as it is not released. */
export interface SocketPath {
	readonly path: string;
	release(): Promise<void>;
}

/**
 * Opens the control socket, for the user of this process alone. Throws as `listen` does: EADDRINUSE where
 * another router has it, or where something is there that is no socket. Its folder MUST be there.
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
				// This unlinks the file, by the path that it was made by.
				await listening.close();
				await short.release();
			},
		};
	} catch (error) {
		await short.release();
		throw error;
	}
}

/**
 * Shortens the path of a socket where it is too long for an address (`sun_path`, unix(7)): Linux knows an
 * open folder by a short name as well. Throws ENAMETOOLONG where that is not so.
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

/** 107 on Linux, 103 on macOS: one less than the array, for the NUL. */
const PATH_BYTES_MAX = 103;

const MAX_CONNECTIONS = 100;

/** The mode of the file has let it in; all connections are one user's. */
const OPERATOR = { isWelcome: () => true, isProxy: () => true };
