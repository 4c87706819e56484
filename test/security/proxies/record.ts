import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { CASES, isInstalled, PROXIES, sendCase, withProxy } from "./proxy.ts";

/**
 * Records what the proxies of this machine send on, as `recorded/<proxy>/<case>.bin`; a case that a
 * proxy refuses by itself has no file. Run it by hand: `npx tsx test/security/proxies/record.ts`.
 */
for (const proxy of PROXIES.filter(isInstalled)) {
	const folder = join(import.meta.dirname, "recorded", proxy.name);
	await mkdir(folder, { recursive: true });
	let bytes = Buffer.alloc(0);
	const server = createServer((socket) => {
		socket.on("error", () => {});
		socket.on("data", (chunk) => {
			bytes = Buffer.concat([bytes, chunk]);
			if (!bytes.toString("latin1").endsWith("\r\n\r\n{}")) return;
			socket.end(
				"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
			);
		});
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port: behind } = server.address() as AddressInfo;
	await withProxy(proxy, behind, async (port) => {
		for (const name of Object.keys(CASES)) {
			bytes = Buffer.alloc(0);
			const status = await sendCase(port, name);
			process.stdout.write(
				`${proxy.name} ${name}: ${status}, ${bytes.length} bytes\n`,
			);
			if (bytes.length > 0) await writeFile(join(folder, `${name}.bin`), bytes);
		}
	});
	server.close();
}
