import type { HandedSocket } from "../../http/server.ts";

/** The sockets that systemd opened for a process, and the reason why there are none although the environment names some. */
export interface HandedSockets {
	readonly sockets: readonly HandedSocket[];
	readonly problem?: string;
}

/** The first descriptor that systemd hands over (SD_LISTEN_FDS_START, sd_listen_fds(3)). */
const FIRST_DESCRIPTOR = 3;

/**
 * Reads which sockets systemd handed over: `LISTEN_FDS` of them from descriptor 3 on, for the process `LISTEN_PID`, with the
 * names `LISTEN_FDNAMES`. See sd_listen_fds(3).
 */
export function readSockets(
	env: Readonly<Record<string, string | undefined>>,
	pid: number,
): HandedSockets {
	const { LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES = "" } = env;
	if (LISTEN_FDS === undefined || LISTEN_PID === undefined) return NONE;
	if (Number(LISTEN_PID) !== pid) {
		const problem = `the sockets of systemd are for the process ${LISTEN_PID}, and this one is ${pid}. Start the router without a shell or npm in between`;
		return { sockets: [], problem };
	}
	const count = Number(LISTEN_FDS);
	if (!Number.isInteger(count) || count < 1) return NONE;
	const names = LISTEN_FDNAMES.split(":");
	return {
		sockets: Array.from({ length: count }, (_, index) => ({
			kind: "handed",
			fd: FIRST_DESCRIPTOR + index,
			name: names[index] ?? "",
		})),
	};
}

/** Returns the sockets for webhooks: all but those with the name `admin`. Undefined if there are none. */
export function socketsForWebhooks({
	sockets,
}: HandedSockets): readonly HandedSocket[] | undefined {
	const own = sockets.filter(({ name }) => name !== ADMIN);
	return own.length > 0 ? own : undefined;
}

/** Returns the sockets for the admin listener: those with the name `admin`. Undefined if there are none. */
export function socketsForAdmin({
	sockets,
}: HandedSockets): readonly HandedSocket[] | undefined {
	const own = sockets.filter(({ name }) => name === ADMIN);
	return own.length > 0 ? own : undefined;
}

// --- helpers ---

const ADMIN = "admin";
const NONE: HandedSockets = { sockets: [] };
