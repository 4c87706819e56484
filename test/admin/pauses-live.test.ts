import { expect } from "chai";
import { runCli, withFolder } from "../cli/cli.ts";
import { ask } from "../http/router.ts";
import { useRouters } from "../serving/serve.ts";
import { post } from "./calls.ts";
import { openEvents } from "./event-client.ts";
import { withSite } from "./site.ts";

const SITE = `version: 1
server: { listen: 127.0.0.1:0 }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: inbound, path: /sms, kind: sms.inbound, level: account, rate: 100/s, handler: { plugin: log } }
`;

describe("a pause in a running router", () => {
	const start = useRouters();

	it("is told to those who watch, by whomever it was made, and shown with its route", () =>
		withSite(
			async ({ call, port, token, folder, origin }) => {
				const path = "/api/v1/events?type=pause&type=delivery";
				const events = await openEvents(port, path, { token });
				const paused = await runCli(
					["pause", "inbound", "--why", "moving house"],
					folder,
				);
				expect(paused.code, paused.err).to.equal(0);
				const { data } = await events.next("pause");
				expect(data).to.include({ route: "inbound", outcome: "paused" });
				const answer = await ask(`${origin}/sms`, {
					method: "POST",
					headers: { "content-type": "application/json" },
					body: JSON.stringify(WEBHOOK),
				});
				expect(answer.status).to.equal(200);
				const routes = await call("/api/v1/routes");
				expect(routes.text)
					.to.contain('"rate":"100/s"')
					.and.contain('"why":"moving house"');
				const { path: resume, ...options } = post("/pauses/resume", {
					routes: ["inbound"],
				});
				const resumed = await call(`/api/v1${resume}`, options);
				expect(resumed.json()).to.deep.equal({ resumed: ["inbound"] });
				const over = await events.next("pause");
				expect(over.data).to.include({ route: "inbound", outcome: "resumed" });
				const { data: attempt } = await events.next("delivery");
				expect(attempt).to.include({ route: "inbound", outcome: "delivered" });
				events.close();
			},
			{ config: SITE, start },
		));

	for (const [what, options] of [
		[
			"the configuration's",
			{
				config: SITE.replace(
					"defaults:",
					"inbox: { store: memory }\ndefaults:",
				),
			},
		],
		["that of `--inbox memory`", { config: SITE, args: ["--inbox", "memory"] }],
	] as const) {
		it(`reaches a router whose inbox is in its memory: ${what}`, () =>
			withSite(
				async ({ folder, origin, port }) => {
					const told = `The router at http://127.0.0.1:${port} answered. Its inbox is in its memory.\n`;
					const none = await runCli(["pauses"], folder);
					expect(none.out).to.equal("No route is paused.\n");
					const terms = ["--for", "2h", "--why", "moving house"];
					const paused = await runCli(["pause", "inbound", ...terms], folder);
					expect(paused).to.include({ code: 0, err: told });
					expect(paused.out).to.match(
						/^inbound is paused until \S+Z \(in 2h\): moving house\n$/,
					);
					const answer = await ask(`${origin}/sms`, {
						method: "POST",
						headers: { "content-type": "application/json" },
						body: JSON.stringify(WEBHOOK),
					});
					expect(answer.status).to.equal(200);
					const listed = await runCli(["pauses", "--json"], folder);
					const [pause] = JSON.parse(listed.out);
					expect(listed.err).to.equal(told);
					expect(pause).to.include({
						route: "inbound",
						why: "moving house",
						waiting: 1,
						isServed: true,
					});
					const unknown = await runCli(["resume", "inbond"], folder);
					expect(unknown.code).to.equal(2);
					expect(unknown.err).to.contain("Did you mean `inbound`?");
					const resumed = await runCli(["resume", "inbound"], folder);
					expect(resumed).to.include({
						out: "inbound is resumed\n",
						err: told,
					});
					const after = await runCli(["pauses"], folder);
					expect(after.out).to.equal("No route is paused.\n");
				},
				{ ...options, start },
			));
	}

	it("needs a router that runs, where the inbox is in its memory", () =>
		withFolder(
			{
				"routes.yaml": SITE.replace(
					"defaults:",
					"inbox: { store: memory }\ndefaults:",
				),
			},
			async (folder) => {
				for (const words of [["pause", "inbound"], ["pauses"]]) {
					const { code, err } = await runCli(words, folder);
					expect(code).to.equal(2);
					expect(err).to.contain("Start the router, or name an inbox");
				}
			},
		));
});

// --- helpers ---

const WEBHOOK = {
	msisdn: "447700900001",
	to: "447700900000",
	messageId: "0A01",
	text: "hi",
	type: "text",
	"message-timestamp": "2020-01-01 12:00:00",
};
