import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { createServing, loadFrom } from "../../src/cli/serve/reload/reload.ts";
import type { Settings } from "../../src/config/settings.ts";
import {
	createUpstreams,
	type Upstreams,
} from "../../src/handler/forward/upstream.ts";
import { createLog } from "../../src/observe/log.ts";
import { load } from "../../src/runtime/load.ts";
import type { Runtime } from "../../src/runtime/runtime.ts";
import { createServices, type Services } from "../../src/runtime/services.ts";
import { withFolder } from "../cli/cli.ts";
import {
	closeAll,
	failureOf,
	handle,
	serve,
} from "../handler/forward-tools.ts";

describe("the upstreams of a router that reloads", () => {
	afterEach(closeAll);

	it("stay given a rest, where the next configuration names them too", () =>
		withRouter(async ({ swapTo, handlerOf, log }) => {
			const { url, received } = await serve(503);
			const first = await swapTo([url]);
			await fail(first, 5);
			const next = await swapTo([url]);
			expect(handlerOf(next).caution?.()?.restMs).to.be.greaterThan(0);
			await first.close();
			expect(await failureOf(handle(handlerOf(next)))).to.include({
				isUncounted: true,
			});
			expect(received).to.have.length(5);
			expect(
				log.filter((line) => line.includes("given a rest")),
			).to.have.length(1);
		}));

	it("keep their connections", () =>
		withRouter(async ({ swapTo, handlerOf }) => {
			const { url, connections } = await serve(200);
			const first = await swapTo([url]);
			await handle(handlerOf(first));
			const next = await swapTo([url]);
			await first.close();
			await handle(handlerOf(next));
			expect(connections()).to.equal(1);
		}));

	it("are new ones where the settings changed", () =>
		withRouter(async ({ swapTo, handlerOf, services }) => {
			const [bad, good] = [await serve(503), await serve(200)];
			const first = await swapTo([bad.url]);
			await fail(first, 5);
			const second = await swapTo([good.url]);
			await first.close();
			await handle(handlerOf(second));
			expect(upstreamsOf(services).states()).to.deep.equal([
				{ name: good.url, route: "r0", circuit: "closed" },
			]);
			const third = await swapTo([`${good.url}, connections: 3`]);
			await second.close();
			await handle(handlerOf(third));
			expect(good.connections()).to.equal(2);
		}));

	it("finish what is under way where nothing names them any more, and close then", () =>
		withRouter(async ({ swapTo, handlerOf, services }) => {
			let answer = (): void => {};
			const asked = defer();
			const closed = defer();
			const { url } = await serve((response) => {
				response.socket?.once("close", closed.resolve);
				answer = () => void response.writeHead(200).end();
				asked.resolve();
			});
			const other = await serve(200);
			const first = await swapTo([url]);
			const work = handle(handlerOf(first));
			await asked.promise;
			await swapTo([other.url]);
			let isAnswered = false;
			const closing = first.close().then(() => {
				expect(isAnswered).to.equal(true);
			});
			isAnswered = true;
			answer();
			await work;
			await closing;
			await closed.promise;
			expect(upstreamsOf(services).states()).to.deep.equal([
				{ name: other.url, route: "r0", circuit: "closed" },
			]);
		}));

	it("are let go of by a configuration that fails to load", () =>
		withRouter(async ({ swapTo, services, folder }) => {
			const [kept, other] = [await serve(200), await serve(200)];
			await swapTo([kept.url]);
			await writeFile(join(folder, "bad.js"), "throw new Error('no');");
			await failureOf(swapTo([other.url], "{ plugin: ./bad.js }"));
			expect(upstreamsOf(services).states()).to.deep.equal([
				{ name: kept.url, route: "r0", circuit: "closed" },
			]);
		}));

	it("live through the reload of `serve`, and end with it", () =>
		withRouter(async ({ swapTo, handlerOf, services, folder }) => {
			const { url } = await serve(503);
			const first = await swapTo([url]);
			const given = { configFile: join(folder, "routes.yaml"), env: {} };
			const { loaded, reading } = await loadFrom({ ...given, setup: false });
			const settings = loaded.settings as Settings;
			const serving = createServing(
				{ settings, runtime: first, reading },
				{
					log: createLog({ destination: { write: () => {} } }),
					services,
					load: given,
					listener: { reloaded() {}, refused() {}, failed() {} },
					started: { ...settings, isListenTaken: true, isAdminTaken: true },
					onSwap: () => {},
				},
			);
			await fail(first, 5);
			await serving.reload();
			expect(serving.runtime()).to.not.equal(first);
			expect(
				handlerOf(serving.runtime()).caution?.()?.restMs,
			).to.be.greaterThan(0);
			await serving.close();
			expect(upstreamsOf(services).states()).to.deep.equal([]);
		}));
});

// --- helpers ---

interface Ground {
	readonly folder: string;
	readonly services: Services;
	/** Lines of the log. */
	readonly log: string[];
	/** Loads a configuration that forwards to these; `more` is the handler of one more route. */
	swapTo(urls: readonly string[], more?: string): Promise<Runtime>;
	handlerOf(runtime: Runtime): Runtime["routes"][number]["handler"];
}

function withRouter(use: (ground: Ground) => Promise<void>): Promise<void> {
	return withFolder({}, async (folder) => {
		// A clock that stands: a rest is not over before the test is.
		const upstreams = createUpstreams({ now: () => 0 });
		const services: Services = {
			...createServices(),
			resources: new Map([["forward", upstreams]]),
		};
		const runtimes: Runtime[] = [];
		const lines: string[] = [];
		const log = createLog({
			destination: { write: (line: string) => void lines.push(line) },
		});
		const configFile = join(folder, "routes.yaml");
		const swapTo: Ground["swapTo"] = async (urls, more) => {
			const handlers = urls.map((url) => `{ forward: { url: ${url} } }`);
			if (more !== undefined) handlers.push(more);
			await writeFile(configFile, routes(handlers));
			const setup = { log, open: async () => services };
			const { runtime, findings } = await load({ configFile, env: {}, setup });
			if (runtime === undefined) throw new Error(findings[0]?.what);
			runtimes.push(runtime);
			return runtime;
		};
		try {
			await use({ folder, services, log: lines, swapTo, handlerOf });
		} finally {
			await Promise.all(runtimes.map((runtime) => runtime.close()));
		}
	});
}

function upstreamsOf({ resources }: Services): Upstreams {
	return resources.get("forward") as Upstreams;
}

function handlerOf({ routes: [route] }: Runtime) {
	if (route === undefined) throw new Error("no route");
	return route.handler;
}

function routes(handlers: readonly string[]): string {
	const lines = handlers.map(
		(handler, at) =>
			`  - { name: r${at}, path: /r${at}, kind: sms.inbound, level: account, handler: ${handler} }`,
	);
	return `version: 1
inbox: { store: none }
defaults: { firewall: [loopback], signature: none }
routes:
${lines.join("\n")}
`;
}

async function fail(runtime: Runtime, times: number): Promise<void> {
	for (let count = 0; count < times; count += 1)
		await failureOf(handle(handlerOf(runtime)));
}

function defer() {
	let resolve = (): void => {};
	const promise = new Promise<void>((done) => {
		resolve = done;
	});
	return { promise, resolve };
}
