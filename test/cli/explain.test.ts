import { expect } from "chai";
import { FILES, ROUTES, runCli, withFolder } from "./cli.ts";
import { type Gate, report, verdictsOf } from "./report.ts";

describe("switchhook explain", () => {
	it("shows each gate, each route and what would run", () =>
		withFolder(FILES, async (folder) => {
			const { code, out } = await runCli(
				["explain", "sms.inbound", "--set", "to=447700900001"],
				folder,
			);
			expect(code).to.equal(0);
			expect(out).to.match(
				/^client +127\.0\.0\.1 +one that the firewall admits$/m,
			);
			for (const gate of [
				"path",
				"firewall",
				"method",
				"size",
				"signature",
				"content",
				"kind",
				"route",
				"schema",
			]) {
				expect(out).to.match(new RegExp(`^${gate} +passed +\\S`, "m"));
			}
			expect(out).to.match(/^\* support +number +level number, `to` fits$/m);
			expect(out).to.match(/^ {2}inbound +account +wider than support/m);
			expect(out).to.contain('"messageId": "aaaaaaaa-');
			expect(out).to.match(/Runs: plugin silent \(routes\.yaml:15\)/);
		}));

	it("shows why a route of the stack has lost", () =>
		withFolder(FILES, async (folder) => {
			const { out } = await runCli(["explain", "sms.inbound"], folder);
			expect(out).to.match(
				/^ {2}support +number +`to` is "447700900000", and not /m,
			);
			expect(out).to.match(/^\* inbound /m);
		}));

	it("asks the gates after a refusal too, and the first decides", () =>
		withFolder(FILES, async (folder) => {
			const found = await report(
				folder,
				"sms.inbound",
				"--from=203.0.113.7",
				"--set=messageId:=null",
			);
			expect(found.code).to.equal(1);
			expect(verdictsOf(found)).to.include({
				path: "passed",
				firewall: "FIREWALL_DENIED",
				schema: "PAYLOAD_INVALID",
			});
			expect(found).to.deep.include({ status: 403, runs: null });
			expect(found.result).to.match(/^Refused: 403\. .*trustedProxies/);
			expect(found.result).to.contain(
				"The sender does not send it again after 403. The SMS guides disagree:",
			);
		}));

	for (const [args, verdict] of [
		[[], "passed"],
		[["--from=127.0.0.1"], "FIREWALL_DENIED"],
	] as const) {
		it(`${verdict === "passed" ? "takes" : "refuses"} a trusted proxy that names nobody: ${args.join() || "as `send` calls"}`, () =>
			withFolder(
				{
					...FILES,
					"routes.yaml": ROUTES.replace(
						"server: {",
						"server: { trustedProxies: [loopback],",
					),
				},
				async (folder) => {
					const found = await report(folder, "sms.inbound", ...args);
					expect(verdictsOf(found).firewall).to.equal(verdict);
				},
			));
	}

	it("finds the client behind a trusted proxy", () =>
		withFolder(
			{
				...FILES,
				"routes.yaml": ROUTES.replace(
					"server: {",
					"server: { trustedProxies: [loopback],",
				),
			},
			async (folder) => {
				const header = ["--header", "X-Forwarded-For: 203.0.113.7"];
				const found = await report(folder, "sms.inbound", ...header);
				expect(found.client).to.deep.include({ address: "203.0.113.7" });
				expect(verdictsOf(found).firewall).to.equal("FIREWALL_DENIED");
			},
		));

	it("lets a gate report where the route's outcome is that", () =>
		withFolder(
			{
				...FILES,
				"routes.yaml": ROUTES.replace(
					"signature: none",
					"signature: none, onDenied: report, onInvalid: report",
				),
			},
			async (folder) => {
				const found = await report(
					folder,
					"sms.inbound",
					"--from=203.0.113.7",
					"--set=messageId:=null",
				);
				expect(found.code).to.equal(0);
				expect(found.runs).to.equal("handler");
				expect(found.verdicts).to.deep.include.members([
					{
						gate: "firewall",
						verdict: "reported",
						code: "FIREWALL_DENIED",
						status: 403,
						detail: "203.0.113.7 is in none of the allowed networks: loopback",
						at: { file: "routes.yaml", line: 3 },
					},
				]);
				const schema = (found.verdicts as Gate[]).at(-1);
				expect(schema).to.include({ gate: "schema", verdict: "reported" });
			},
		));

	it("answers an invalid call with the fallback", () =>
		withFolder(FILES, async (folder) => {
			const fields = ["from", "to", "uuid", "conversation_uuid"];
			const unset = fields.map((field) => `--set=${field}:=null`);
			const found = await report(folder, "voice.answer", ...unset);
			expect(found.code).to.equal(1);
			expect(found.runs).to.equal("fallback");
			expect(found.result).to.match(/^Runs: the fallback ncco/);
		}));

	it("says which kinds were asked on a path that several share", () =>
		withFolder(FILES, async (folder) => {
			const found = await report(folder, "voice.event");
			expect(found.asked).to.deep.equal([
				{ kind: "voice.transfer", recognized: false },
				{ kind: "voice.event", recognized: true },
			]);
			const neither = await report(folder, "voice.event", "--set=status:=null");
			expect(verdictsOf(neither).kind).to.equal("PAYLOAD_UNRECOGNIZED");
			expect(neither).to.include({ code: 0, runs: null });
			expect(neither.result).to.match(/^Quarantined/);
		}));

	it("says that no match fits", () =>
		withFolder(
			{
				...FILES,
				"routes.yaml": ROUTES.replace(
					"level: account\n",
					'level: account\n    match: { to: "1" }\n',
				),
			},
			async (folder) => {
				const found = await report(folder, "sms.inbound");
				expect(verdictsOf(found).route).to.equal("PAYLOAD_UNROUTED");
				expect(found.result).to.match(/^Quarantined/);
				expect((found.candidates as { won: boolean }[]).length).to.equal(2);
			},
		));

	it("refuses what no match fits where nothing is kept", () =>
		withFolder(
			{
				...FILES,
				"routes.yaml": `inbox: { store: none }\n${ROUTES.replace(
					"level: account\n",
					'level: account\n    match: { to: "1" }\n',
				)}`,
			},
			async (folder) => {
				const found = await report(folder, "sms.inbound");
				expect(found).to.include({ code: 1, status: 404 });
			},
		));

	it("knows a probe", () =>
		withFolder(
			{ ...FILES, "probe.json": '{ "method": "GET", "path": "/sms" }' },
			async (folder) => {
				const found = await report(folder, "probe.json");
				expect(found).to.include({ code: 0, isProbe: true, runs: null });
				expect(found.result).to.match(/probe/);
			},
		));

	for (const [what, args, says] of [
		["a file that is not there", ["nothing.json"], "nothing.json"],
		["an unknown kind", ["sms.inbond"], "Did you mean `sms.inbound`?"],
		["a file that is no JSON", ["plugins/silent.mjs"], "is not JSON"],
	] as const) {
		it(`could not run for ${what}`, () =>
			withFolder(FILES, async (folder) => {
				const { code, out, err } = await runCli(["explain", ...args], folder);
				expect(code).to.equal(2);
				expect(out).to.equal("");
				expect(err).to.contain(says);
			}));
	}
});
