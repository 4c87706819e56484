import { join } from "node:path";
import { expect } from "chai";
import { load } from "../../src/runtime/load.ts";
import type { Runtime } from "../../src/runtime/runtime.ts";
import { withFolder } from "../cli/cli.ts";

/** Compiles routes; nothing is set up. */
function withRoutes(
	text: string,
	use: (runtime: Runtime) => void,
): Promise<void> {
	const yaml = `version: 1
server: { trustedProxies: [198.51.100.7] }
networks: { office: [203.0.113.0/24] }
defaults: { firewall: office, signature: none }
routes:
${text}
`;
	const log = 'export default { name: "log", on: { "*": () => {} } };';
	const files = { "routes.yaml": yaml, "plugins/log.mjs": log };
	return withFolder(files, async (folder) => {
		const { runtime, findings } = await load({
			configFile: join(folder, "routes.yaml"),
			env: {},
			setup: false,
		});
		if (runtime === undefined) throw new Error(JSON.stringify(findings));
		use(runtime);
	});
}

const ROUTE = (more: string): string =>
	`  - { path: /a, kind: sms.inbound, handler: { plugin: log }, ${more} }`;

describe("whom a configuration welcomes", () => {
	const judge = (peer: string, text: string, isWelcome: boolean) =>
		withRoutes(text, ({ peers }) => {
			expect(peers.isWelcome(peer)).to.equal(isWelcome);
		});

	it("are the networks of all routes and the trusted proxies", async () => {
		const other = ROUTE("name: b, path: /b, firewall: [192.0.2.1]").replace(
			"path: /a, ",
			"",
		);
		const routes = `${ROUTE("name: a")}\n${other}`;
		await judge("203.0.113.9", routes, true);
		await judge("192.0.2.1", routes, true);
		await judge("198.51.100.7", routes, true);
		await judge("192.0.2.2", routes, false);
	});

	for (const more of [
		"firewall: any",
		"onDenied: report",
		"onDenied: quarantine",
	]) {
		it(`is everybody where a route has ${more}`, () =>
			judge("192.0.2.2", ROUTE(`name: a, ${more}`), true));
	}
});
