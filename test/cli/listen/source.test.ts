import { createHmac } from "node:crypto";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { COPIES } from "../../../src/admin/api/copies.ts";
import { OPERATIONS } from "../../../src/admin/api/index.ts";
import { CannotRun } from "../../../src/cli/io.ts";
import { factsOf } from "../../../src/cli/listen/facts.ts";
import type { HeardCopy } from "../../../src/cli/listen/heard.ts";
import { createSender } from "../../../src/cli/listen/sender.ts";
import { listenToCopies, type Wanted } from "../../../src/cli/listen/source.ts";
import { openEvents } from "../../admin/event-client.ts";
import { ask } from "../../http/router.ts";
import { readCert } from "../../tls/certs.ts";
import { makeFolder, withFolder } from "../cli.ts";
import {
	type CopiedOptions,
	type CopiedRouter,
	LISTEN_FILES,
	startCopied,
	TOKEN,
	until,
	WEAK_TOKEN,
} from "./ground.ts";

describe("a listener to copies", () => {
	it("gets each event once, with its content, and the router handles it as ever", () =>
		withRouter(async (router) => {
			const heard = await hear(router);
			await router.sms({ text: "one" });
			await heard.has(1);
			const [copy] = heard.copies as [HeardCopy];
			expect(copy).to.deep.include({
				outcome: "received",
				level: "account",
				isLate: false,
			});
			expect(factsOf(copy).payload).to.include({ text: "one" });
			await router.sms({ text: "two" });
			await heard.has(2);
			const ids = heard.ids();
			await until(async () => {
				const found = await Promise.all(ids.map((id) => router.store.get(id)));
				return found.every((one) => one?.state === "delivered");
			}, "both are delivered");
			await heard.end();
		}));

	it("gets copies of calls, of events that are not stored, and of those that a plugin hands on", () =>
		withRouter(async (router) => {
			const heard = await hear(router);
			await ask(
				`${router.url}/menu?from=447700900001&to=447700900000&uuid=u&conversation_uuid=c`,
			);
			await json(router, "/seen", { a: 1 });
			await json(router, "/relay", { b: 2 });
			await heard.has(4);
			expect(
				heard.copies.map((copy) => [
					copy.delivery.route,
					copy.outcome,
					copy.level,
					factsOf(copy).payload,
				]),
			).to.deep.equal([
				[
					"menu",
					"handled",
					"app",
					{
						from: "447700900001",
						to: "447700900000",
						uuid: "u",
						conversation_uuid: "c",
					},
				],
				["seen", "handled", "account", { a: 1 }],
				["relay", "received", "account", { b: 2 }],
				["inner", "received", undefined, { b: 2 }],
			]);
			expect(heard.copies[0]?.delivery.answer).to.include("hello");
			await heard.end();
		}));

	it("gets no copy of what no handler gets: rejected, quarantined or repeated webhooks", () =>
		withRouter(async (router) => {
			const heard = await hear(router);
			await router.sms({ messageId: "1" });
			await router.sms({ messageId: "1" });
			await router.sms({ messageId: "2", to: undefined });
			await json(router, "/nowhere", {});
			await ask(`${router.url}/sms`, { method: "POST", body: "{" });
			await router.sms({ messageId: "3" });
			await heard.has(2);
			expect(
				heard.copies.map(
					(copy) => (factsOf(copy).payload as { messageId: string }).messageId,
				),
			).to.deep.equal(["1", "3"]);
			await heard.end();
		}));

	it("gets compressed events with their text", () =>
		withRouter(async (router) => {
			const heard = await hear(router);
			const body = gzipSync(
				JSON.stringify({
					msisdn: "447700900001",
					to: "447700900000",
					messageId: "Z",
					text: "é",
					type: "text",
					"message-timestamp": "2020-01-01 12:00:00",
				}),
			);
			await ask(`${router.url}/sms`, {
				method: "POST",
				headers: {
					"content-type": "application/json",
					"content-encoding": "gzip",
				},
				body,
			});
			await heard.has(1);
			expect(factsOf(heard.copies[0] as HeardCopy).payload).to.include({
				text: "é",
			});
			await heard.end();
		}));

	it("chooses by route, kind and number", () =>
		withRouter(async (router) => {
			const route = await hear(router, { route: ["vip"] });
			const kind = await hear(router, { kind: ["voice.answer"] });
			const number = await hear(router, { number: "+44 7700 900007" });
			await router.sms({ to: "447700900009" });
			await router.sms({ msisdn: "447700900007" });
			await ask(
				`${router.url}/menu?from=447700900001&to=447700900000&uuid=u&conversation_uuid=c`,
			);
			await route.has(1);
			await kind.has(1);
			await number.has(1);
			expect(route.routes()).to.deep.equal(["vip"]);
			expect(kind.routes()).to.deep.equal(["menu"]);
			expect(number.routes()).to.deep.equal(["sms"]);
			await Promise.all([route.end(), kind.end(), number.end()]);
		}));

	it("loses nothing and gets nothing twice, before, during and after a disconnection and a restart", () =>
		withFolder(LISTEN_FILES, async (folder) => {
			let router = await startCopied(folder);
			const { adminPort } = router;
			const heard = await hear(router);
			await router.sms();
			await heard.has(1);
			for (let round = 0; round < 2; round++) {
				const lost = heard.lost;
				await router.stop();
				await until(() => heard.lost > lost, "the listener notices");
				// The router is up, and its admin listener is elsewhere: the listener cannot reach it.
				router = await startCopied(folder);
				await router.sms();
				await router.sms();
				await router.stop();
				router = await startCopied(folder, { adminPort });
				await router.sms();
				await heard.has(4 + round * 4);
				await router.sms();
				await heard.has(5 + round * 4);
			}
			expect(heard.ids().sort()).to.deep.equal(
				(await storedIds(router)).sort(),
			);
			expect(new Set(heard.ids()).size).to.equal(9);
			await heard.end();
			await router.stop();
		})).timeout(30_000);

	it("says that events may be missing after a restart, where they are not stored", () =>
		withFolder(LISTEN_FILES, async (folder) => {
			const router = await startCopied(folder);
			const { adminPort } = router;
			const all = await hear(router);
			const stored = await hear(router, { route: ["sms"] });
			await router.sms();
			await Promise.all([all.has(1), stored.has(1)]);
			await router.stop();
			const again = await startCopied(folder, { adminPort });
			await again.sms();
			await Promise.all([all.has(2), stored.has(2)]);
			expect(all.missed).to.deep.equal([undefined]);
			expect(stored.missed).to.deep.equal([]);
			await Promise.all([all.end(), stored.end()]);
			await again.stop();
		}));

	it("continues from memory after a short disconnection, with what is not stored too", () =>
		withRouter(async (router) => {
			const first = await openCopies(router, {});
			await json(router, "/seen", { a: 1 });
			const lastId = await first.next("copy");
			first.close();
			await json(router, "/seen", { a: 2 });
			await router.sms({ text: "three" });
			const second = await openCopies(router, { "last-event-id": lastId });
			const texts = [await second.nextData(), await second.nextData()];
			expect(
				texts.map((data) => JSON.parse(data).delivery.route),
			).to.deep.equal(["seen", "sms"]);
			second.close();
		}));

	it("begins with stored events on request", () =>
		withRouter(async (router) => {
			await router.sms({ text: "old", to: "447700900009" });
			const heard = await hear(router, {
				since: "1h",
				route: ["vip"],
				number: "447700900008",
			});
			await router.sms({ msisdn: "447700900008", to: "447700900009" });
			await heard.has(1);
			await heard.end();
			const again = await hear(router, { since: "1h", route: ["vip"] });
			await again.has(2);
			expect(again.copies.at(-1)?.isLate).to.equal(true);
			await router.sms({ text: "new", to: "447700900009" });
			await until(() => again.copies.at(-1)?.isLate === false, "a new one");
			expect(again.missed).to.deep.equal([]);
			expect(new Set(again.ids()).size).to.equal(again.copies.length);
			await again.end();
		}));

	it("is told how many it missed if it is too slow, and others miss nothing", () =>
		withFreshRouter(
			async (router) => {
				const slow = await openCopies(router, {});
				const fast = await hear(router);
				slow.pause();
				const text = "x".repeat(20_000);
				for (let at = 0; at < EVENTS; at++) await router.sms({ text });
				await router.sms({ text: "end" });
				await fast.has(EVENTS + 1);
				slow.resume();
				const isLast = (data: string): boolean =>
					JSON.parse(data).delivery.sizeBytes < 1000;
				let got = 1;
				while (!isLast(await slow.nextData())) got += 1;
				const { count } = JSON.parse(await slow.nextData("skipped"));
				expect(got + count).to.equal(EVENTS + 1);
				expect(count).to.be.greaterThan(0);
				expect(fast.missed).to.deep.equal([]);
				slow.close();
				await fast.end();
			},
			{ bounds: { buffered: 60 } },
		)).timeout(30_000);

	it("costs nothing when nobody listens", () =>
		withFreshRouter(async (router) => {
			expect(router.observer.copies.isWatched).to.equal(false);
			const heard = await hear(router);
			expect(router.observer.copies.isWatched).to.equal(true);
			await heard.end();
		}));

	it("is logged with the name of the token", () =>
		withRouter(async (router) => {
			const heard = await hear(router, { route: ["sms"] });
			expect(
				router.log.some(
					({ revealed }) => revealed === "copies of the events of sms",
				),
			).to.equal(true);
			await heard.end();
		}));

	for (const [why, wanted, token, message] of [
		["a wrong token", {}, "wrong", /refused: .*token/i],
		["a token without `reveal`", {}, WEAK_TOKEN, /refused: .*`reveal`/],
		[
			"an unknown route",
			{ route: ["nope"] },
			TOKEN,
			/refused: No route is named `nope`/,
		],
		[
			"an unknown kind",
			{ kind: ["nope"] },
			TOKEN,
			/refused: No route has the kind `nope`/,
		],
		["a number that is none", { number: "x" }, TOKEN, /refused: "number"/],
	] as const) {
		it(`ends at once with ${why}`, () =>
			withRouter(async (router) => {
				const error = await refusal(router.admin, wanted, token);
				expect(error.message).to.match(message);
			}));
	}

	it("says that a router is too old", () =>
		withFolder(LISTEN_FILES, async (folder) => {
			const operations = OPERATIONS.filter((one) => !COPIES.includes(one));
			const router = await startCopied(folder, { operations });
			const error = await refusal(router.admin, {}, TOKEN);
			expect(error.message).to.match(/is too old: it has no copies of events/);
			await router.stop();
		}));

	it("says that another server is no admin listener", async () => {
		const server = createServer((_, response) => {
			response.statusCode = 404;
			response.end("nope");
		}).listen(0, "127.0.0.1");
		await once(server, "listening");
		const { port } = server.address() as AddressInfo;
		const error = await refusal(`http://127.0.0.1:${port}`, {}, TOKEN);
		expect(error.message).to.match(/is not the admin listener of a router/);
		server.close();
	});
});

