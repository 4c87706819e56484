import { expect } from "chai";
import { withFolder } from "../cli/cli.ts";
import { ask } from "../http/router.ts";
import { parseScrape } from "../observe/metrics/scrape.ts";
import { stopRouter, useRouters } from "../serving/serve.ts";
import { smsRequest } from "./inbox-router.ts";
import type { Command } from "./process.ts";

const ROUTES = `version: 1
server: { listen: "127.0.0.1:0" }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: sms, path: /sms, kind: sms.inbound, level: account, handler: { plugin: log } }
`;

const startRouter = useRouters();

describe("/metrics of switchhook serve", () => {
	let command: Command;
	afterEach(async () => {
		await stopRouter(command);
	});

	it("counts webhooks, attempts, refusals of connections and the inbox, and needs no token on loopback", () =>
		withFolder({ "routes.yaml": ROUTES }, async (folder) => {
			command = startRouter(folder);
			const [, url] = await command.says(/listens on (http:\/\/[\d.:]+)/);
			const [, admin] = await command.says(
				/"admin":(?:\{"url":)?"(http:\/\/[\d.:]+)/,
			);
			await ask(`${url}/sms`, smsRequest());
			await ask(`${url}/nowhere`);
			await ask(`${url}/sms?${"x".repeat(20_000)}`);
			await command.says(/"line":"delivery"/);
			const { status, headers, body } = await ask(`${admin}/metrics`);
			expect(status).to.equal(200);
			expect(headers["content-type"]).to.equal(
				"text/plain; version=0.0.4; charset=utf-8",
			);
			const { value } = parseScrape(body);
			const count = (name: string, labels: Readonly<Record<string, string>>) =>
				value(`switchhook_${name}_total`, labels);
			expect(count("webhooks", { route: "sms", outcome: "received" })).to.equal(
				1,
			);
			expect(count("webhooks", { route: "", outcome: "unknown" })).to.equal(1);
			expect(
				count("attempts", { route: "sms", outcome: "delivered" }),
			).to.equal(1);
			expect(
				count("refusals", { code: "HEAD_TOO_LARGE", action: "rejected" }),
			).to.equal(1);
			expect(value("switchhook_inbox_up")).to.equal(1);
			expect(
				value("switchhook_inbox_deliveries", {
					route: "sms",
					state: "delivered",
				}),
			).to.equal(1);
			expect(value("process_cpu_seconds_total")).to.be.above(0);
		}));
});
