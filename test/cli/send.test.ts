import { join } from "node:path";
import { expect } from "chai";
import { FILES, runCli, withFolder } from "./cli.ts";
import { type Running, withRouter } from "./router.ts";

const eventsOf = ({ visits }: Running) =>
	visits.map(({ answer }) => answer.event);

describe("switchhook send", () => {
	it("sends the kind's example to the router of the configuration, and prints what became of it", () =>
		withRouter(FILES, async (running) => {
			const { code, out } = await runCli(
				["send", "sms.inbound"],
				running.folder,
			);
			expect(out).to.match(/^GET \/sms\?msisdn=/);
			expect(out).to.match(/^200 OK \(\d+ ms\)$/m);
			expect(out).to.match(/^from 127\.0\.0\.1$/m);
			expect(out).to.match(/^handled: the route `inbound` answered it$/m);
			expect(code).to.equal(0);
			const [event] = eventsOf(running);
			expect(event).to.include({ kind: "sms.inbound", route: "inbound" });
			expect(event?.payload.text).to.equal("Hello world");
		}));

	it("makes two sends two webhooks", () =>
		withRouter(FILES, async (running) => {
			await runCli(["send", "sms.inbound"], running.folder);
			await runCli(["send", "sms.inbound"], running.folder);
			const [one, two] = eventsOf(running);
			expect(one?.payload.messageId).to.be.a("string");
			expect(one?.payload.messageId).not.to.equal(two?.payload.messageId);
		}));

	for (const encoding of ["query", "form", "json"]) {
		it(`brings the same payload as ${encoding}`, () =>
			withRouter(FILES, async (running) => {
				const set = ["--set", "messageId=1", "--set", "text=a b=c"];
				const { code } = await runCli(
					["send", "sms.inbound", "--as", encoding, ...set],
					running.folder,
				);
				expect(code).to.equal(0);
				expect(eventsOf(running)[0]?.payload).to.deep.include({
					messageId: "1",
					text: "a b=c",
					"api-key": "abcd1234",
				});
			}));
	}

	it("adds parameters to the URL beside a body", () =>
		withRouter(FILES, async (running) => {
			const { code, out } = await runCli(
				[
					...["send", "sms.inbound", "--as", "json", "--set", "messageId=1"],
					...["--query", "lang=de", "--query", "n=+44 7&8"],
				],
				running.folder,
			);
			expect(code).to.equal(0);
			expect(out).to.match(/^POST \/sms\?lang=de&n=%2B44\+7%268$/m);
			const [event] = eventsOf(running);
			expect(event?.query).to.equal("lang=de&n=%2B44+7%268");
			expect(event?.payload).to.not.have.any.keys("lang", "n");
		}));

	it("lets what is set win, and the narrower level get it", () =>
		withRouter(FILES, async (running) => {
			const { code } = await runCli(
				["send", "sms.inbound", "--set", "to=447700900002"],
				running.folder,
			);
			expect(code).to.equal(0);
			expect(eventsOf(running)[0]?.route).to.equal("support");
		}));

	it("lays an NCCO out", () =>
		withRouter(FILES, async ({ folder }) => {
			const { out } = await runCli(["send", "voice.answer"], folder);
			expect(out).to.contain("content-type: application/json");
			expect(out).to.contain('    "text": "Hello 447700900000"\n');
		}));

	it("sends to a route by its name, and fills its path", () =>
		withRouter(FILES, async (running) => {
			const { code, out } = await runCli(
				["send", "paid", "--to", "paid", "--param", "tenant=acme"],
				running.folder,
			);
			expect(out).to.contain("/paid/acme");
			expect(code).to.equal(0);
			expect(eventsOf(running)[0]?.params).to.deep.equal({ tenant: "acme" });
		}));

	it("sends to any URL, without a configuration too", () =>
		withRouter(FILES, async (running) => {
			const url = `${running.origin}/answer`;
			for (const cwd of [running.folder, "/"]) {
				const { code, out } = await runCli(
					["send", "voice.answer", "--url", url, "--as", "json"],
					cwd,
				);
				expect(out).not.to.contain("handled");
				expect(out).to.contain(`POST ${url}\ncontent-type: application/json\n`);
				expect(code).to.equal(0);
			}
		}));

	it("ends with 1 when the router refuses, and says where to look", () =>
		withRouter(FILES, async ({ folder }) => {
			const { code, out, err } = await runCli(
				["send", "sms.inbound", "--set", "messageId:=null"],
				folder,
			);
			expect(out).to.match(/^422 /m);
			expect(out).to.match(
				/^invalid: .*\nreason: PAYLOAD_INVALID: .*messageId.*\nhelp: /m,
			);
			expect(code).to.equal(1);
			expect(err).to.contain("switchhook explain");
		}));

	it("takes the kind from the route where --to alone is given", () =>
		withRouter(FILES, async ({ folder }) => {
			const { code, out } = await runCli(["send", "--to", "answer"], folder);
			expect(out)
				.to.match(/^(GET|POST) \/answer/)
				.and.contain("handled: ");
			expect(code).to.equal(0);
		}));

	it("keeps the parameters of a URL", () =>
		withRouter(FILES, async ({ folder, origin }) => {
			const { out } = await runCli(
				[
					...["send", "voice.answer", "--as", "json", "--query", "b=2"],
					...["--url", `${origin}/answer?a=1`],
				],
				folder,
			);
			expect(out).to.contain(`POST ${origin}/answer?a=1&b=2\n`);
		}));

	it("says over a URL what it hears, and where the reason is", () =>
		withRouter(FILES, async ({ folder, origin }) => {
			const { code, out, err } = await runCli(
				["send", "sms.inbound", "--url", `${origin}/nowhere`],
				folder,
			);
			expect(out).to.match(/^404 Not Found/m);
			expect(out).not.to.contain("ROUTE_UNKNOWN");
			expect(err).to.contain("without --url");
			expect(code).to.equal(1);
		}));

	it("plays the client that is named, and the firewall judges it", () =>
		withRouter(FILES, async ({ folder, visits }) => {
			const { code, out } = await runCli(
				["send", "sms.inbound", "--from", "203.0.113.7"],
				folder,
			);
			expect(out).to.match(/^403 Forbidden/m);
			expect(out).to.contain("from 203.0.113.7\n");
			expect(out).to.contain(
				"reason: FIREWALL_DENIED: 203.0.113.7 (named by the operator) is in none of the allowed networks: loopback\nhelp: ",
			);
			expect(code).to.equal(1);
			expect(visits[0]?.client).to.include({ isPlayed: true });
		}));

	for (const [firewall, trusted, client] of [
		["[vonage]", "[]", "5.10.112.113"],
		["[vonage]", "[loopback]", "5.10.112.113"],
		['[billing, "2001:db8::/32"]', "[]", "198.51.100.1"],
		["[203.0.113.7]", "[]", "203.0.113.7"],
		['["2001:db8::7"]', "[]", "2001:db8::7"],
		["any", "[]", "127.0.0.1"],
	] as const) {
		it(`plays ${client} where the firewall is ${firewall}, and proxies are ${trusted}`, () => {
			const routes = `${FILES["routes.yaml"]}`
				.replace("server: {", `server: { trustedProxies: ${trusted},`)
				.replace("firewall: [loopback]", `firewall: ${firewall}`)
				.replace(
					"defaults:",
					"networks: { billing: [198.51.100.0/24] }\ndefaults:",
				);
			return withRouter(
				{ ...FILES, "routes.yaml": routes },
				async ({ folder }) => {
					const { code, out } = await runCli(["send", "sms.inbound"], folder);
					expect(out).to.contain(`from ${client}\nhandled: `);
					expect(code).to.equal(0);
				},
			);
		});
	}

	it("sends headers", () =>
		withRouter(FILES, async (running) => {
			const header = ["--header", "X-Von-Trace: a:b"];
			await runCli(["send", "sms.inbound", ...header], running.folder);
			expect(eventsOf(running)[0]?.headers["x-von-trace"]).to.equal("a:b");
		}));

	it("could not run where no router does, and says what to start", () =>
		withFolder(FILES, async (folder) => {
			const { code, err } = await runCli(["send", "sms.inbound"], folder);
			expect(code).to.equal(2);
			expect(err).to.contain(join(folder, "data/switchhook.sock"));
			expect(err).to.contain("switchhook serve");
		}));

	for (const [what, args, says] of [
		["an unknown kind", ["sms.inbuond"], "Did you mean `sms.inbound`?"],
		[
			"an unknown route",
			["sms.inbound", "--to", "suport"],
			"Did you mean `support`?",
		],
		["a kind without a route", ["sms.dlr"], "no route takes `sms.dlr`"],
		[
			"a URL that is none",
			["sms.dlr", "--url", "http://["],
			"is not an http or https URL",
		],
		[
			"a URL of another sort",
			["sms.dlr", "--url", "file:///a"],
			"is not an http or https URL",
		],
		["a URL as --to", ["sms.dlr", "--to", "http://a/b"], "--url http://a/b"],
		[
			"an address that is none",
			["sms.dlr", "--from", "127.1"],
			"is not an IP address",
		],
		[
			"a client over a URL",
			["sms.dlr", "--url", "http://a/b", "--from", "127.0.0.1"],
			"only over the control socket",
		],
	] as const) {
		it(`could not run for ${what}`, () =>
			withFolder(FILES, async (folder) => {
				const { code, err } = await runCli(["send", ...args], folder);
				expect(code).to.equal(2);
				expect(err).to.contain(says);
			}));
	}
});
