import { expect } from "chai";
import { FILES, runCli, withFolder } from "./cli.ts";

describe("switchhook routes", () => {
	it("lists each route in aligned columns with its full URL", () =>
		withFolder(FILES, async (folder) => {
			const { code, out } = await runCli(["routes"], folder);
			expect(code).to.equal(0);
			const [head = "", ...rows] = out.split("\n");
			expect(head).to.match(/^NAME +METHODS +KIND +LEVEL +HANDLER +URL$/);
			const column = head.indexOf("URL");
			expect(rows[0]?.slice(column)).to.equal("https://hooks.example/sms");
			expect(rows[5]?.slice(column)).to.equal(
				"https://hooks.example/paid/:tenant",
			);
			expect(out)
				.to.contain("plugin silent")
				.and.contain("ncco written inline");
		}));

	it("says where a URL is set, by the route's level", () =>
		withFolder(FILES, async (folder) => {
			const { out } = await runCli(["routes"], folder);
			const settings = out.slice(out.indexOf("Where each URL"));
			expect(settings).to.match(/^inbound .*moCallBackUrl$/m);
			expect(settings).to.match(/^support .*moHttpUrl$/m);
			expect(settings).to.match(/^answer .*Answer URL.*answer_url$/m);
			expect(settings).not.to.match(/^paid /m);
		}));

	it("prints the same as JSON", () =>
		withFolder(FILES, async (folder) => {
			const { code, out } = await runCli(["routes", "--json"], folder);
			expect(code).to.equal(0);
			const rows = JSON.parse(out);
			expect(rows).to.have.length(6);
			expect(rows[1]).to.deep.include({
				name: "support",
				url: "https://hooks.example/sms",
				methods: ["GET", "POST"],
				kind: "sms.inbound",
				level: "number",
				mode: "accept",
				handler: "plugin silent",
				match: { to: ["447700900001", "447700900002"] },
			});
			expect(rows[1].setting.rest).to.contain("moHttpUrl");
		}));

	it("could not run with a broken configuration, and says what is wrong with it", () =>
		withFolder({ ...FILES, "paid.json": "{" }, async (folder) => {
			const { code, out, err } = await runCli(["routes"], folder);
			expect(code).to.equal(2);
			expect(out).to.equal("");
			expect(err).to.match(/paid\.json:\d+:\d+: error: /);
		}));
});
