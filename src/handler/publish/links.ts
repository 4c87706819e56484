import { createHash } from "node:crypto";
import { LATE, within } from "../../within.ts";
import type { Circuit, CircuitOptions } from "../circuit.ts";
import {
	type CircuitLog,
	type CircuitUser,
	createCircuits,
	type ServiceState,
} from "../circuits.ts";
import { describeFault } from "../fault.ts";
import { createShelf } from "../shelf.ts";
import { Watch } from "../watch.ts";
import {
	BrokerFault,
	type BrokerTarget,
	type Connection,
	type Driver,
	type Message,
} from "./driver.ts";
import { createMask } from "./url.ts";

/** The connection to a broker while a handler uses it. */
export interface Link {
	/** The broker's name in logs and reasons, without its user. */
	readonly name: string;
	readonly circuit: Circuit;
	/** Watches the attempts at all brokers of the router. */
	readonly watch: Watch;
	/** The reason why the broker takes nothing at the moment. Undefined if none is known. */
	readonly trouble: string | undefined;
	/** Sends a message, and connects first if necessary. Rejects with a BrokerFault, or never settles. */
	send(message: Message, timeoutMs: number): Promise<void>;
	/** Releases it. The last release closes the connection. */
	close(): Promise<void>;
}

/** The target of a link, and what identifies it. */
export type LinkTarget = Omit<BrokerTarget, "host">;

/**
 * Holds the connections of a process to brokers. Handlers with the same URL and certificates share one. Each route has a circuit for
 * each broker. Connections outlive a configuration: a new configuration opens its own before the previous one closes, so that common
 * ones continue.
 */
export interface Links {
	open(driver: Driver, target: LinkTarget, user: CircuitUser): Link;
	/** Returns true if clients of brokers are loaded. False for a world in which nothing connects. */
	readonly usesClients: boolean;
	states(): readonly ServiceState[];
}

export interface LinksOptions extends Pick<CircuitOptions, "now" | "random"> {
	/** Connects in place of the driver. Default: the driver's client. */
	readonly connect?: Driver["connect"];
}

/** Creates an empty set. Nothing connects before the first message. */
export function createLinks({ connect, ...options }: LinksOptions = {}): Links {
	const shared = createShelf<SharedLink>();
	const circuits = createCircuits(options);
	const watch = new Watch();
	return {
		usesClients: connect === undefined,
		open(driver, target, user) {
			const key = keyOf(target);
			const site = JSON.stringify([key, user.route]);
			const link = shared.take(
				key,
				() => new SharedLink(connect ?? driver.connect, target, user.log),
			);
			const circuit = circuits.open(site, target.url.name, user);
			let closing: Promise<void> | undefined;
			const close = async (): Promise<void> => {
				circuits.release(site);
				await shared.put(key)?.close();
			};
			return {
				name: target.url.name,
				circuit,
				watch,
				get trouble() {
					return link.trouble;
				},
				send: (message, timeoutMs) => link.send(message, timeoutMs),
				close() {
					closing ??= close();
					return closing;
				},
			};
		},
		states: circuits.states,
	};
}

// --- helpers ---

/** The milliseconds that a broker has to confirm the end of a connection. */
const CLOSING_MS = 1000;

const SLOW = "the connection took too long";

/** Identifies a target. The digest keeps passwords and keys out of memory that lives long. */
function keyOf(target: LinkTarget): string {
	return createHash("sha256").update(JSON.stringify(target)).digest("hex");
}

/** One connection to a broker. It is opened by the first message, and again by the first one after it was lost. */
class SharedLink {
	readonly #connectTo: Driver["connect"];
	readonly #target: LinkTarget;
	readonly #log: CircuitLog | undefined;
	readonly #mask: (text: string) => string;
	/** The messages that wait for a confirmation, each by how it fails if the connection is lost. */
	readonly #unconfirmed = new Set<(fault: BrokerFault) => void>();
	#connecting: Promise<Connection> | undefined;
	#connection: Connection | undefined;
	/** The index of the host to try. */
	#host = 0;
	/** Called when no message waits for a confirmation. */
	#onIdle = (): void => {};
	#isClosed = false;

