import { parseListen } from "../../config/parts/server.ts";
import type { ListenSettings, Settings } from "../../config/settings.ts";
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

/**
 * Says that the public URL names this machine and a port that nobody listens on; undefined where it does not. A URL of another
 * machine is that of a proxy, and may have any port.
 */
export function describeOtherPort(
	{ isPublicUrlWritten, publicUrl }: Settings["server"],
	ports: readonly number[],
): string | undefined {
	if (!isPublicUrlWritten || ports.length === 0) return undefined;
	const { hostname, port, protocol } = new URL(publicUrl);
	const isHere =
		/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname) &&
		protocol === "http:";
	const named = port === "" ? 80 : Number(port);
	if (!isHere || ports.includes(named)) return undefined;
	return `\`server.publicUrl\` names port ${named}, but the router listens on port ${ports.join(" and ")}. Remove \`publicUrl\`, and it follows the port.`;
}

/** Reads `--listen`. Throws CannotRun. */
export function readListen(text: string, cwd: string): ListenSettings {
	const place = parseListen(text, cwd);
	if (place !== undefined) return place;
	throw new CannotRun(
		`--listen: cannot read \`${text}\`, expected host:port, :port or unix:/path`,
	);
}
