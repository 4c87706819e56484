import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { withFolder } from "../cli/cli.ts";
import { stopRouter, useRouters } from "../serving/serve.ts";

const routes = (server: string, firewall: string): string => `version: 1
server: { listen: "127.0.0.1:0"${server} }
inbox: { store: none }
routes:
  - { name: answer, path: /answer, kind: voice.answer, level: app, firewall: [${firewall}], signature: none, handler: { ncco: [{ action: talk, text: hi }] } }
`;

const startRouter = useRouters();

describe("a publicUrl that the platform cannot call", () => {
	for (const [what, server, firewall, told] of [
		[
			"nobody wrote",
			"",
			"vonage",
			/`publicUrl` is not set, so URLs in NCCOs name this machine/g,
		],
		[
			"a variable may replace",
			`, publicUrl: "\${PUBLIC_URL:-http://localhost:8080}"`,
			"vonage",
			/`publicUrl` is "http:\/\/localhost:8080", which nobody outside can call/g,
		],
		[
			"is written",
			', publicUrl: "http://localhost:8080"',
			"vonage",
			/`publicUrl` is "http:\/\/localhost:8080", which nobody outside can call/g,
		],
		["is never asked for", "", "loopback", undefined],
		[
			"is another one",
			', publicUrl: "https://hooks.example.com"',
			"vonage",
			undefined,
		],
	] as const) {
		it(`is told once at the start where it ${what}, and not at a reload`, () =>
			withFolder(
				{ "routes.yaml": routes(server, firewall) },
				async (folder) => {
					const command = startRouter(folder);
					try {
						await command.says(/listens on/);
						await writeFile(
							join(folder, "routes.yaml"),
							routes(server, firewall),
						);
						command.child.kill("SIGHUP");
						await command.says(/the configuration was reloaded/);
						command.child.kill("SIGTERM");
						expect(await command.ended).to.equal(0);
						// Lines of JSON, in which quotes are escaped.
						const all = (command.stdout() + command.stderr()).replaceAll(
							'\\"',
							'"',
						);
						expect(all.match(told ?? /`publicUrl`/g)?.length ?? 0).to.equal(
							told === undefined ? 0 : 1,
						);
					} finally {
						await stopRouter(command);
					}
				},
			));
	}
});
