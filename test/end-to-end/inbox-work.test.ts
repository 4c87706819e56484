import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { PluginContext } from "../../src/plugin/define.ts";
import { retryLater } from "../../src/plugin/steer.ts";
import { usePostgres } from "../postgres.ts";
import { type Start, withInboxFiles } from "./inbox-files.ts";
import { tell } from "./inbox-router.ts";

const ROUTES = `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: "\${STORE:-sqlite:inbox.db}" }
defaults: { firewall: [loopback], signature: none, retry: [10ms, 10ms, 10ms] }
routes:
  - { name: first, path: /first, kind: sms.inbound, level: account, handler: { plugin: told } }
  - { name: second, path: /second, kind: sms.inbound, level: account, handler: { plugin: told } }
  - { name: away, path: /away, kind: sms.inbound, level: account, retry: [20ms, 20ms, 20ms, 20ms, 20ms, 20ms], handler: { forward: "\${UPSTREAM:-http://127.0.0.1:9}/sms" } }
`;

type Context = PluginContext;
type Use = (start: Start) => Promise<void>;

describe("a store that fails", () => {
	it("has the platform send again: 503 with Retry-After, nothing kept, and 200 as soon as it works", () =>
		withInboxFiles(ROUTES, {}, async (start) => {
			tell(() => {});
			const router = await start();
			const put = router.store.put.bind(router.store);
			router.store.put = () => Promise.reject(new Error("the disk is full"));
			const heard = await router.sms("/first");
			expect(heard).to.include({ status: 503, body: "" });
			expect(heard.headers["retry-after"]).to.equal("10");
			const [line] = await router.logs({ status: 503 });
			expect(line?.reason).to.equal("INBOX_UNAVAILABLE: the disk is full");
			expect(await router.kept()).to.deep.equal([]);
			router.store.put = put;
			expect((await router.sms("/first")).status).to.equal(200);
			await router.logs({ msg: "delivery", outcome: "delivered" });
		}));

	it("is waited for by the worker, which goes on by itself", () =>
		withInboxFiles(ROUTES, {}, async (start) => {
			tell(() => {});
			const router = await start({ isWorking: false });
			const lease = router.store.lease.bind(router.store);
			await router.sms("/first");
			router.store.lease = () => Promise.reject(new Error("gone"));
			router.work();
			await router.logs({ severity: "error" });
			router.store.lease = lease;
			await router.logs({ msg: "delivery", outcome: "delivered" });
			await router.logs({ msg: "the inbox works again" });
		}));
});

for (const engine of ["SQLite", "PostgreSQL"]) {
	describe(`a plugin whose inbox is ${engine}`, () => {
		const server = engine === "SQLite" ? undefined : usePostgres();
		const withInbox = async (use: Use): Promise<void> => {
			const env: Record<string, string> = {};
			if (server !== undefined) env.STORE = await server().createDatabase();
			await withInboxFiles(ROUTES, env, use);
		};

		it("hands on once, together with its success", () =>
			withInbox(async (start) => {
				const texts: unknown[] = [];
				tell(async ({ route, attempt, payload, handedOn }, context) => {
					if (route === "second")
						return void texts.push([payload.text, handedOn]);
					await (context as Context).handOn("second", {
						...payload,
						text: `try ${attempt}`,
					});
					if (attempt < 3) throw retryLater("not yet", { after: "1ms" });
				});
				const router = await start();
				await router.sms("/first");
				await router.logs({ route: "second", outcome: "delivered" });
				expect(texts).to.deep.equal([["try 3", 1]]);
				const kept = await router.kept();
				expect(
					kept.map(({ route, attempts }) => [route, attempts]),
				).to.have.deep.members([
					["first", 3],
					["second", 1],
				]);
				const [first] = kept.filter(({ route }) => route === "first");
				expect(first?.history[0]?.reason).to.equal("not yet");
			}));

		it("writes with its success only, sees its own writes before, and keeps them over a restart", () =>
			withInbox(async (start) => {
				const seen: unknown[] = [];
				tell(async ({ attempt }, context) => {
					const { store } = context as Context;
					const before = await store.get("count");
					await store.put("count", attempt);
					await store.put("gone", attempt);
					await store.delete("gone");
					seen.push([
						before,
						await store.get("count"),
						(await store.list()).map(({ key }) => key),
					]);
					if (attempt < 3) throw new Error("half done");
				});
				const router = await start();
				await router.sms("/first");
				await router.logs({ msg: "delivery", outcome: "delivered" });
				expect(seen).to.deep.equal([
					[undefined, 1, ["count"]],
					[undefined, 2, ["count"]],
					[undefined, 3, ["count"]],
				]);
				await router.stop();
				const again = await start();
				expect(await again.store.readState("told", "count")).to.equal("3");
				expect(await again.store.readState("other", "count")).to.equal(
					undefined,
				);
			}));

		it("leaves nothing of a try that is given up", () =>
			withInbox(async (start) => {
				tell(async (event, context) => {
					const { store, handOn } = context as Context;
					await store.put("half", 1);
					await handOn("second", event.payload);
					throw new Error("never");
				});
				const router = await start();
				await router.sms("/first");
				await router.logs({ msg: "delivery", outcome: "dead" });
				expect(await router.store.readState("told", "half")).to.equal(
					undefined,
				);
				expect(await router.kept()).to.have.length(1);
			}));
	});
}

describe("a route that forwards, with an inbox", () => {
	let server: Server | undefined;
	afterEach(async () => {
		server?.closeAllConnections();
		server?.close();
	});
	const listenOn = async (port: number, status: () => number) => {
		const bodies: string[] = [];
		server = createServer((request, response) => {
			let body = "";
			request.setEncoding("utf8").on("data", (text: string) => {
				body += text;
			});
			request.on("end", () => {
				bodies.push(body);
				response.statusCode = status();
				response.end();
			});
		}).listen(port, "127.0.0.1");
		await once(server, "listening");
		return { bodies, port: (server.address() as AddressInfo).port };
	};

	it("delivers when the service behind is there again, what it was sent as it came", async () => {
		const { port } = await listenOn(0, () => 200);
		server?.close();
		await once(server as Server, "close");
		const env = { UPSTREAM: `http://127.0.0.1:${port}` };
		await withInboxFiles(ROUTES, env, async (start) => {
			const router = await start();
			expect((await router.sms("/away")).status).to.equal(200);
			const [failed] = await router.logs({ route: "away", outcome: "waiting" });
			expect(failed?.reason).to.match(/^POST http:.*ECONNREFUSED/);
			const { bodies } = await listenOn(port, () => 200);
			await router.logs({ route: "away", outcome: "delivered" });
			expect(bodies).to.have.length(1);
			expect(JSON.parse(bodies[0] ?? "")).to.include({ text: "hi" });
		});
	});

	it("tries again what is answered 503, and gives up what is answered 400", async () => {
		const answers = [503, 200, 400];
		const { port, bodies } = await listenOn(0, () => answers.shift() ?? 500);
		const env = { UPSTREAM: `http://127.0.0.1:${port}` };
		await withInboxFiles(ROUTES, env, async (start) => {
			const router = await start();
			await router.sms("/away");
			await router.logs({ route: "away", outcome: "delivered" });
			await router.sms("/away", { messageId: "bad" });
			await router.logs({ route: "away", outcome: "dead" });
			expect(bodies).to.have.length(3);
			const kept = await router.kept();
			expect(
				kept.map(({ history }) => history.map(({ outcome }) => outcome)),
			).to.deep.equal([["waiting", "delivered"], ["dead"]]);
		});
	});
});
