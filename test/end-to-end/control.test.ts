import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FILES, type Ran, runCli } from "../cli/cli.ts";
import { stopRouter, useRouters } from "../serving/serve.ts";
import type { Command } from "./process.ts";

/** Nobody of this machine is admitted, and one route wants a signature. */
const ROUTES = `version: 1
server: { listen: "127.0.0.1:0" }
defaults: { firewall: [vonage], signature: none }
routes:
  - { name: sms, path: /sms, kind: sms.inbound, handler: { plugin: silent } }
  - name: signed
    path: /signed
    kind: sms.inbound
    signature: { scheme: vonage-sig, method: sha256, secret: secret }
    handler: { plugin: silent }
  - name: failing
    path: /failing
    kind: voice.answer
    handler: { plugin: failing }
    fallback: { ncco: [{ action: talk, text: Sorry }] }
`;

const FAILING = `export default { name: "failing", on: { "*": () => { throw new Error("no \\u001b[31mway"); } } };\n`;

const startRouter = useRouters();

describe("switchhook send, to a router that serves", () => {
	let folder: string;
	let socket: string;
	let router: Command;

	const serve = async (): Promise<Command> => {
		const command = startRouter(folder);
		await command.says(/listens on http/);
		return command;
	};
	const write = (name: string, text: string) =>
		writeFile(join(folder, name), text);
	const send = (...args: string[]): Promise<Ran> =>
		runCli(["send", ...args], folder);

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), "switchhook-control-"));
		socket = join(folder, "data/switchhook.sock");
		await runCli(["init"], folder);
		await write("plugins/silent.mjs", `${FILES["plugins/silent.mjs"]}`);
		await write("plugins/failing.mjs", FAILING);
		await write("routes.yaml", ROUTES);
	});
	afterEach(async () => {
		await stopRouter(router);
		await rm(folder, { recursive: true, force: true });
	});

	it("says what became of each webhook, and ends with 1 where no handler gets it", async () => {
		router = await serve();
		const cases: [args: string[], says: RegExp, code: number][] = [
			[["sms.inbound"], /^received: the route `sms` /m, 0],
			[["sms.inbound", "--set", "messageId=1"], /^received: /m, 0],
			[["sms.inbound", "--set", "messageId=1"], /^duplicate: /m, 1],
			[
				["sms.inbound", "--set", "to:=null"],
				/^quarantined: the route `sms` .*\nreason: PAYLOAD_INVALID: .*\/to.*\nhelp: /m,
				1,
			],
			[
				["sms.inbound", "--from", "203.0.113.7"],
				/^denied: .*\nreason: FIREWALL_DENIED: 203\.0\.113\.7 /m,
				1,
			],
			[["sms.inbound", "--to", "signed"], /^received: the route `signed` /m, 0],
			[
				["sms.inbound", "--to", "signed", "--unsigned"],
				/^unsigned: .*\nreason: SIGNATURE_MISSING: /m,
				1,
			],
			[
				["sms.inbound", "--to", "/nowhere"],
				/^unknown: .*\nreason: ROUTE_UNKNOWN/m,
				1,
			],
			[
				["voice.answer"],
				/^fallback: the handler of the route `failing` .*\nreason: HANDLER_FAILED: .*no {2}\[31mway/m,
				1,
			],
		];
		for (const [args, says, code] of cases) {
			const ran = await send(...args);
			expect(ran.out, args.join(" ")).to.match(says);
			expect(ran.code, args.join(" ")).to.equal(code);
		}
		await router.says(/"client":"5\.10\.112\.113","playedBy":"operator"/);
	});

	it("goes on over a reload, and gives the socket back when the router stops", async () => {
		router = await serve();
		const { mode } = await stat(socket);
		expect(mode & 0o777).to.equal(0o600);
		await write("routes.yaml", ROUTES.replaceAll("[vonage]", "[203.0.113.7]"));
		router.child.kill("SIGHUP");
		await router.says(/was reloaded/);
		const { out } = await send("sms.inbound");
		expect(out).to.match(/^from 203\.0\.113\.7\nreceived: /m);
		router.child.kill("SIGTERM");
		expect(await router.ended).to.equal(0);
		expect(await stat(socket).catch(() => undefined)).to.equal(undefined);
		const none = await send("sms.inbound");
		expect(none.code).to.equal(2);
		expect(none.err).to.contain("no router is running with this configuration");
	});

	it("reaches the next router after one was killed", async () => {
		router = await serve();
		router.child.kill("SIGKILL");
		await router.ended;
		expect((await stat(socket)).isSocket()).to.equal(true);
		const none = await send("sms.inbound");
		expect(none.code).to.equal(2);
		expect(none.err).to.contain("no router is running with this configuration");
		router = await serve();
		expect((await send("sms.inbound")).code).to.equal(0);
	});

	it("reaches the first of two routers in one folder, and the second says so", async () => {
		await write("routes.yaml", `${ROUTES}inbox: { store: none }\n`);
		router = await serve();
		const second = await serve();
		try {
			await second.says(/another router uses it/);
			expect((await send("sms.inbound")).code).to.equal(0);
			await router.says(/"playedBy":"operator"/);
			expect(second.stdout()).not.to.contain('"playedBy"');
		} finally {
			second.child.kill("SIGTERM");
			await second.ended;
		}
		expect((await send("sms.inbound")).code).to.equal(0);
	});

	it("serves where no control socket can be made", async () => {
		await write("routes.yaml", `${ROUTES}inbox: { store: none }\n`);
		await write("data", "");
		router = await serve();
		await router.says(/the control socket could not be opened/);
		router.child.kill("SIGTERM");
		expect(await router.ended).to.equal(0);
	});
});
