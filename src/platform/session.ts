import type { PlatformSettings } from "../config/settings.ts";
import { type Client, createClient } from "./client.ts";
import type { PlatformClock } from "./clock.ts";
import { readRemote } from "./read.ts";
import type { Remote } from "./remote.ts";
import type { Transport } from "./transport.ts";

/** The clients of all accounts, for one command. */
export interface Session {
	/** By the name of the account. */
	readonly clients: ReadonlyMap<string, Client>;
	/** Reads all that `manage` names of every account. Throws PlatformFault. */
	read(): Promise<ReadonlyMap<string, Remote>>;
	/** How many requests were sent. */
	sent(): number;
}

/** Holds everything that a session needs besides the settings. */
export interface SessionContext {
	readonly transport: Transport;
	readonly clock: PlatformClock;
	readonly signal?: AbortSignal | undefined;
	readonly onWait?: ((ms: number) => void) | undefined;
}

/** Makes the clients of all accounts. Nothing is sent yet. */
export function createSession(
	{ accounts }: Pick<PlatformSettings, "accounts">,
	context: SessionContext,
): Session {
	const clients = new Map(
		[...accounts].map(([name, account]) => [
			name,
			createClient(account, context),
		]),
	);
	return {
		clients,
		async read() {
			// Each account has a pace of its own.
			const remotes = await Promise.all(
				[...accounts].map(async ([name, account]) => {
					const client = clients.get(name) as Client;
					return [name, await readRemote(client, account)] as const;
				}),
			);
			return new Map(remotes);
		},
		sent: () =>
			[...clients.values()].reduce((sum, client) => sum + client.sent, 0),
	};
}
