import { expect } from "chai";
import { runCli, withFolder } from "./cli.ts";
import { withRouter } from "./router.ts";

const FILES = {
	"routes.yaml": `version: 1
inbox: { store: none }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: inbound, path: /sms, kind: sms.inbound, handler: { plugin: passes } }
  - { name: later, kind: sms.inbound, handler: { plugin: log } }
  - { name: circuits, kind: router.circuit, handler: { plugin: log } }
  - { name: open-circuits, kind: router.circuit, match: { state: open }, handler: { plugin: passes } }
`,
	"plugins/passes.ts": `export default {
	name: "passes",
	handsOn: () => ["later"],
	on: { "*": () => {} },
};
`,
};

describe("internal routes on the command line", () => {
	it("are listed, without what belongs to requests", () =>
		withFolder(FILES, async (folder) => {
			const { out, code } = await runCli(["routes"], folder);
			expect(code).to.equal(0);
			expect(out).to.match(
				/^later +- +sms\.inbound +- .* accept +plugin log +internal$/m,
			);
			const { out: text } = await runCli(["routes", "--json"], folder);
			const later = JSON.parse(text)[1];
			expect(later).to.include({ name: "later", mode: "accept" });
			expect(later).to.not.have.any.keys("url", "level");
			expect([later.methods, later.firewall]).to.deep.equal([[], []]);
		}));

	it("are explained: who sends to them, and which of several gets an event", () =>
		withFolder(FILES, async (folder) => {
			const { out, code } = await runCli(["explain", "router.circuit"], folder);
			expect(out).to.contain("router.circuit is internal: no request reaches");
			expect(out).to.contain("open-circuits gets this one: plugin passes");
			expect(code).to.equal(0);
			const closed = await runCli(
				["explain", "router.circuit", "--set", "state=closed", "--json"],
				folder,
			);
			expect(JSON.parse(closed.out)).to.include({ route: "circuits" });
			const handed = await runCli(
				["explain", "sms.inbound", "--to", "later"],
				folder,
			);
			expect(handed.out).to.contain("A plugin hands its events on.");
		}));

	it("get what `send` sends, through the control socket alone", () =>
		withRouter(FILES, async ({ folder, visits, origin }) => {
			const { out, code } = await runCli(
				["send", "sms.inbound", "--to", "later", "--set", "text=hello"],
				folder,
			);
			expect(code, out).to.equal(0);
			expect(out).to.contain("handled: the route `later`");
			expect(visits[0]?.answer.event).to.include({
				route: "later",
				level: undefined,
				method: "POST",
			});
			expect(visits[0]?.answer.event?.payload.text).to.equal("hello");
			const over = await fetch(`${origin}/`, {
				method: "POST",
				headers: { "switchhook-route": "later" },
				body: "{}",
			});
			expect(over.status).to.equal(404);
		}));

	it("are only sent to without `--to` where no other route takes the kind", () =>
		withRouter(FILES, async ({ folder, visits }) => {
			await runCli(["send", "sms.inbound"], folder);
			await runCli(["send", "router.circuit"], folder);
			expect(visits.map(({ answer }) => answer.route?.name)).to.deep.equal([
				"inbound",
				"circuits",
			]);
		}));

	it("say why they do not take a payload", () =>
		withRouter(FILES, async ({ folder }) => {
			const { out, code } = await runCli(
				["send", "sms.inbound", "--to", "later", "--unset", "msisdn"],
				folder,
			);
			expect(code).to.equal(1);
			expect(out).to.contain("PAYLOAD_INVALID");
		}));

	it("are warned of where nothing is known to reach them", () =>
		withFolder(
			{
				"routes.yaml": `version: 1
inbox: { store: none }
routes:
  - { name: forgotten, kind: sms.inbound, handler: { plugin: log } }
  - { name: dead, kind: router.dead, handler: { plugin: log } }
  - { name: reloads, kind: router.reload-failed, handler: { plugin: log } }
`,
			},
			async (folder) => {
				const { out, err } = await runCli(["check"], folder);
				const said = out + err;
				expect(said).to.contain(
					"the route `forgotten` has no `path`, no `all` names it, and no plugin says in `handsOn` that it hands on to it",
				);
				expect(said).to.contain(
					"`router.dead` never comes: with `store: none` nothing is kept",
				);
				expect(said).to.not.contain("reloads");
			},
		));
});
