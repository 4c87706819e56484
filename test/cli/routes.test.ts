import { expect } from "chai";
import { FILES, runCli, withFolder } from "./cli.ts";

describe("switchhook routes", () => {
	it("lists each route in aligned columns with its full URL", () =>
		withFolder(FILES, async (folder) => {
			const { code, out } = await runCli(["routes"], folder);
			expect(code).to.equal(0);
			const [head = "", ...rows] = out.split("\n");
			expect(head).to.match(
				/^NAME +METHODS +KIND +LEVEL +MATCH +FIREWALL +SIGNATURE +MODE +HANDLER +URL$/,
			);
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
			const settings = out.slice(out.indexOf("Where to set each URL"));
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

	it("tells routes of one path apart, and shows where a forward goes without its secrets", () =>
		withFolder({ "routes.yaml": FORWARDS }, async (folder) => {
			const env = { HOOK: "https://hooks.example/T0/secret-path" };
			const { out } = await runCli(["routes"], folder, env);
			expect(out)
				.to.contain("forward https://crm.example/hooks/sms?tenant=7&api_key=…")
				.and.contain("to=447700900001|447700900002")
				.and.contain("forward https://hooks.example/…")
				.and.not.contain("s3cret")
				.and.not.contain("secret-path");
			const json = await runCli(["routes", "--json"], folder, env);
			expect(JSON.parse(json.out)[0]).to.deep.include({
				match: { to: ["447700900001", "447700900002"] },
				firewall: ["vonage", "192.0.2.0/24"],
				signature: ["hmac"],
				file: "routes.yaml",
				line: 6,
			});
			expect(json.out).to.not.contain("s3cret");
		}));

	it("folds what the terminal is too narrow for, and never cuts anything off", () =>
		withFolder(FILES, async (folder) => {
			const wide = await runCli(["routes"], folder, {}, screenOf(300));
			expect(wide.out).to.match(/^NAME/);
			const narrow = await runCli(["routes"], folder, {}, screenOf(80));
			expect(narrow.out).to.match(
				/^support\n {2}https:\/\/hooks\.example\/sms\n( {2}.*\n)*? {2}match +to=447700900001\|447700900002\n/m,
			);
			expect(narrow.out).to.match(/^ {2}REST +.*moHttpUrl$/m);
		}));

	it("could not run with a broken configuration, and says what is wrong with it", () =>
		withFolder({ ...FILES, "paid.json": "{" }, async (folder) => {
			const { code, out, err } = await runCli(["routes"], folder);
			expect(code).to.equal(2);
			expect(out).to.equal("");
			expect(err).to.match(/paid\.json:\d+:\d+: error: /);
		}));
});

// --- helpers ---

const FORWARDS = `version: 1
inbox: { store: none }
signatures: { key: { scheme: hmac, secret: "s3cret-s3cret-s3cret-s3cret-s3cret", header: x-signature } }
defaults: { firewall: [vonage, 192.0.2.0/24], signature: none }
routes:
  - { name: one, path: /sms, kind: sms.inbound, level: number, match: { to: ["447700900001", "447700900002"] }, signature: key, handler: { forward: "https://crm.example/hooks/sms?tenant=7&api_key=s3cret" } }
  - { name: two, path: /sms, kind: sms.inbound, level: account, signature: key, handler: { forward: "\${HOOK}" } }
`;

/** A terminal of so many columns, without colours. */
function screenOf(columns: number) {
	return { screens: { stdout: { columns, colour: false } } };
}
