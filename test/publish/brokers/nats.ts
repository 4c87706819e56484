import {
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	DiscardPolicy,
	type JetStreamManager,
	jetstreamManager,
	StorageType,
} from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { certFile } from "../../tls/certs.ts";
import {
	type Broker,
	findProgram,
	freePort,
	type Kept,
	type Program,
	run,
	untilReady,
} from "./broker.ts";

/** The server. Undefined if there is none. */
export const NATS = findProgram("nats-server", ["nats/usr/sbin"]);

const USER = "router";
const PASSWORD = "nats-p4ssword";

/** A NATS of the tests. */
export interface NatsBroker extends Broker {
	readonly manager: () => JetStreamManager;
}

/** Starts NATS with JetStream. By default it syncs each message; a secure one asks for a certificate. */
export async function startNats(
	program: string,
	{
		sync = "always",
		isSecure = false,
	}: { readonly sync?: "always" | "2m"; readonly isSecure?: boolean } = {},
): Promise<NatsBroker> {
	const folder = mkdtempSync(join(tmpdir(), "switchhook-nats-"));
	const config = join(folder, "nats.conf");
	const monitor = await freePort();
	writeFileSync(
		config,
		`listen: "127.0.0.1:-1"
http: "127.0.0.1:${monitor}"
ports_file_dir: ${JSON.stringify(folder)}
jetstream { store_dir: ${JSON.stringify(join(folder, "store"))}, sync_interval: ${JSON.stringify(sync)} }
${isSecure ? `tls { cert_file: ${certFile("first.crt")}, key_file: ${certFile("first.key")}, ca_file: ${certFile("authority.crt")}, verify: true }` : ""}
authorization { user: ${USER}, password: ${PASSWORD} }
`,
	);
	let running: Program;
	let port = 0;
	let connection: NatsConnection;
	let manager: JetStreamManager;
	const start = async (): Promise<void> => {
		running = run(program, ["-c", config]);
		const { pid } = running.child;
		port = await untilReady(running, async () => readPort(folder, pid));
		connection = await untilReady(running, () =>
			connect({
				servers: `127.0.0.1:${port}`,
				user: USER,
				pass: PASSWORD,
				reconnect: false,
				...(isSecure && {
					tls: {
						caFile: certFile("authority.crt"),
						certFile: certFile("client.crt"),
						keyFile: certFile("client.key"),
					},
				}),
			}),
		);
		manager = await untilReady(running, () => jetstreamManager(connection));
	};
	await start();
	const add = async (name: string): Promise<string> => {
		await manager.streams.add({
			name,
			subjects: [name],
			storage: StorageType.File,
		});
		return name;
	};
	return {
		scheme: "nats",
		user: USER,
		password: PASSWORD,
		port: () => port,
		settings: `monitor: "http://127.0.0.1:${monitor}"`,
		manager: () => manager,
		makeTarget: add,
		async read(target) {
			const { state } = await manager.streams.info(target);
			const kept: Kept[] = [];
			if (state.messages === 0) return kept;
			for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
				const message = await manager.streams.getMessage(target, { seq });
				if (message === null) continue;
				const headers = Object.fromEntries(
					[...message.header].map(([name, [value = ""]]) => [
						name.toLowerCase(),
						value,
					]),
				);
				kept.push({
					id: headers["nats-msg-id"] ?? "",
					key: headers["switchhook-key"],
					headers,
					body: message.string(),
				});
			}
			return kept;
		},
		async makeRefusing() {
			return { to: "nobody", relent: async () => void (await add("nobody")) };
		},
		async fill(target) {
			const { config: known } = await manager.streams.info(target);
			const { messages } = (await manager.streams.info(target)).state;
			const full = {
				...known,
				discard: DiscardPolicy.New,
				max_msgs: Math.max(1, messages),
			};
			await manager.streams.update(target, full);
			return async () =>
				void (await manager.streams.update(target, { ...known, max_msgs: -1 }));
		},
		start,
		async kill() {
			await running.kill();
		},
		async stop() {
			await connection.close();
			await running.kill();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

// --- helpers ---

/** Reads the port that the server got for -1. */
function readPort(folder: string, pid: number | undefined): number {
	const file = readdirSync(folder).find((name) =>
		name.endsWith(`_${pid}.ports`),
	);
	const { nats } = JSON.parse(
		readFileSync(join(folder, file ?? "none.ports"), "utf8"),
	) as { readonly nats: readonly string[] };
	return Number(new URL(nats[0] ?? "").port);
}
