import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { withFolder } from "../cli/cli.ts";
import { ask } from "../http/router.ts";
import { partOf, partsOf } from "../plugins/sms.ts";
import { type Start, withInboxFiles } from "./inbox-files.ts";
import { tell } from "./inbox-router.ts";
import { type Command, startCommand } from "./process.ts";
import { startFrom } from "./router.ts";

const routes = (timeout: string): string => `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: "sqlite:inbox.db" }
defaults: { firewall: [loopback], signature: none, retry: [10ms, 10ms, 10ms] }
routes:
  - { name: parts, path: /parts, kind: sms.inbound, level: account, concurrency: 20, handler: { plugin: long-sms, options: { to: whole, timeout: ${timeout} } } }
  - { name: ordered, path: /ordered, kind: sms.inbound, level: account, orderBy: true, handler: { plugin: long-sms, options: { to: whole, timeout: ${timeout} } } }
  - { name: whole, path: /whole, kind: sms.inbound, level: account, dedupe: false, handler: { plugin: told } }
`;

describe("long-sms with an inbox", () => {
	let texts: unknown[] = [];
	beforeEach(() => {
		texts = [];
		tell(
			({ payload }) =>
				void texts.push([payload.text, payload["concat-missing"]]),
		);
	});
	const withInbox = (
		timeout: string,
		use: (start: Start) => Promise<void>,
	): Promise<void> => withInboxFiles(routes(timeout), {}, use);

	for (const path of ["/parts", "/ordered"])
		it(`joins at ${path} what comes all at once, each message once`, () =>
			withInbox("60s", async (start) => {
				const router = await start();
				const words = ["a", "b", "c", "d", "e"];
				const all = [1, 2, 3, 4, 5, 6].flatMap((ref) =>
					partsOf(
						words.map((word) => word + ref),
						{ "concat-ref": `${ref}` },
					),
				);
				all.sort((one, other) =>
					String(one.text) < String(other.text) ? -1 : 1,
				);
				await Promise.all(all.map((sms) => router.sms(path, sms)));
				await router.logs({ route: "whole", outcome: "delivered" }, 6);
				await router.logs({ route: path.slice(1), outcome: "delivered" }, 30);
				const expected = [1, 2, 3, 4, 5, 6].map((ref) => [
					words.map((word) => word + ref).join(""),
					undefined,
				]);
				expect(texts).to.have.deep.members(expected);
				const open = await router.store.listState("long-sms", "open/", 100);
				expect(open).to.deep.equal([]);
			}));

	it("hands on after the time limit what there is", () =>
		withInbox("1s", async (start) => {
			const router = await start();
			await router.sms("/parts", partOf(2, 2, "end"));
			await router.logs({ route: "whole", outcome: "delivered" });
			expect(texts).to.deep.equal([["end", "1"]]);
		}));

	it("hands nothing on when the router stops, and goes on with it afterwards", () =>
		withInbox("60s", async (start) => {
			const first = await start();
			await first.sms("/parts", partOf(1, 2, "good "));
			await first.logs({ route: "parts", outcome: "delivered" });
			await first.stop();
			expect(texts).to.deep.equal([]);
			const second = await start();
			await second.sms("/parts", partOf(2, 2, "evening"));
			await second.logs({ route: "whole", outcome: "delivered" });
			expect(texts).to.deep.equal([["good evening", undefined]]);
		}));
});

describe("long-sms without an inbox", () => {
	it("joins in memory, and hands on what is open when the router stops", () =>
		withFolder(
			{
				"routes.yaml": routes("60s")
					.replace('"sqlite:inbox.db"', "none")
					.replaceAll("plugin: told", "plugin: collect"),
				"plugins/collect.mjs": `export default { on: { "*": (event) => { globalThis.collected.push(event); } } };\n`,
			},
			async (folder) => {
				const router = await startFrom(folder);
				const parts = [
					...partsOf(["good ", "evening"]),
					partOf(1, 2, "cut", { "concat-ref": "8" }),
				];
				await Promise.all(
					parts.map((sms) =>
						ask(`${router.url}/parts`, {
							method: "POST",
							headers: { "content-type": "application/json" },
							body: JSON.stringify(sms),
						}),
					),
				);
				await router.close();
				const heard = router.events.map(({ payload }) => payload.text);
				expect(heard).to.deep.equal(["good evening", "cut"]);
			},
		));
});

describe("long-sms in a router that is killed", () => {
	let command: Command | undefined;
	afterEach(async () => {
		if (command?.child.exitCode === null) command.child.kill("SIGKILL");
		await command?.ended;
	});

	it("joins what came before SIGKILL with what comes after it, once", () =>
		withFolder(
			{
				"routes.yaml": routes("60s"),
				"plugins/told.mjs": `import { appendFileSync } from "node:fs";
export default { name: "told", on: { "*": ({ payload }, { log }) => { appendFileSync(new URL("told.txt", import.meta.url), payload.text + "\\n"); log.info("told"); } } };\n`,
			},
			async (folder) => {
				const start = async (): Promise<string> => {
					command = startCommand(["serve"], folder);
					const [, url = ""] = await command.says(
						/listens on (http:\/\/[\d.:]+)/,
					);
					return url;
				};
				const post = (url: string, number: number, text: string) =>
					ask(`${url}/parts`, {
						method: "POST",
						headers: { "content-type": "application/json" },
						body: JSON.stringify(partOf(number, 3, text)),
					});
				for (const [number, text] of [
					[1, "never "],
					[3, "lost"],
				] as const) {
					const url = await start();
					expect((await post(url, number, text)).status).to.equal(200);
					// At once: it may be kept, at work, or done.
					command?.child.kill("SIGKILL");
					await command?.ended;
				}
				const url = await start();
				expect((await post(url, 2, "again ")).status).to.equal(200);
				await command?.says(/"msg":"told"/);
				command?.child.kill("SIGTERM");
				await command?.ended;
				const told = await readFile(join(folder, "plugins/told.txt"), "utf8");
				expect(told).to.equal("never again lost\n");
			},
		));
});
