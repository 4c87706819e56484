import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { fileURLToPath } from "node:url";
import { RECEIPT_PATH } from "../requests.ts";
import { type Bench, type Scenario, startRouter } from "../scenario.ts";
import { atMost, formatSpread, spreadOf } from "../table.ts";

/** The memory of connections that were used once and then do nothing. */
export const IDLE: Scenario = {
	title: "2,000 connections are kept open, and do nothing",
	async run(bench) {
		if (bench.router === undefined) return [];
		const rows = [];
		for (const [name, limitBytes] of Object.entries(LIMITS)) {
			const shares: number[] = [];
			for (let round = 0; round < Math.min(bench.rounds, ROUNDS_MAX); round++)
				shares.push((await bytesEach(bench, name, round)) / limitBytes);
			rows.push({ name: `${name}, of ${limitBytes / 1000} kB`, shares });
		}
		console.log("  memory a connection, share of the limit, median (min-max)");
		for (const { name, shares } of rows)
			console.log(`  ${name.padEnd(20)} ${formatSpread(spreadOf(shares))}`);
		return rows.map(({ name, shares }) =>
			atMost(`idle: memory of a connection over ${name}`, spreadOf(shares), 1),
		);
	},
};

// --- helpers ---

const COUNT = 2000;
const ROUNDS_MAX = 5;

/** Bytes for a connection, by protocol. */
const LIMITS: Readonly<Record<string, number>> = {
	HTTP: 20_000,
	HTTPS: 80_000,
};

/** The certificates of the tests, which prove nothing to anybody. */
const CERTS = fileURLToPath(new URL("../../test/tls/certs", import.meta.url));

async function bytesEach(
	bench: Bench,
	name: string,
	round: number,
): Promise<number> {
	const isSecure = name === "HTTPS";
	const config = join(bench.folder, `${name}.yaml`);
	const tls = `tls: { cert: ${CERTS}/first.crt, key: ${CERTS}/first.key }`;
	writeFileSync(
		config,
		`version: 1
server: { publicUrl: "https://hooks.example.com"${isSecure ? `, ${tls}` : ""} }
inbox: { store: none }
routes:
  - { name: receipts, path: ${RECEIPT_PATH}, kind: sms.dlr, level: account, signature: none, firewall: [loopback], handler: none }
`,
	);
	const server = await startRouter(bench, `${name}-${round}`, config);
	const port = Number(new URL(server.origin).port);
	const open = (): Promise<Socket> => use(port, isSecure);
	// The first ones compile the code, and grow the heap to its size.
	const sockets = await Promise.all(Array.from({ length: 100 }, open));
	const before = (await server.usage()).peakBytes;
	while (sockets.length < 100 + COUNT)
		sockets.push(...(await Promise.all(Array.from({ length: 50 }, open))));
	const after = (await server.usage()).peakBytes;
	for (const socket of sockets) socket.destroy();
	await server.stop();
	return (after - before) / COUNT;
}

/** Opens a connection, and sends a request on it that gets an answer. */
async function use(port: number, isSecure: boolean): Promise<Socket> {
	const place = { port, host: "127.0.0.1" };
	const socket = isSecure
		? connectTls({ ...place, rejectUnauthorized: false })
		: connect(place);
	socket.write(`GET ${RECEIPT_PATH} HTTP/1.1\r\nHost: x\r\n\r\n`);
	await once(socket, "data");
	return socket;
}