describe("a listener over TLS", () => {
	it("trusts the certificate that the router announces, and no other without it", async () => {
		const server = createSecureServer(
			{ cert: readCert("first.crt"), key: readCert("first.key") },
			(_, response) => {
				response.write('event: hello\ndata: {"routes":["a"]}\n\n');
			},
		).listen(0, "127.0.0.1");
		await once(server, "listening");
		const { port } = server.address() as AddressInfo;
		const url = `https://127.0.0.1:${port}`;
		const stop = new AbortController();
		let routes: readonly string[] = [];
		const certificate = readCert("first.crt");
		await listenToCopies(
			async () => ({ url, token: TOKEN, certificate }),
			ALL,
			{
				onOpen(hello) {
					routes = hello.routes;
					stop.abort();
				},
				onCopy: () => {},
				onMissed: () => {},
				onLost: () => {},
			},
			{ signal: stop.signal },
		);
		expect(routes).to.deep.equal(["a"]);
		const error = await refusal(url, {}, TOKEN);
		expect(error.message).to.match(/no answer from https:.*certificate/);
		server.closeAllConnections();
		server.close();
	});
});

describe("the copies that are sent to a service", () => {
	it("are signed as Standard Webhooks 1.0.0 says, and are the bytes that came", () =>
		withRouter(async (router) => {
			const key = Buffer.from("0123456789abcdef01234567");
			const service = await startService();
			const sender = createSender(key);
			const heard = await hear(router);
			await router.sms({ text: "signed" });
			await heard.has(1);
			const [copy] = heard.copies as [HeardCopy];
			const sent = await sender.send(
				copy,
				service.url,
				"https://hooks.example",
			);
			expect(sent).to.deep.include({
				as: "answered",
				status: 201,
				body: '{"ok":true}',
			});
			const [got] = service.got as [Got];
			const { headers, body } = got;
			expect(got.path).to.equal("/sms");
			expect(Buffer.from(body)).to.deep.equal(
				Buffer.from(copy.delivery.body as Uint8Array),
			);
			const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
			const expected = createHmac("sha256", key)
				.update(signed)
				.digest("base64");
			expect(headers["webhook-signature"]).to.equal(`v1,${expected}`);
			expect(headers).to.include({
				"webhook-id": copy.delivery.id,
				"switchhook-event-id": copy.delivery.id,
				"switchhook-kind": "sms.inbound",
				"switchhook-route": "sms",
				"switchhook-level": "account",
				"content-type": "application/json",
				"x-forwarded-host": "hooks.example",
			});
			const fixed = new URL("/in?x=1", service.url);
			await sender.send(copy, fixed, "https://hooks.example");
			expect(service.got[1]?.path).to.equal("/in?x=1");
			await sender.close();
			await heard.end();
			service.close();
		}));

	it("tell why a service did not answer", () =>
		withRouter(async (router) => {
			const sender = createSender(Buffer.alloc(24, 1));
			const heard = await hear(router);
			await router.sms();
			await heard.has(1);
			const sent = await sender.send(
				heard.copies[0] as HeardCopy,
				new URL("http://127.0.0.1:9/"),
				"https://hooks.example",
			);
			expect(sent).to.include({ as: "failed", url: "http://127.0.0.1:9/sms" });
			expect(sent.as === "failed" && sent.reason).to.match(
				/nothing listens there/,
			);
			await sender.close();
			await heard.end();
		}));
});

