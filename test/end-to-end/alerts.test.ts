import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { expect } from "chai";
import { runCli, withFolder } from "../cli/cli.ts";
import { stopRouter, useRouters } from "../serving/serve.ts";
import type { Command } from "./process.ts";

interface Alert {
	readonly text: string;
	readonly count: number;
	readonly route?: string;
	readonly state?: string;
}

/** A service that takes alerts, and refuses orders as long as it is told to. */
class Sink {
	readonly alerts: [kind: string, alert: Alert][] = [];
	status = 400;
	readonly #server: Server = createServer(async (request, response) => {
		if (request.url === "/orders") {
			request.resume();
			response.writeHead(this.status).end();
			return;
		}
		const kind = String(request.headers["switchhook-kind"]);
		expect(request.headers).to.not.have.property("switchhook-level");
		this.alerts.push([kind, (await json(request)) as Alert]);
		response.end();
		this.#server.emit("alert");
	});

	async listen(): Promise<number> {
		this.#server.listen(0, "127.0.0.1");
		await once(this.#server, "listening");
		return (this.#server.address() as AddressInfo).port;
	}

	/** Resolves with the first alert that fits. */
	async has(kind: string, fits: Partial<Alert> = {}): Promise<Alert> {
		for (;;) {
			const found = this.alerts.find(
				([of, alert]) =>
					of === kind &&
					Object.entries(fits).every(
						([key, value]) => alert[key as keyof Alert] === value,
					),
			);
			if (found !== undefined) return found[1];
			await once(this.#server, "alert");
		}
	}

	close(): void {
		this.#server.close();
		this.#server.closeAllConnections();
	}
}

const ROUTES = (port: number, more = ""): string => `version: 1
server: { listen: "127.0.0.1:0" }
alerts: { denied: 3 }
routes:
  - { name: orders, path: /orders, kind: sms.inbound, firewall: [loopback], signature: none, retry: none, handler: { forward: "http://127.0.0.1:${port}/orders" } }
  - { name: circuits, kind: router.circuit, handler: { forward: "http://127.0.0.1:${port}/alerts" } }
  - { name: reloads, kind: router.reload-failed, handler: { forward: "http://127.0.0.1:${port}/alerts" } }
  - { name: denied, kind: router.denied, handler: { forward: "http://127.0.0.1:${port}/alerts" } }
${more}`;
const DEAD = (port: number): string =>
	`  - { name: dead, kind: router.dead, handler: { forward: "http://127.0.0.1:${port}/alerts" } }\n`;

const startRouter = useRouters();

describe("alerts of a router that serves", function () {
	// Each router is a process.
	this.timeout(60_000);
	let sink: Sink;
	let port: number;
	let router: Command | undefined;
	beforeEach(async () => {
		sink = new Sink();
		port = await sink.listen();
	});
	afterEach(async () => {
		await stopRouter(router);
		sink.close();
	});

	async function start(folder: string): Promise<string> {
		router = startRouter(folder);
		const [, url = ""] = await router.says(/"publicUrl":"([^"]+)"/);
		return url.replace("localhost", "127.0.0.1");
	}

	async function send(url: string, messageId: string): Promise<void> {
		const { status } = await fetch(`${url}/orders`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ msisdn: "1", to: "2", messageId, text: "hi" }),
		});
		expect(status).to.equal(200);
	}

	const config = (folder: string) => join(folder, "routes.yaml");

	it("tell of dead events, refusals and reloads, and survive the end of the router", () =>
		withFolder({ "routes.yaml": ROUTES(port, DEAD(port)) }, async (folder) => {
			const url = await start(folder);
			await send(url, "1");
			expect(await sink.has("router.dead")).to.include({
				route: "orders",
				count: 1,
			});

			for (let at = 0; at < 3; at++)
				await fetch(`${url}/orders`, { method: "DELETE" });
			expect(await sink.has("router.denied")).to.include({
				text: "3 requests of `orders` were refused: ROUTE_METHOD",
			});

			const right = await readFile(config(folder), "utf8");
			await writeFile(config(folder), `${right}  - { name: [ }\n`);
			router?.child.kill("SIGHUP");
			const failed = await sink.has("router.reload-failed");
			expect(failed.text).to.match(/first in routes\.yaml:\d+:\d+\. The prev/);
			await writeFile(config(folder), right);

			// The second dead event of the window waits for its end, and is not lost before.
			await send(url, "2");
			await router?.says(/"outcome":"dead"[\s\S]*"outcome":"dead"/);
			router?.child.kill("SIGKILL");
			await router?.ended;
			const { out } = await runCli(["inbox", "list", "--json"], folder);
			expect(
				out.match(/"kind":"router.dead"|"kind": "router.dead"/g),
			).to.have.length(2);
		}));

	it("tell of a service that fails again and again, and works again", () =>
		withFolder({ "routes.yaml": ROUTES(port) }, async (folder) => {
			sink.status = 503;
			const url = await start(folder);
			for (let at = 0; at < 5; at++) await send(url, String(at));
			const open = await sink.has("router.circuit", { state: "open" });
			expect(open.text).to.match(/fails again and again. `orders` holds/);
			sink.status = 200;
			await send(url, "last");
			await sink.has("router.circuit", { state: "closed" });
		}));

	it("begin and end with a reload that adds and removes their route, and leave no event behind that nobody takes", () =>
		withFolder({ "routes.yaml": ROUTES(port) }, async (folder) => {
			const url = await start(folder);
			await send(url, "1");
			await router?.says(/"outcome":"dead"/);

			await writeFile(config(folder), ROUTES(port, DEAD(port)));
			router?.child.kill("SIGHUP");
			await router?.says(/"added":1/);
			await send(url, "2");
			await sink.has("router.dead");

			await writeFile(config(folder), ROUTES(port));
			router?.child.kill("SIGHUP");
			await router?.says(/"removed":1/);
			await send(url, "3");
			await router?.says(/(?:"outcome":"dead"[\s\S]*){3}/);
			const { out } = await runCli(
				["inbox", "list", "--json", "--route", "dead"],
				folder,
			);
			expect(out.match(/router\.dead/g)).to.have.length(1);
		}));

	it("and internal routes cannot be reached by a request", () =>
		withFolder({ "routes.yaml": ROUTES(port, DEAD(port)) }, async (folder) => {
			const url = await start(folder);
			const body = JSON.stringify({ text: "forged", count: 1, ids: [] });
			for (const path of ["/", "/dead", "/internal/dead", "/undefined", "//"])
				for (const name of ["dead", "orders"]) {
					const { status } = await fetch(`${url}${path}`, {
						method: "POST",
						headers: {
							"content-type": "application/json",
							"switchhook-route": name,
							"switchhook-kind": "router.dead",
						},
						body,
					});
					expect(status, path).to.equal(404);
				}
			const { out } = await runCli(["inbox", "list", "--json"], folder);
			expect(out).to.not.contain("router.dead");
		}));
});
