import type { Client, ClientBase, ClientConfig } from "pg";
import type { DatabaseHost } from "../../../config/parts/inbox/database-hosts.ts";
import type { Address } from "./address.ts";
import type { Driver } from "./driver.ts";
import { createPoolerCheck } from "./pooler.ts";
import { Primary } from "./primary.ts";
import { askServer, type Server } from "./server.ts";

/** The servers of the inbox, and the clients that are connected to them. */
export interface Network {
	readonly primary: Primary;
	/** The settings of every client, without its host. */
	readonly config: ClientConfig;
	/** A client that connects to the host that leads when it is created. */
	readonly Client: new (
		config?: ClientConfig,
	) => Client;
	/** Creates such a client. */
	create(config: ClientConfig): Client;
	/** Checks the server behind a new connection. Rejects if it must not be used. */
	prepare(client: Client): Promise<void>;
	/**
	 * Breaks a connection that failed, and notes that another host may lead. If the connection was there and only the answer was not,
	 * returns the process of the server, which may wait on.
	 */
	drop(client: Client): number | undefined;
}

export interface NetworkOptions {
	/** Between two looks at all hosts, in milliseconds. */
	readonly watchMs?: number | undefined;
	/** Called with a sentence for the operator when another host leads than before. */
	readonly onWarning?: ((message: string) => void) | undefined;
}

export function createNetwork(
	driver: Driver,
	address: Address,
	{ watchMs, onWarning }: NetworkOptions,
): Network {
	const config = configOf(driver, address);
	const hosts = new WeakMap<ClientBase, DatabaseHost>();
	const pids = new WeakMap<ClientBase, number>();
	const live = new Set<Client>();
	const connectTo = (host: DatabaseHost) =>
		connect(driver, {
			...config,
			connectionString: host.url,
			query_timeout: address.connectMs,
		});
	const primary = new Primary({
		hosts: address.hosts,
		ask: async (host) => askAndLeave(await connectTo(host)),
		onMove(leader) {
			for (const client of live)
				if (hosts.get(client) !== leader) breakOff(client);
			onWarning?.(
				`the inbox moved to the PostgreSQL server ${leader.name}, which takes writes now`,
			);
		},
		...(watchMs !== undefined && { watchMs }),
	});
	class RoutedClient extends driver.Client {
		constructor(own?: ClientConfig) {
			const { leader } = primary;
			super({ ...config, ...own, connectionString: leader.url });
			hosts.set(this, leader);
			live.add(this);
			this.once("end", () => live.delete(this));
		}
	}
	const hostOf = (client: ClientBase) => hosts.get(client) ?? primary.leader;
	const checkPooler = createPoolerCheck(address.shown);
	return {
		primary,
		config,
		Client: RoutedClient,
		create: (own) => new RoutedClient(own),
		async prepare(client) {
			// The time limit of its queries may be long, and a driver that says goodbye to a silent server waits forever.
			const late = setTimeout(() => breakOff(client), address.connectMs);
			try {
				const server = await askServer(client);
				primary.admit(hostOf(client), server);
				pids.set(client, server.pid);
				clearTimeout(late);
				await checkPooler(client, server, () => connectTo(hostOf(client)));
			} catch (error) {
				breakOff(client);
				throw error;
			} finally {
				clearTimeout(late);
			}
		},
		drop(client) {
			const isThere = !client.connection.stream.destroyed;
			breakOff(client);
			primary.doubt(hostOf(client));
			return isThere ? pids.get(client) : undefined;
		},
	};
}

// --- helpers ---

/** Breaks the connection without a word to the server, which may not answer. */
function breakOff(client: Client): void {
	client.connection.stream.destroy();
}

async function connect(driver: Driver, config: ClientConfig): Promise<Client> {
	const client = new driver.Client(config);
	// A connection may also break between two queries.
	client.on("error", () => {});
	await client.connect();
	return client;
}

async function askAndLeave(client: Client): Promise<Server> {
	try {
		const server = await askServer(client);
		client.end().catch(() => {});
		return server;
	} catch (error) {
		breakOff(client);
		throw error;
	}
}

const INT8 = 20;
const KEEP_ALIVE_MS = 10_000;

function configOf(driver: Driver, { connectMs }: Address): ClientConfig {
	return {
		application_name: "switchhook",
		connectionTimeoutMillis: connectMs,
		keepAlive: true,
		keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
		types: {
			// Counts, sequence numbers and times fit a number: the largest one is milliseconds since the epoch.
			getTypeParser: (oid, format) =>
				oid === INT8 ? Number : driver.types.getTypeParser(oid, format),
		},
	};
}
