import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { expect } from "chai";
import { openSite, SITE } from "../../admin/site.ts";
import { bareCommandLine } from "../../end-to-end/process.ts";
import { runCli } from "../cli.ts";
import { toUse } from "./client.ts";

/** A plugin that writes to standard output whenever it is loaded. */
const NOISY = `console.log("loaded");
process.stdout.write("{ not the protocol }\\n");
export default { name: "noisy", on: { "*": () => {} } };
`;

describe("switchhook mcp over standard input and output", () => {
	it("works with the running router, and then without it, while plugins print", async function () {
		this.timeout(120_000);
		const site = await openSite({
			config: SITE.replace("{ plugin: log } }", "{ plugin: noisy } }"),
			files: { "plugins/noisy.mjs": NOISY },
		});
		const [command = "", ...args] = bareCommandLine(["mcp", "--write"]);
		const transport = new StdioClientTransport({
			...{ command, args, cwd: site.folder, stderr: "pipe" },
		});
		const faults: string[] = [];
		transport.onerror = ({ message }) => faults.push(message);
		const client = new Client({ name: "test", version: "0.0.0" });
		try {
			await client.connect(transport);
			expect(client.getServerVersion()?.name).to.equal("switchhook");
			const tool = toUse(client);
			expect((await tool("routes")).data.total).to.equal(4);
			// Only the router knows how many it has answered.
			await site.call("/api/v1/send", {
				method: "POST",
				body: JSON.stringify({ to: "answer" }),
			});
			const { data } = await tool("routes", { route: ["answer"] });
			expect(data.routes[0].counts.webhooks).to.deep.equal({ handled: 1 });
			await site.configure(
				SITE.replace(/ {2}- \{ name: failing.*\n/, "").replace(
					"{ plugin: log } }",
					"{ plugin: noisy } }",
				),
			);
			expect((await tool("check")).data.errors).to.equal(0);
			const reloaded = await tool("reload");
			expect(reloaded.data.reload).to.include({ outcome: "reloaded" });
			expect(reloaded.text).to.contain("3 routes").and.contain("1 removed");
			const paused = await tool("pause", {
				routes: ["inbound"],
				why: "a test",
			});
			expect(paused.isError, paused.text).to.equal(false);
			// The token of the router may reveal, and the tools never do.
			const where = 'text ~ "no such text"';
			const found = await tool("list_deliveries", { where });
			expect(found.isError, found.text).to.equal(false);
			site.command.child.kill("SIGTERM");
			await site.command.ended;
			const log = site.command.stdout();
			expect(log).to.contain('"actor":"local (mcp)"');
			const alone = await tool("reload");
			expect(alone.text).to.contain("Only a running router does this");
			expect((await tool("routes")).data.total).to.equal(3);
			const pauses = await tool("list_pauses");
			expect(pauses.data.pauses).to.have.length(1);
			expect(faults).to.deep.equal([]);
		} finally {
			await client.close();
			await site.close();
		}
	});

	it("needs a token and a URL for a router elsewhere", async () => {
		for (const [args, says] of [
			[
				["--from", "router.internal:8081"],
				"needs a token. Set SWITCHHOOK_ADMIN",
			],
			[["--from", "ftp://x", "--token", "x"], "--from: it is not an HTTP URL"],
		] as const) {
			const { code, err } = await runCli(
				["mcp", ...args],
				"/",
				{},
				{
					readInput: async function* () {},
				},
			);
			expect(code).to.equal(2);
			expect(err).to.contain(says);
		}
	});
});