// --- helpers ---

/** Enough that the sockets cannot hold them. */
const EVENTS = 300;

let shared:
	| { readonly router: CopiedRouter; readonly folder: string }
	| undefined;

after(async () => {
	await shared?.router.stop();
	if (shared !== undefined) await rm(shared.folder, { recursive: true });
});

/** Uses one router for all tests that need none of their own. */
async function withRouter(use: (router: CopiedRouter) => Promise<void>) {
	if (shared === undefined) {
		const folder = await makeFolder(LISTEN_FILES);
		shared = { folder, router: await startCopied(folder) };
	}
	await use(shared.router);
}

function withFreshRouter(
	use: (router: CopiedRouter) => Promise<void>,
	options?: CopiedOptions,
) {
	return withFolder(LISTEN_FILES, async (folder) => {
		const router = await startCopied(folder, options);
		try {
			await use(router);
		} finally {
			await router.stop();
		}
	});
}

async function storedIds({ store }: CopiedRouter): Promise<string[]> {
	const { rows } = await store.list({}, { max: 1000 });
	return rows.map(({ id }) => id).reverse();
}

function json(router: CopiedRouter, path: string, value: object) {
	return ask(`${router.url}${path}`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(value),
	});
}

const ALL: Wanted = { route: [], kind: [] };

