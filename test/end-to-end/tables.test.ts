import { cp, readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Reply } from "../../src/event/webhook.ts";
import { load } from "../../src/runtime/load.ts";
import { runCli, withFolder } from "../cli/cli.ts";
import { CountingDeadline } from "../handler/plugin-harness.ts";
import { eventWith } from "../handler/template-tools.ts";
import { ask } from "../http/router.ts";
import { stopRouter, useRouters } from "../serving/serve.ts";
import type { Command } from "./process.ts";

const CALL = `from=447700900009&uuid=${"a".repeat(32)}&conversation_uuid=CON-aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab`;
const FIRST =
	"number,greeting,team\n447700900001,Welcome to Acme,red\n447700900002,Welcome to Umbrella,blue\n";

const routes = (upstream: string): string => `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: "sqlite:inbox.db" }
tables:
  tenants: { file: tenants.csv, key: number }
  teams: { file: tenants.csv, key: team }
defaults: { firewall: [loopback], signature: none, retry: { first: 20ms, factor: 1, max: 20ms, for: 10m } }
routes:
  - name: answer
    path: /answer
    kind: voice.answer
    level: app
    handler: { ncco: [{ action: talk, text: "{{ tenants[payload.to].greeting }}, {{ teams[tenants[payload.to].team].number }}" }] }
    fallback: { ncco: [{ action: talk, text: "Nobody is there" }] }
  - name: sms
    path: /sms
    kind: sms.inbound
    level: account
    handler: { forward: { url: "${upstream}", headers: { x-team: "{{ tenants[payload.to].team }} of {{ payload.text }}" } } }
`;

const startRouter = useRouters();

describe("the tables of a running router", () => {
	it("are read again at a reload: the old one stays where the new one has a mistake", () =>
		withRouter(async ({ command, url, folder }) => {
			const hear = async (to: string): Promise<string> =>
				(await ask(`${url}/answer?${CALL}&to=${to}`)).body;
			expect(await hear("447700900001")).to.contain(
				"Welcome to Acme, 447700900001",
			);
			expect(await hear("447700900003")).to.contain("Nobody is there");
			await command.says(/the table `tenants` has no row for `payload\.to`/);
			await writeFile(
				join(folder, "tenants.csv"),
				`${FIRST}447700900001,Twice,red\n`,
			);
			command.child.kill("SIGHUP");
			await command.says(/previous one keeps serving/);
			expect(command.stdout()).to.contain(
				'tenants.csv:4:1: error: the key \\"447700900001\\" is there twice, first in line 2',
			);
			expect(await hear("447700900001")).to.contain("Welcome to Acme");
			await writeFile(
				join(folder, "tenants.csv"),
				"number,greeting\n447700900001,Hello\n",
			);
			command.child.kill("SIGHUP");
			await command.says(/the head line has no column `team`/);
			await writeFile(
				join(folder, "tenants.csv"),
				"number;greeting;team\n447700900001;Hello from Acme;red\n447700900003;New;green\n",
			);
			command.child.kill("SIGHUP");
			await command.says(/the configuration was reloaded/);
			expect(await hear("447700900001")).to.contain("Hello from Acme");
			expect(await hear("447700900003")).to.contain("New, 447700900003");
			expect(await hear("447700900002")).to.contain("Nobody is there");
		}));

	it("keep the old ones where a new row would have two routes claim the same webhooks", () =>
		withRouter(async ({ command, url, folder }) => {
			const to = (number: string) =>
				ask(`${url}/answer?${CALL}&to=${number}`).then(({ body }) => body);
			await writeFile(join(folder, "vip.csv"), "number\n447700900004\n");
			const written = await readFile(join(folder, "routes.yaml"), "utf8");
			const route = (name: string, table: string) =>
				`  - { name: ${name}, path: /answer, kind: voice.answer, level: app, match: { to: { in: ${table} } }, handler: { ncco: [{ action: talk, text: ${name} }] } }\n`;
			await writeFile(
				join(folder, "routes.yaml"),
				`${written.replace("tables:", "tables:\n  vip: { file: vip.csv, key: number }")}${route("vip", "vip")}${route("known", "tenants")}`,
			);
			command.child.kill("SIGHUP");
			await command.says(/the configuration was reloaded/);
			expect(await to("447700900004")).to.contain("vip");
			expect(await to("447700900001")).to.contain("known");
			await writeFile(
				join(folder, "tenants.csv"),
				`${FIRST}447700900004,Both,red\n`.replace(",blue", ",green"),
			);
			command.child.kill("SIGHUP");
			await command.says(/previous one keeps serving/);
			expect(command.stdout()).to.match(
				/routes\.yaml:\d+:\d+: error: \\"known\\" claims the same webhooks as \\"vip\\" \([^)]*\), where `to` is \\"447700900004\\"/,
			);
			expect(await to("447700900004")).to.contain("vip");
			expect(await to("447700900002")).to.contain("known");
		}));

	it("decide on a delivery that waits: without its row it is dead and says why, and replayed with it it is delivered", () =>
		withRouter(async ({ command, url, folder, upstream }) => {
			upstream.status = 503;
			const sms = {
				msisdn: "447700900009",
				to: "447700900001",
				messageId: "0A0000000123ABCD1",
				text: "hi\r\nx-evil: 1 ü",
				type: "text",
			};
			const sent = await ask(`${url}/sms`, {
				method: "POST",
				headers: { "content-type": "application/json" },
				body: JSON.stringify(sms),
			});
			expect(sent.status).to.equal(200);
			await upstream.was(2);
			expect(upstream.headers.at(-1)).to.include({
				"x-team": "red of hi%0D%0Ax-evil: 1 %C3%BC",
			});
			expect(upstream.headers.at(-1)).to.not.have.property("x-evil");
			await writeFile(
				join(folder, "tenants.csv"),
				FIRST.replace(/^447700900001.*\n/m, ""),
			);
			command.child.kill("SIGHUP");
			await command.says(/the configuration was reloaded/);
			await command.says(/"outcome":"dead"/);
			const dead = await runCli(
				["inbox", "list", "--state", "dead", "--json"],
				folder,
			);
			expect(dead.out).to.contain(
				"the header `x-team`: the template failed: the table `tenants` has no row for `payload.to`",
			);
			const [, id = ""] = /"id":\s*"([^"]+)"/.exec(dead.out) ?? [];
			upstream.status = 200;
			await writeFile(join(folder, "tenants.csv"), FIRST);
			command.child.kill("SIGHUP");
			await command.says(/reloaded[\s\S]*the configuration was reloaded/);
			expect((await runCli(["inbox", "replay", id], folder)).code).to.equal(0);
			await command.says(/"outcome":"delivered"/);
		}));
});

