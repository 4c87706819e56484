import { expect } from "chai";
import { withFolder } from "../cli/cli.ts";
import { ask } from "../http/router.ts";
import { startCommand } from "./process.ts";

const ROUTES = `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: none }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: busy-route, path: /busy, kind: sms.inbound, level: account, handler: { plugin: busy } }
  - { name: late-route, path: /late, kind: sms.inbound, level: account, handler: { plugin: late } }
`;
const SPIN = `function spin(): void {
	const end = Date.now() + 2500;
	while (Date.now() < end);
}
`;
const PLUGINS = {
	"plugins/busy.ts": `${SPIN}export default { name: "busy", on: { "sms.inbound": () => spin() } };\n`,
	"plugins/late.ts": `${SPIN}export default { name: "late", on: { "sms.inbound": async () => { await new Promise((done) => setImmediate(done)); spin(); } } };\n`,
};
const SMS =
	"?msisdn=447700900001&to=447700900000&messageId=1&text=hello&type=text&message-timestamp=2026-01-01+00:00:00";

describe("a plugin that blocks the event loop", () => {
	it("is named in the log with its route and line; after an await with its line", () =>
		withFolder({ "routes.yaml": ROUTES, ...PLUGINS }, async (folder) => {
			const command = startCommand(["serve"], folder);
			const blocked = () =>
				command
					.stdout()
					.split("\n")
					.filter((line) => line.includes("blocked the event loop"))
					.map((line) => JSON.parse(line) as Record<string, unknown>);
			try {
				const [, url = ""] = await command.says(
					/listens on (http:\/\/[\d.:]+)/,
				);
				// The watchdog starts beside the router; a block before is not seen.
				for (let tries = 0; blocked().length === 0 && tries < 10; tries++)
					await ask(`${url}/busy${SMS}`).then(() => turns());
				expect(blocked()[0]).to.deep.include({
					severity: "warn",
					route: "busy-route",
				});
				expect(blocked()[0]?.at).to.match(/^plugins\/busy\.ts:[23]:\d+$/);
				expect(blocked()[0]?.ms).to.be.above(1000);
				const known = blocked().length;
				for (let tries = 0; blocked().length === known && tries < 10; tries++)
					await ask(`${url}/late${SMS}`).then(() => turns());
				const last = blocked().at(-1);
				expect(last?.at).to.match(/^plugins\/late\.ts:[23]:\d+$/);
				expect(last?.route).to.equal(undefined);
				command.child.kill("SIGTERM");
				expect(await command.ended).to.equal(0);
			} finally {
				if (command.child.exitCode === null) command.child.kill("SIGKILL");
				await command.ended;
			}
		})).timeout(120_000);
});

// --- helpers ---

/** Waits until the router has written what it held back. */
function turns(): Promise<void> {
	return new Promise((done) => setTimeout(done, 1500));
}
