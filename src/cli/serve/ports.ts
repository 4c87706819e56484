import { parseListen } from "../../config/parts/server/server.ts";
import type { ListenSettings, Settings } from "../../config/settings.ts";
import {
	type Listening,
	type ListenOptions,
	listen,
	type Place,
} from "../../http/server.ts";
import { CannotRun } from "../io.ts";

/** Opens the ports of an application. Throws CannotRun with advice if one is in use. */
export async function openPorts(
	app: Parameters<typeof listen>[0],
	places: readonly Place[],
	options: ListenOptions,
): Promise<Listening> {
	try {
		return await listen(app, places, options);
	} catch (error) {
		throw new CannotRun(describePortFault(error as ListenFault));
	}
}

/**
 * Warns if the public URL has this machine's name and a port without a listener. Otherwise undefined. The URL of another
 * machine belongs to a proxy, and may have any port.
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
		`--listen: \`${text}\` is not an address. Expected host:port, :port or unix:/path.`,
	);
}

// --- helpers ---

/** The fields that Node adds to an error of `listen`. */
interface ListenFault extends NodeJS.ErrnoException {
	readonly address?: string;
	readonly port?: number;
}

/** Describes an error of `listen`, with advice. */
export function describePortFault({
	code,
	message,
	address,
	port,
}: ListenFault): string {
	if (code !== "EADDRINUSE" || address === undefined)
		return `cannot listen: ${message}`;
	if (port === undefined || port < 0)
		return `cannot listen on unix:${address}. The path is in use. Choose another with --listen.`;
	const host = address.includes(":") ? `[${address}]` : address;
	return `cannot listen on ${host}:${port}. Another program uses the port. Stop it, or choose another address with --listen.`;
}
