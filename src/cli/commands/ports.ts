import { parseListen } from "../../config/parts/server.ts";
import type { ListenSettings } from "../../config/settings.ts";
import {
	type Listening,
	type ListenOptions,
	listen,
} from "../../http/server.ts";
import { CannotRun } from "../io.ts";

/** Opens the ports of an application. Throws CannotRun, with what to do, where one is taken. */
export async function openPorts(
	app: Parameters<typeof listen>[0],
	places: readonly ListenSettings[],
	options: ListenOptions,
): Promise<Listening> {
	try {
		return await listen(app, places, options);
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		const hint =
			code === "EADDRINUSE"
				? ": another program listens there; stop it, or name another address with --listen"
				: "";
		throw new CannotRun(`cannot listen: ${message}${hint}`);
	}
}

/** Reads `--listen`. Throws CannotRun. */
export function readListen(text: string, cwd: string): ListenSettings {
	const place = parseListen(text, cwd);
	if (place !== undefined) return place;
	throw new CannotRun(
		`--listen: cannot read \`${text}\`, expected host:port, :port or unix:/path`,
	);
}