describe("the example of a number per customer", () => {
	it("passes the check, answers each number as its customer wants, and says so to others", () =>
		withFolder({}, async (folder) => {
			await cp(EXAMPLE, folder, { recursive: true });
			const env = {
				VONAGE_SIGNATURE_SECRET: "0f6b2c9a7d3e41588c5e90b1a2f4d6e8",
				SMS_SIGNATURE_SECRET: "8e6d4f2a1b095ec58851e4d3a7c9b26f",
			};
			const checked = await runCli(["check", "--strict"], folder, env);
			expect(checked.out).to.match(/2 routes, 0 errors, 0 warnings/);
			const { runtime } = await load({
				configFile: join(folder, "routes.yaml"),
				env,
				setup: false,
			});
			const handler = runtime?.routes.find(
				({ name }) => name === "answer",
			)?.handler;
			const hear = (to: string) => {
				const event = eventWith({ to });
				const reply = handler?.handle(event, new CountingDeadline());
				return JSON.parse(String((reply as Reply | undefined)?.body));
			};
			expect(hear("447700900003")[0]).to.deep.equal({
				action: "talk",
				language: "de-DE",
				text: "Willkommen bei Umbrella.",
			});
			expect(() => hear("447700900999")).to.throw(
				"the table `numbers` has no row for `payload.to`",
			);
		}));
});

// --- helpers ---

const EXAMPLE = fileURLToPath(
	new URL("../../examples/number-per-customer", import.meta.url),
);

interface Upstream {
	status: number;
	readonly headers: IncomingHttpHeaders[];
	/** Resolves when it was asked so often. */
	was(count: number): Promise<void>;
}

interface Site {
	readonly command: Command;
	readonly url: string;
	readonly folder: string;
	readonly upstream: Upstream;
}

async function withRouter(use: (site: Site) => Promise<void>): Promise<void> {
	const { server, upstream } = serveUpstream();
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	const { port } = server.address() as AddressInfo;
	const files = {
		"routes.yaml": routes(`http://127.0.0.1:${port}/`),
		"tenants.csv": FIRST,
	};
	try {
		await withFolder(files, async (folder) => {
			const command = startRouter(folder);
			try {
				const [, url = ""] = await command.says(
					/listens on (http:\/\/[\d.:]+)/,
				);
				await use({ command, url, folder, upstream });
				command.child.kill("SIGTERM");
				expect(await command.ended).to.equal(0);
			} finally {
				await stopRouter(command);
			}
		});
	} finally {
		server.close();
		server.closeAllConnections();
	}
}

function serveUpstream(): { server: Server; upstream: Upstream } {
	const waiting: (() => void)[] = [];
	const upstream: Upstream = {
		status: 200,
		headers: [],
		async was(count) {
			while (upstream.headers.length < count)
				await new Promise<void>((done) => waiting.push(done));
		},
	};
	const server = createServer((request, response) => {
		upstream.headers.push(request.headers);
		response.writeHead(upstream.status).end();
		for (const done of waiting.splice(0)) done();
	});
	return { server, upstream };
}
