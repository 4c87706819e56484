import { expect } from "chai";
import { runCli } from "../cli/cli.ts";
import { ask } from "../http/router.ts";
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
				const webhook = {
					msisdn: "447700900001",
					to: "447700900000",
					messageId: "0A01",
					text: "hi",
					type: "text",
					"message-timestamp": "2020-01-01 12:00:00",
				};
				const answer = await ask(`${origin}/sms`, {
					method: "POST",
					headers: { "content-type": "application/json" },
					body: JSON.stringify(webhook),
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
			{ config: SITE },
		));
});