/** Listens as the command does. */
async function hear(router: CopiedRouter, wanted: Partial<Wanted> = {}) {
	const copies: HeardCopy[] = [];
	const missed: (number | undefined)[] = [];
	const stop = new AbortController();
	const { admin: url } = router;
	const state = { opened: 0, lost: 0 };
	const ended = listenToCopies(
		async () => ({ url, token: TOKEN }),
		{ ...ALL, ...wanted },
		{
			onOpen: () => {
				state.opened += 1;
			},
			onCopy: (copy) => void copies.push(copy),
			onMissed: (count) => void missed.push(count),
			onLost: () => {
				state.lost += 1;
			},
		},
		{ signal: stop.signal, retryMs: () => 20 },
	);
	await Promise.race([until(() => state.opened > 0, "it opens"), ended]);
	return {
		copies,
		missed,
		get lost() {
			return state.lost;
		},
		ids: () => copies.map(({ delivery }) => delivery.id),
		routes: () => copies.map(({ delivery }) => delivery.route),
		has: (count: number) =>
			until(() => copies.length >= count, `${count} copies`),
		async end() {
			stop.abort();
			await ended;
		},
	};
}

async function refusal(
	url: string,
	wanted: Partial<Wanted>,
	token: string,
): Promise<CannotRun> {
	const nothing = (): void => {};
	try {
		await listenToCopies(
			async () => ({ url, token }),
			{ ...ALL, ...wanted },
			{
				onOpen: nothing,
				onCopy: nothing,
				onMissed: nothing,
				onLost: nothing,
			},
			{ signal: AbortSignal.timeout(10_000) },
		);
	} catch (error) {
		if (error instanceof CannotRun) return error;
		throw error;
	}
	throw new Error("it was not refused");
}

/** A client that reads the stream by itself. */
async function openCopies(
	router: CopiedRouter,
	headers: Readonly<Record<string, string>>,
) {
	const client = await openEvents(router.adminPort, "/api/v1/copies", {
		token: TOKEN,
		headers,
	});
	await client.next("hello");
	return {
		next: async (type: string) => (await client.next(type)).id as string,
		nextData: async (type = "copy") =>
			JSON.stringify((await client.next(type)).data),
		pause: client.pause,
		resume: client.resume,
		close: client.close,
	};
}

interface Got {
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
}

async function startService() {
	const got: Got[] = [];
	const server = createServer((request, response) => {
		let body = "";
		request.setEncoding("utf8").on("data", (text: string) => {
			body += text;
		});
		request.on("end", () => {
			got.push({ path: request.url ?? "", headers: request.headers, body });
			response.statusCode = 201;
			response.end('{"ok":true}');
		});
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	return {
		got,
		url: new URL(`http://127.0.0.1:${port}`),
		close: () => server.close(),
	};
}
