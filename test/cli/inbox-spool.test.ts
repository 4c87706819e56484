import { join } from "node:path";
import { expect } from "chai";
import { openPostgres } from "../../src/inbox/postgres/open.ts";
import { toSpooled } from "../../src/inbox/spool/packing.ts";
import { delivery } from "../inbox/contract/ground.ts";
import { usePostgres } from "../postgres.ts";
import { runCli, withFolder } from "./cli.ts";
import { ROOM, withStore } from "./inbox-ground.ts";

const FILES = {
	"routes.yaml": `version: 1
inbox: { store: "\${STORE}", spool: "sqlite:./data/spool.db" }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: sms, path: /sms, kind: sms.inbound, level: account, handler: { plugin: log } }
`,
};

describe("switchhook inbox stats with a spool", () => {
	const server = usePostgres();
	const fill = (folder: string) =>
		withStore(
			folder,
			(spool) =>
				spool.put([
					toSpooled(delivery({ orderKey: "a" })),
					toSpooled(delivery({ orderKey: "a" })),
				]),
			"data/spool.db",
		);

	it("shows the spool even while the database is away", () =>
		withFolder(FILES, async (folder) => {
			await fill(folder);
			const env = { STORE: "postgres://hook@127.0.0.1:1/none" };
			const { code, out, err } = await runCli(["inbox", "stats"], folder, env);
			expect(code).to.equal(2);
			expect(err).to.include("no server answers there");
			expect(out).to.include(join(folder, "data", "spool.db"));
			expect(out).to.match(/events that wait for the database +2\n/);
			expect(out).to.match(/oldest of them +20\d\d-/);
			const json = await runCli(["inbox", "stats", "--json"], folder, env);
			expect(JSON.parse(json.out).spool).to.include({ depth: 2, refused: 0 });
		}));

	it("shows it beside the inbox, and an empty one without a file", () =>
		withFolder(FILES, async (folder) => {
			const env = { STORE: await server().createDatabase() };
			const inbox = await openPostgres(env.STORE, { quarantine: ROOM });
			await inbox.put([delivery()]);
			await inbox.close();
			const empty = await runCli(["inbox", "stats"], folder, env);
			expect(empty.code, empty.err).to.equal(0);
			expect(empty.out).to.match(/events that wait for the database +0\n/);
			await fill(folder);
			const { code, out } = await runCli(
				["inbox", "stats", "--json"],
				folder,
				env,
			);
			expect(code).to.equal(0);
			const report = JSON.parse(out);
			expect(report.engine).to.equal("postgres");
			expect(report.byState.received).to.equal(1);
			expect(report.spool.depth).to.equal(2);
			const other = await runCli(
				["inbox", "stats", "--store", env.STORE],
				folder,
				env,
			);
			expect(other.out).to.not.include("spool");
		}));
});
