import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { createFirewall } from "../../../src/gate/firewall.ts";
import { compileRanges } from "../../../src/gate/ranges.ts";
import { type Router, startRouter } from "../../http/router.ts";
import {
	CASES,
	FRIEND,
	type FrontProxy,
	isInstalled,
	PROXIES,
	sendBytes,
	sendCase,
	withProxy,
} from "./proxy.ts";

/** The proxies call from the friend's address: it alone is trusted, and admitted. */
const startBehind = (trusted: readonly string[]): Promise<Router> =>
	startRouter({
		trusted,
		door: { firewall: createFirewall([FRIEND], compileRanges([FRIEND])) },
	});

type Send = (router: Router, name: string) => Promise<number | undefined>;

/** A proxy that is here is asked; of one that is not, the recorded bytes are played. */
async function withSender(
	proxy: FrontProxy,
	router: Router,
	use: (send: Send, names: readonly string[]) => Promise<void>,
): Promise<void> {
	if (isInstalled(proxy)) {
		await withProxy(proxy, router.port, (port) =>
			use((_, name) => sendCase(port, name), Object.keys(CASES)),
		);
	}
	const folder = join(import.meta.dirname, "recorded", proxy.name);
	const files = await readdir(folder);
	await use(
		async ({ port }, name) =>
			sendBytes(port, await readFile(join(folder, `${name}.bin`)), FRIEND),
		files.map((file) => file.replace(/\.bin$/, "")),
	);
}

for (const proxy of PROXIES) {
	describe(`behind ${proxy.name}`, () => {
		let router: Router;
		afterEach(() => router.close());

		it("the client that it names is let in, and no other", async () => {
			router = await startBehind([FRIEND]);
			await withSender(proxy, router, async (send, names) => {
				expect(names).to.include.members(["friend", "plain", "forged-hop"]);
				for (const name of names) {
					const before = router.events.length;
					const status = await send(router, name);
					const isFriend = name === "friend";
					expect(status, name).to.be.oneOf(isFriend ? [200] : [400, 403, 431]);
					expect(router.events.length - before, name).to.equal(
						isFriend ? 1 : 0,
					);
				}
			});
		});

		it("nobody is let in where it is not trusted, and the log can name it", async () => {
			router = await startBehind([]);
			await withSender(proxy, router, async (send, names) => {
				for (const name of names) {
					expect(await send(router, name), name).to.be.oneOf([400, 403, 431]);
				}
			});
			expect(router.events).to.deep.equal([]);
			for (const { client } of router.visits) {
				expect(client.stranger?.text).to.equal(FRIEND);
			}
		});
	});
}
