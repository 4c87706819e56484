// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references are those of routes.yaml
import { expect } from "chai";
import { runCli, withFolder } from "./cli.ts";

const ROUTES = `version: 1
server: { listen: "unix:router.sock", publicUrl: "https://hooks.example" }
defaults: { firewall: [loopback] }
signatures:
  sms: { scheme: vonage-sig, method: sha256, secret: "\${SMS_SECRET}" }
  pay: { scheme: standard-webhooks, secret: "\${file:pay.key}" }
inbox: { store: "\${INBOX_URL}" }
routes:
  - name: inbound
    path: /sms
    kind: sms.inbound
    level: account
    signature: sms
    handler: { plugin: silent, options: { token: "\${PLUGIN_TOKEN}", key: "\${PLUGIN_KEY}" } }
  - { name: paid, path: /paid, schema: paid.json, signature: pay, handler: { plugin: silent } }
`;

const FILES = {
	"routes.yaml": ROUTES,
	"paid.json": '{ "type": "object", "examples": [{ "id": 1 }] }\n',
	"plugins/silent.mjs": 'export default { on: { "*": () => {} } };\n',
};

const SECRET = "0123456789abcdef0123456789abcdef";

describe("a secret that is not there", () => {
	it("does not keep commands from their work that do not use it", () =>
		withFolder(FILES, async (folder) => {
			for (const args of [
				["routes"],
				["networks"],
				["schema", "sms.inbound"],
			]) {
				const { code, err } = await runCli(args, folder);
				expect(`${code} ${err}`, args.join(" ")).to.equal("0 ");
			}
			const { out } = await runCli(["routes", "--json"], folder);
			expect(JSON.parse(out)).to.have.length(2);
		}));

	it("is an error for `check`, with one finding each and no advice to write a default", () =>
		withFolder(FILES, async (folder) => {
			const { code, out } = await runCli(["check"], folder);
			expect(code).to.equal(1);
			expect(out.match(/ error: /g)).to.have.length(5);
			expect(out).to.match(/`SMS_SECRET` is not set.*\.env.*\$\{file:/);
			expect(out).to.not.include("SMS_SECRET:-");
			expect(out).to.include("${INBOX_URL:-default}");
			const lenient = await runCli(["check", "--no-env"], folder);
			expect(lenient.out).to.match(/^2 routes, 0 errors/m);
			expect(lenient.code).to.equal(0);
		}));

	it("keeps `send` from signing, and names what is missing", () =>
		withFolder(FILES, async (folder) => {
			const { code, err } = await runCli(
				["send", "sms.inbound", "--url", "http://127.0.0.1:9/sms"],
				folder,
			);
			expect(code).to.equal(2);
			expect(err).to.match(
				/cannot sign the request with vonage-sig: `SMS_SECRET` is not set/,
			);
		}));

	it("leaves a signature unjudged in `explain`, and shows the gates behind it", () =>
		withFolder(FILES, async (folder) => {
			const { code, out } = await runCli(["explain", "sms.inbound"], folder);
			expect(code).to.equal(0);
			expect(out).to.match(
				/The signature is not checked: `SMS_SECRET` is not set/,
			);
			const json = await runCli(["explain", "sms.inbound", "--json"], folder);
			expect(JSON.parse(json.out)).to.include({ unjudged: "signature" });
			const given = await runCli(["explain", "sms.inbound"], folder, {
				SMS_SECRET: SECRET,
			});
			expect(given.out).to.not.include("not judged");
		}));

	it("keeps an inbox closed whose URL it is, and no other", () =>
		withFolder(FILES, async (folder) => {
			const { code, err } = await runCli(["inbox", "list"], folder);
			expect(code).to.equal(2);
			expect(err).to.include("the variable in `inbox.store`");
			const sqlite = { INBOX_URL: "sqlite:data/inbox.db" };
			const none = await runCli(["inbox", "list"], folder, sqlite);
			expect(none.err).to.not.include("SMS_SECRET");
		}));

	it("is a mistake where a place needs it: a path, a URL", () =>
		withFolder(
			{
				...FILES,
				"routes.yaml": ROUTES.replace("path: /sms", "path: ${SMS_PATH}"),
			},
			async (folder) => {
				const { code, err } = await runCli(["routes"], folder);
				expect(code).to.equal(2);
				expect(err).to.match(
					/`SMS_PATH` is not set.*\nerror: \.\/routes\.yaml has 1 error\. Fix it first\./,
				);
			},
		));
});

describe("the .env beside the configuration", () => {
	const env = `SMS_SECRET=${SECRET}\nINBOX_URL=none\nPLUGIN_TOKEN=t\nPLUGIN_KEY=k\n`;
	const files = {
		...FILES,
		"pay.key": `whsec_${Buffer.from(SECRET).toString("base64")}\n`,
	};

	it("is read, and its values are as hidden as those of the environment", () =>
		withFolder({ ...files, ".env": env }, async (folder) => {
			const { code, out } = await runCli(["check"], folder);
			expect(out).to.match(/, 0 errors/);
			expect(out).to.not.include(SECRET);
			expect(code).to.equal(0);
		}));

	it("is left out by `--no-env-file`, and replaced by `--env-file`", () =>
		withFolder(
			{ ...files, ".env": env, "b/other.env": env },
			async (folder) => {
				const none = await runCli(["check", "--no-env-file"], folder);
				expect(none.code).to.equal(1);
				const other = await runCli(
					["check", "--env-file", "b/other.env"],
					folder,
				);
				expect(other.code).to.equal(0);
				const missing = await runCli(
					["check", "--env-file", "nope.env"],
					folder,
				);
				expect(missing.code).to.equal(1);
				expect(missing.out).to.match(
					/^nope\.env:1:1: error: the environment file does not exist/m,
				);
			},
		));

	it("may be several files, of which the last counts", () =>
		withFolder(
			{
				...files,
				"a.env": env.replace(SECRET, "short"),
				"b.env": `SMS_SECRET=${SECRET}\n`,
			},
			async (folder) => {
				const both = ["--env-file", "a.env", "--env-file", "b.env"];
				const { out } = await runCli(["check", ...both], folder);
				expect(out).to.not.include("fewer than 16");
				const one = await runCli(["check", ...both.slice(0, 2)], folder);
				expect(one.out).to.include("fewer than 16");
			},
		));

	it("lists findings of its own with their place, and shows no value", () =>
		withFolder(
			{ ...files, ".env": `${env}OPEN="${SECRET}\n` },
			async (folder) => {
				const { out } = await runCli(["check"], folder);
				expect(out).to.match(/^\.env:5:6: error: the quote that opens here/m);
				expect(out).to.not.include(SECRET);
			},
		));
});
