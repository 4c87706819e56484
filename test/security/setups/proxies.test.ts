import { once } from "node:events";
import { createServer as createHttpServer, request } from "node:http";
import {
	type AddressInfo,
	connect,
	createServer as createTcpServer,
	type Server,
} from "node:net";
import { expect } from "chai";
import {
	isInstalled,
	PROXIES,
	STRANGER,
	sendBytes,
	withProxy,
} from "../proxies/proxy.ts";
import { PLATFORM, withSetup } from "./setup.ts";

type Behind = (
	port: number,
	use: (port: number) => Promise<void>,
) => Promise<void>;

/** Passes bytes on, as `ssh -R` and a plain TCP port do. */
const behindForwarder: Behind = (port, use) =>
	withServer(
		createTcpServer((socket) => {
			const onward = connect(port, "127.0.0.1");
			for (const end of [socket, onward]) end.on("error", () => {});
			socket.pipe(onward).pipe(socket);
		}),
		use,
	);

/** Passes requests on and names the client behind what is there, as the programs of tunnels do. */
const behindTunnel: Behind = (port, use) =>
	withServer(
		createHttpServer((incoming, outgoing) => {
			const { method, url, headers } = incoming;
			const hops = [
				headers["x-forwarded-for"],
				incoming.socket.remoteAddress,
			].filter((hop) => hop !== undefined);
			const onward = request(
				{
					host: "127.0.0.1",
					port,
					method,
					path: url,
					headers: { ...headers, "x-forwarded-for": hops.join(", ") },
				},
				(answer) => {
					outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
					answer.pipe(outgoing);
				},
			);
			incoming.pipe(onward);
		}),
		use,
	);

const FORGED = `X-Forwarded-For: ${PLATFORM}\r\n`;

/** Where the client is named: a working webhook, and a closed firewall. */
const NAMING: readonly [title: string, setup: string, behind: Behind][] = [
	["a tunnel that names the client", "tunnel", behindTunnel],
	...PROXIES.filter(isInstalled).map((proxy): [string, string, Behind] => [
		proxy.name,
		"proxy",
		(port, use) => withProxy(proxy, port, use),
	]),
];

describe("who follows docs/security.md", () => {
	for (const [title, setup, behind] of NAMING) {
		it(`has a working webhook and a closed firewall behind ${title}`, () =>
			withSetup(setup, ({ router, webhook }) =>
				behind(portOf(router.url), async (port) => {
					const send = (from: string, isSigned: boolean, headers?: string) =>
						sendBytes(port, webhook(isSigned, headers), from);
					expect(await send(PLATFORM, true)).to.equal(200);
					expect(await send(PLATFORM, false)).to.equal(401);
					expect(await send(PLATFORM, true, FORGED)).to.equal(200);
					expect(await send(STRANGER, true)).to.equal(403);
					expect(await send(STRANGER, true, FORGED)).to.equal(403);
					const named = `Forwarded: for=${PLATFORM}\r\n`;
					expect(await send(STRANGER, true, named)).to.equal(403);
				}),
			));
	}

	it("has a signature instead of a firewall behind ssh -R and plain TCP", () =>
		withSetup("tcp-tunnel", ({ router, webhook }) =>
			behindForwarder(portOf(router.url), async (port) => {
				for (const headers of ["", FORGED]) {
					const signed = webhook(true, headers);
					expect(await sendBytes(port, signed, STRANGER)).to.equal(200);
					const bare = webhook(false, headers);
					expect(await sendBytes(port, bare, STRANGER)).to.equal(401);
				}
			}),
		));
});

// --- helpers ---

function portOf(url: string): number {
	return Number(new URL(url).port);
}

async function withServer(
	server: Server,
	use: (port: number) => Promise<void>,
): Promise<void> {
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	try {
		await use((server.address() as AddressInfo).port);
	} finally {
		server.close();
		await once(server, "close");
	}
}
