import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { blocksOf } from "../docs/blocks.ts";
import { withInboxFiles } from "../end-to-end/inbox-files.ts";
import { withListener } from "./listener.ts";

const TOKEN = "token-of-the-orders-0123456789";
const ROUTES = `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: memory }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: orders, path: /orders, kind: sms.inbound, level: account, handler: { pull: { token: "${TOKEN}" } } }
`;

/** The programs that run the clients of the page, and how each is told of a script. */
const CLIENTS = [
	{ language: "sh", program: "curl", run: ["sh", "-c"] },
	{ language: "python", program: "python3", run: ["python3", "-c"] },
	{ language: "php", program: "php", run: ["php", "-r"] },
] as const;

describe("the clients of docs/pull.md", () => {
	const page = readFileSync(
		fileURLToPath(new URL("../../docs/pull.md", import.meta.url)),
		"utf8",
	);

	for (const { language, program, run } of CLIENTS) {
		const block = blocksOf("docs/pull.md", page).find(
			(one) => one.language === language,
		);
		const title = `fetches and acknowledges events with ${program}`;
		if (!isInstalled(program)) {
			it(`${title} (not checked: ${program} is not installed)`, () => {
				expect(block?.text.split("\n").length).to.be.below(40);
			});
			continue;
		}
		it(title, () =>
			withInboxFiles(ROUTES, {}, async (start) => {
				const router = await start();
				await router.sms("/orders");
				const { runtime, running } = router;
				await withListener(
					async ({ port }) => {
						const url = `http://127.0.0.1:${port}/pull/orders`;
						const [command, ...args] = run;
						const script = (block?.text ?? "")
							.replace("http://127.0.0.1:8081/pull/orders", url)
							.replace(/^<\?php\n/, "");
						const output = await runScript(command, [...args, script]);
						expect(output).to.contain("447700900001");
						const [kept] = await router.kept();
						expect(kept?.state).to.equal("delivered");
					},
					{ router: { runtime: () => runtime, pulls: running.pulls } },
				);
			}),
		);
	}
});

// --- helpers ---

function isInstalled(program: string): boolean {
	try {
		execFileSync(program, ["--version"], { stdio: "ignore" });
		return true;
	} catch {
		return false;
	}
}

/** Runs a client for one round. Resolves with its output when it ends. */
async function runScript(
	command: string,
	args: readonly string[],
): Promise<string> {
	const child = spawn(command, args, {
		env: { PATH: process.env.PATH, ORDERS_TOKEN: TOKEN, ONCE: "1" },
		stdio: ["ignore", "pipe", "pipe"],
	});
	let output = "";
	let errors = "";
	child.stdout.on("data", (chunk) => {
		output += chunk;
	});
	child.stderr.on("data", (chunk) => {
		errors += chunk;
	});
	const code = await new Promise((resolve) => child.once("close", resolve));
	expect([code, errors]).to.deep.equal([0, ""]);
	return output;
}
