// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references are those of routes.yaml
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { withFolder } from "../cli/cli.ts";
import { signRequest } from "../gate/schemes/signers.ts";
import { ask } from "../http/router.ts";
import { stopRouter, useRouters } from "../serving/serve.ts";
import type { Command } from "./process.ts";

const SECRET = "0f6b2c9a7d3e41588c5e90b1a2f4d6e8";
const routes = (text: string, secret = SECRET): string => `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: none }
networks: { ours: { file: ours.txt } }
defaults: { firewall: ours }
signatures: { jwt: { scheme: vonage-jwt, secret: ${secret} } }
routes:
  - { name: answer, path: /answer, kind: voice.answer, level: app, signature: jwt, handler: { ncco: [{ action: talk, text: ${text} }] } }
`;
const CALL = `from=447700900001&to=447700900000&uuid=${"a".repeat(32)}&conversation_uuid=CON-aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab`;

const startRouter = useRouters();

describe("SIGHUP", () => {
	it("swaps the configuration: routes and network files anew, what was accepted still known", () =>
		withRouter(async (command, url, folder) => {
			const call = signedCall("1");
			expect((await get(url, call)).body).to.contain("before");
			await writeFile(join(folder, "routes.yaml"), routes("after"));
			command.child.kill("SIGHUP");
			await command.says(/the configuration was reloaded/);
			expect((await get(url, signedCall("2"))).body).to.contain("after");
			// The same token once more: its first answer, from before.
			expect((await get(url, call)).body).to.contain("before");
			await writeFile(join(folder, "ours.txt"), "192.0.2.0/24\n");
			command.child.kill("SIGHUP");
			await command.says(/reloaded[\s\S]*the configuration was reloaded/);
			expect((await get(url, signedCall("3"))).status).to.equal(403);
		}));

	it("reads the .env anew, for the configuration and for plugins", () =>
		withRouter(async (command, url, folder) => {
			const call = async (nonce: string) =>
				(await get(url, signedCall(nonce))).body;
			const reload = async (env: string, reloads: number): Promise<void> => {
				await writeFile(join(folder, ".env"), env);
				command.child.kill("SIGHUP");
				await command.says(
					new RegExp(`(the configuration was reloaded[\\s\\S]*){${reloads}}`),
				);
			};
			const text = '"${GREETING:-nothing}"';
			await writeFile(join(folder, "routes.yaml"), routes(text));
			await reload("GREETING=first\n", 1);
			expect(await call("1")).to.contain("first");
			await reload("GREETING=second\n", 2);
			expect(await call("2")).to.contain("second");
			await reload("", 3);
			expect(await call("3")).to.contain("nothing");
		}));

	it("keeps the configuration before where the new one has errors, and says why", () =>
		withRouter(async (command, url, folder) => {
			const broken = routes("after").replace("level: app", "level: up");
			await writeFile(join(folder, "routes.yaml"), broken);
			command.child.kill("SIGHUP");
			await command.says(/previous one keeps serving/);
			expect(command.stdout()).to.match(/routes\.yaml:8:\d+: error: /);
			expect((await get(url, signedCall("1"))).body).to.contain("before");
		}));
});

// --- helpers ---

function withRouter(
	use: (command: Command, url: string, folder: string) => Promise<void>,
): Promise<void> {
	const files = { "routes.yaml": routes("before"), "ours.txt": "127.0.0.1\n" };
	return withFolder(files, async (folder) => {
		const command = startRouter(folder);
		try {
			const [, url = ""] = await command.says(/listens on (http:\/\/[\d.:]+)/);
			await use(command, url, folder);
			command.child.kill("SIGTERM");
			expect(await command.ended).to.equal(0);
		} finally {
			await stopRouter(command);
		}
	});
}

function signedCall(nonce: string): Record<string, string> {
	const request = {
		method: "GET",
		path: "/answer",
		query: CALL,
		headers: {},
		raw: new Uint8Array(0),
	};
	const { headers } = signRequest(
		{
			scheme: "vonage-jwt",
			secrets: [SECRET],
			payloadHash: "required",
			issuers: ["Vonage"],
			applications: undefined,
			toleranceMs: 300_000,
		},
		request,
		{ now: Date.now(), nonce },
	);
	return { authorization: headers.authorization as string };
}

function get(url: string, headers: Record<string, string>) {
	return ask(`${url}/answer?${CALL}`, { headers });
}
