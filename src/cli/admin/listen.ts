import type { AdminListening, AdminPlace } from "../../admin/listen.ts";
import type { AdminLog } from "../../admin/router.ts";
import { parseListen } from "../../config/parts/server/server.ts";
import type { AdminSettings } from "../../config/settings.ts";
import { isLoopback } from "../../gate/address.ts";
import { CannotRun } from "../io.ts";

/** Where the admin listener of a run listens. */
export interface AdminChoice {
	readonly host: string;
	readonly port: number;
	/** True if a free port may replace one that is in use. */
	readonly isReplaceable: boolean;
}

/**
 * Chooses the address: the one of the option, by default `--admin`, or of the file. Undefined for none. Throws CannotRun for an invalid
 * option, and for one that opens the listener to other machines without a token.
 */
export function chooseAdmin(
	option: string | undefined,
	admin: AdminSettings | undefined,
	name = "--admin",
): AdminChoice | undefined {
	if (option === undefined) {
		if (admin === undefined) return undefined;
		return { ...admin.listen, isReplaceable: !admin.isListenWritten };
	}
	if (option === "off") return undefined;
	const place = parseListen(option, "/");
	if (place?.kind !== "tcp") {
		throw new CannotRun(
			`${name}: \`${option}\` is not an address. Expected host:port, :port or off.`,
		);
	}
	const { host, port } = place;
	if (!isLoopback(host) && (admin?.tokens ?? []).length === 0) {
		throw new CannotRun(
			`${name}: ${option} is open to other machines, and \`admin\` has no token. Add one to the configuration, or choose 127.0.0.1.`,
		);
	}
	return { host, port, isReplaceable: false };
}

/** Opens the listener with `open`. Takes a free port if the default one is in use. Throws CannotRun. */
export async function openReplaceable(
	{ host, port, isReplaceable }: AdminChoice,
	tls: AdminPlace["tls"],
	log: AdminLog,
	open: (place: AdminPlace) => Promise<AdminListening>,
): Promise<AdminListening> {
	try {
		return await open({ host, port, tls });
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		const name = `${host.includes(":") ? `[${host}]` : host}:${port}`;
		if (code !== "EADDRINUSE") {
			throw new CannotRun(
				`the admin listener cannot listen on ${name}: ${message}`,
			);
		}
		if (!isReplaceable) {
			throw new CannotRun(
				`the admin listener cannot listen on ${name}. Another program uses the port. Stop it, or choose another address with \`admin.listen\` or --admin.`,
			);
		}
		const listening = await openReplaceable(
			{ host, port: 0, isReplaceable: false },
			tls,
			log,
			open,
		);
		log.warn(
			{ port: listening.port },
			`the port ${port} of the admin listener is in use, so it takes ${listening.port}. Write \`admin.listen\` to choose one`,
		);
		return listening;
	}
}