	constructor(
		connectTo: Driver["connect"],
		target: LinkTarget,
		log: CircuitLog | undefined,
	) {
		this.#connectTo = connectTo;
		this.#target = target;
		this.#log = log;
		this.#mask = createMask(target.url);
	}

	get trouble(): string | undefined {
		return this.#connection?.trouble;
	}

	send(message: Message, timeoutMs: number): Promise<void> {
		const dueMs = performance.now() + timeoutMs;
		return new Promise((resolve, reject) => {
			const fail = (error: unknown): void => {
				this.#forget(fail);
				reject(this.#toFault(error));
			};
			this.#unconfirmed.add(fail);
			this.#connect()
				.then((connection) => {
					// The connection was lost, or nobody waits any more.
					if (!this.#unconfirmed.has(fail)) return;
					if (performance.now() >= dueMs) throw new BrokerFault(SLOW);
					return connection.send(message, timeoutMs).then(() => {
						this.#forget(fail);
						resolve();
					});
				})
				.catch(fail);
		});
	}

	/** Waits for the messages that are under way, and then for the end of the connection. */
	async close(): Promise<void> {
		if (this.#unconfirmed.size > 0) {
			const idle = new Promise<void>((resolve) => {
				this.#onIdle = resolve;
			});
			await within(idle, CLOSING_MS);
		}
		this.#isClosed = true;
		const closing = this.#connecting?.then((connection) => connection.close());
		const ended = closing?.catch(() => {});
		if (ended !== undefined) await within(ended, CLOSING_MS);
		this.#fail("the connection was closed");
	}

	#forget(fail: (fault: BrokerFault) => void): void {
		this.#unconfirmed.delete(fail);
		if (this.#unconfirmed.size === 0) this.#onIdle();
	}

	#connect(): Promise<Connection> {
		this.#connecting ??= this.#open().catch((error) => {
			this.#connecting = undefined;
			this.#host += 1;
			throw error;
		});
		return this.#connecting;
	}

	async #open(): Promise<Connection> {
		const { url, connectTimeoutMs } = this.#target;
		const host = url.hosts[this.#host % url.hosts.length];
		if (host === undefined) throw new BrokerFault("it has no host");
		let connection: Connection | undefined;
		const ties = {
			onLost: (reason: string) => {
				if (connection === undefined || this.#connection === connection)
					this.#lose(reason);
			},
			note: (fields: object, text: string, isWarning: boolean) => {
				const known = Object.entries(fields).map(([key, value]) => [
					key,
					typeof value === "string" ? this.#mask(value) : value,
				]);
				const line = { broker: url.name, ...Object.fromEntries(known) };
				if (isWarning) this.#log?.warn(line, text);
				else this.#log?.info(line, text);
			},
		};
		const opening = this.#connectTo({ ...this.#target, host }, ties);
		const opened = await within(opening, connectTimeoutMs);
		if (opened === LATE) {
			opening.then((late) => late.close()).catch(() => {});
			throw new BrokerFault(`no connection within ${connectTimeoutMs} ms`);
		}
		connection = opened;
		this.#connection = opened;
		return opened;
	}

	#lose(reason: string): void {
		this.#connecting = undefined;
		this.#connection = undefined;
		if (!this.#isClosed) this.#fail(`the connection was lost: ${reason}`);
	}

	#fail(reason: string): void {
		const fault = new BrokerFault(reason);
		for (const fail of [...this.#unconfirmed]) fail(fault);
	}

	/** No reason may contain the password, which some clients repeat. */
	#toFault(error: unknown): BrokerFault {
		const isFinal = error instanceof BrokerFault && error.isFinal;
		return new BrokerFault(this.#mask(toWords(error)), { isFinal });
	}
}

function toWords(error: unknown): string {
	return error instanceof Error ? describeFault(error) : String(error);
}
