import { lstat, mkdir } from "node:fs/promises";
import type { Socket } from "node:net";
import { dirname, join } from "node:path";
import type { Settings } from "../config/settings.ts";
import {
	listenForControl,
	openControlDoor as openDoor,
} from "../http/control-socket.ts";
import type { Doors } from "../http/doors.ts";
import type { Listening } from "../http/server.ts";
import type { Log } from "../observe/log.ts";

/** Returns the path of a router's control socket: beside the inbox's file, or in `data/` for other inboxes. */
export function controlSocketOf({
	folder,
	inbox: { store },
}: Pick<Settings, "folder" | "inbox">): string {
	const place =
		store.type === "sqlite" ? dirname(store.file) : join(folder, "data");
	return join(place, "switchhook.sock");
}

/** Opens a router's control socket. If that fails, logs the reason, and the router serves without one. */
export async function openControl(
	app: Parameters<typeof listenForControl>[0],
	path: string,
	log: Log,
): Promise<Listening | undefined> {
	return orWarn(path, log, () => listenForControl(app, path));
}

/** Opens the control socket of a router of several processes. If that fails, logs the reason. */
export async function openControlDoor(
	path: string,
	log: Log,
	onConnection: (socket: Socket) => void,
): Promise<Doors | undefined> {
	return orWarn(path, log, () => openDoor(path, onConnection));
}

// --- helpers ---

async function orWarn<T>(
	path: string,
	log: Log,
	open: () => Promise<T>,
): Promise<T | undefined> {
	try {
		await mkdir(dirname(path), { recursive: true, mode: 0o700 });
		return await open();
	} catch (error) {
		const reason = await describeFault(error as NodeJS.ErrnoException, path);
		log.warn(
			{ socket: path, reason },
			"the control socket could not be opened. `switchhook send` cannot reach this router",
		);
		return undefined;
	}
}

async function describeFault(
	{ code, message }: NodeJS.ErrnoException,
	path: string,
): Promise<string> {
	if (code !== "EADDRINUSE") return message;
	const file = await lstat(path).catch(() => undefined);
	return file?.isSocket() === true
		? "another router uses it, so `switchhook send` reaches that one. Run each router in a folder of its own"
		: "the path exists and is not a socket. Remove it";
}
