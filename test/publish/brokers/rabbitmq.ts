import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { type ChannelModel, connect } from "amqplib";
import {
	type Broker,
	findProgram,
	freePort,
	type Kept,
	type Program,
	run,
	untilReady,
} from "./broker.ts";

/** The script that starts the server. Undefined if there is none. */
export const RABBITMQ = findProgram("rabbitmq-server", [
	"rabbitmq/usr/lib/rabbitmq/bin",
]);

const USER = "router";
const PASSWORD = "rabbit-p4ssword";

/** A RabbitMQ of the tests. */
export interface RabbitBroker extends Broker {
	/** Runs something with a connection of the tests' own. */
	use<T>(work: (model: ChannelModel) => Promise<T>): Promise<T>;
}

/**
 * Starts RabbitMQ, which costs some seconds.
 *
 * @param erlangArgs arguments of Erlang's machine, by default those that spare the tests' CPU
 */
export async function startRabbitmq(
	program: string,
	erlangArgs = "+S 1:1 +sbwt none",
): Promise<RabbitBroker> {
	const folder = mkdtempSync(join(tmpdir(), "switchhook-rabbitmq-"));
	const bin = dirname(program);
	const erlang = join(bin, "../../erlang");
	const epmdPort = await freePort();
	const env = {
		HOME: folder,
		PATH: [join(erlang, "bin"), process.env.PATH ?? ""].join(delimiter),
		ERL_EPMD_ADDRESS: "127.0.0.1",
		ERL_EPMD_PORT: String(epmdPort),
		RABBITMQ_NODENAME: `switchhook${epmdPort}@localhost`,
		RABBITMQ_MNESIA_BASE: join(folder, "data"),
		RABBITMQ_LOG_BASE: join(folder, "log"),
		RABBITMQ_LOGS: "-",
		RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "plugins"),
		RABBITMQ_CONFIG_FILE: join(folder, "none"),
		RABBITMQ_CONF_ENV_FILE: join(folder, "none.conf"),
		RABBITMQ_NODE_IP_ADDRESS: "127.0.0.1",
		RABBITMQ_DEFAULT_USER: USER,
		RABBITMQ_DEFAULT_PASS: PASSWORD,
		RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `-kernel inet_dist_use_interface {127,0,0,1} ${erlangArgs}`,
		RABBITMQ_CTL_ERL_ARGS: "+S 1:1",
	};
	mkdirSync(join(folder, "data"));
	// Otherwise RabbitMQ starts one that listens on every address.
	const epmd = run(join(erlang, "bin/epmd"), [
		...["-address", "127.0.0.1", "-port", String(epmdPort)],
	]);
	let port = 0;
	const url = (): string => `amqp://${USER}:${PASSWORD}@127.0.0.1:${port}`;
	const start = async (): Promise<Program> => {
		port = await freePort();
		const made = run(program, [], {
			...env,
			RABBITMQ_NODE_PORT: String(port),
			RABBITMQ_DIST_PORT: String(await freePort()),
		});
		await untilReady(made, async () => {
			const model = await connect(url());
			await model.close();
		});
		return made;
	};
	const use: RabbitBroker["use"] = async (work) => {
		const model = await connect(url());
		model.on("error", () => {});
		try {
			return await work(model);
		} finally {
			await model.close();
		}
	};
	/** Runs `rabbitmqctl`. Throws its words. */
	const control = (...args: readonly string[]): void => {
		const { status, stdout, stderr } = spawnSync(
			join(bin, "rabbitmqctl"),
			["-n", env.RABBITMQ_NODENAME, ...args],
			{ encoding: "utf8", env: { ...process.env, ...env } },
		);
		if (status !== 0) throw new Error(stdout + stderr);
	};
	let running = await start();
	// RabbitMQ 3.10 loses a quorum queue if it is killed soon after its declaration. A clean restart makes the queue safe.
	await use(async (model) => {
		const channel = await model.createChannel();
		await channel.assertQueue("killed", {
			durable: true,
			arguments: { "x-queue-type": "quorum" },
		});
		await channel.close();
	});
	await running.kill("SIGTERM");
	running = await start();
	return {
		scheme: "amqp",
		tlsScheme: "amqps",
		user: USER,
		password: PASSWORD,
		port: () => port,
		use,
		async fill() {
			control("set_vm_memory_high_watermark", "absolute", "1");
			return async () => control("set_vm_memory_high_watermark", "0.6");
		},
		makeTarget: async (name) => name,
		read: (target) =>
			use(async (model) => {
				const channel = await model.createChannel();
				const kept: Kept[] = [];
				for (;;) {
					const message = await channel.get(target);
					if (message === false) return kept;
					const { properties, content } = message;
					const headers = properties.headers ?? {};
					kept.push({
						id: String(properties.messageId),
						key: headers["switchhook-key"],
						headers,
						body: content.toString(),
					});
				}
			}),
		makeRefusing: () =>
			use(async (model) => {
				const channel = await model.createChannel();
				await channel.assertQueue("classic", { durable: true });
				await channel.close();
				return {
					to: "classic",
					relent: () =>
						use(async (again) => {
							const other = await again.createChannel();
							await other.deleteQueue("classic");
							await other.close();
						}),
				};
			}),
		async start() {
			running = await start();
		},
		kill: () => running.kill(),
		async stop() {
			await running.kill();
			await epmd.kill();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
