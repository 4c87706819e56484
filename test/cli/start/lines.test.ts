import { expect } from "chai";
import {
	describeStart,
	describeUrls,
	type StartView,
} from "../../../src/cli/start/lines.ts";
import {
	countEarlier,
	nameStore,
	type StartReport,
} from "../../../src/cli/start/report.ts";
import { createPaint } from "../../../src/observe/terminal/paint.ts";

const ROUTE = {
	name: "sms",
	path: "/webhooks/sms",
	methods: ["GET", "POST"],
	kind: "sms.inbound",
	level: "number",
	handler: "plugin orders",
};
const REPORT: StartReport = {
	version: "1.2.3",
	readyInMs: 312.4,
	addresses: ["http://127.0.0.1:8080"],
	publicUrl: "http://localhost:8080",
	isPublicUrlWritten: false,
	inbox: {
		store: "data/inbox.db",
		earlier: { waiting: 0, dead: 0, quarantined: 0 },
	},
	routes: 1,
	shown: [ROUTE],
};

const linesOf = (
	report: Partial<StartReport> = {},
	view: Partial<StartView> = {},
): string[] =>
	describeStart(
		{ ...REPORT, ...report },
		{
			paint: createPaint({ colors: false }),
			columns: Number.POSITIVE_INFINITY,
			isMasked: true,
			...view,
		},
	);

describe("describeStart", () => {
	it("names the paused routes, the first ones of many", () => {
		const inbox = { ...REPORT.inbox, paused: ["sms", "calls"] };
		expect(linesOf({ inbox })).to.include(
			"  paused       sms  calls  see switchhook pauses",
		);
		const many = { ...inbox, paused: ["a", "b", "c", "d", "e", "f", "g"] };
		expect(linesOf({ inbox: many })).to.include(
			"  paused       a  b  c  d  e  and 2 more  see switchhook pauses",
		);
	});

	it("says who it is, how long it took, where it listens, and what it serves", () => {
		expect(linesOf()).to.deep.equal([
			"",
			"  switchhook v1.2.3  ready in 312 ms",
			"",
			"  listens on   http://127.0.0.1:8080",
			"  inbox        data/inbox.db",
			"",
			"  http://localhost:8080/webhooks/sms",
			"    GET POST  sms  sms.inbound  number  plugin orders",
			"",
			"  texts and numbers are masked; --log-payloads shows them",
			"",
		]);
	});

	it("names the public URL where the configuration does", () => {
		const lines = linesOf({
			publicUrl: "https://hooks.example.com",
			isPublicUrlWritten: true,
		});
		expect(lines).to.include("  public URL   https://hooks.example.com");
		expect(lines).to.include("  https://hooks.example.com/webhooks/sms");
	});

	it("counts what an earlier run left, and only that", () => {
		const inbox = (waiting: number, dead: number, quarantined: number) =>
			linesOf({
				inbox: { store: "x.db", earlier: { waiting, dead, quarantined } },
			}).find((line) => line.includes("inbox  "));
		expect(inbox(3, 0, 0)).to.equal(
			"  inbox        x.db  3 waiting from an earlier run",
		);
		expect(inbox(0, 1, 2)).to.equal(
			"  inbox        x.db  1 dead  2 in quarantine",
		);
	});

	it("warns where nothing is kept", () => {
		expect(
			linesOf({ inbox: { store: "none", earlier: undefined } }),
		).to.include("  inbox        none (events are not stored)");
	});

	it("groups the routes of a path, in columns", () => {
		const other = { ...ROUTE, name: "catch-all", level: "account" };
		const lines = linesOf({
			routes: 3,
			shown: [ROUTE, { ...ROUTE, name: "b", path: "/b" }, other],
		});
		expect(lines.slice(6, 11)).to.deep.equal([
			"  http://localhost:8080/webhooks/sms",
			"    GET POST  sms        sms.inbound  number   plugin orders",
			"    GET POST  catch-all  sms.inbound  account  plugin orders",
			"  http://localhost:8080/b",
			"    GET POST  b          sms.inbound  number   plugin orders",
		]);
	});

	it("shows the address of the page again, where there is one", () => {
		const again = (report: StartReport) =>
			describeUrls(report, {
				paint: createPaint({ colors: false }),
				columns: Number.POSITIVE_INFINITY,
			});
		const [, ...bare] = again(REPORT);
		expect(again(REPORT).join("\n")).not.to.contain("admin");
		const url = "http://127.0.0.1:8081";
		const admin = { url, pageUrl: `${url}/#token=t` };
		const [first, blank, , ...rest] = again({ ...REPORT, admin });
		expect([first, blank]).to.deep.equal([
			`  admin        ${admin.pageUrl}`,
			"",
		]);
		expect(rest).to.deep.equal(bare);
		expect(linesOf({ admin })).to.include(first);
	});

	it("says how many routes it does not show", () => {
		expect(linesOf({ routes: 51 })).to.include(
			"  and 50 more: see switchhook routes",
		);
	});

	it("says nothing of masks where none is, and what to press where it is told", () => {
		const lines = linesOf({}, { isMasked: false, hint: "press h for help" });
		expect(lines.join("\n")).not.to.include("masked");
		expect(lines).to.include("  press h for help");
	});

	it("wraps at a narrow terminal, and obeys no name", () => {
		const shown = [{ ...ROUTE, handler: "plugin \u001b[2Jx" }];
		const lines = linesOf({ shown }, { columns: 40 });
		expect(Math.max(...lines.map(({ length }) => length))).to.be.at.most(40);
		expect(lines.join("")).to.include("\\x1b[2Jx");
	});
});

describe("nameStore", () => {
	it("names a file as seen from the working folder, and whole outside of it", () => {
		expect(nameStore({ type: "sqlite", file: "/a/data/x.db" }, "/a")).to.equal(
			"data/x.db",
		);
		expect(nameStore({ type: "sqlite", file: "/b/x.db" }, "/a")).to.equal(
			"/b/x.db",
		);
	});

	it("names a database without user and password", () => {
		const name = (url: string) => nameStore({ type: "postgres", url }, "/");
		expect(
			name("postgres://me:secret@db.example.com:5433/hooks?sslmode=x"),
		).to.equal("postgres db.example.com:5433/hooks");
		expect(name("postgres:///hooks?host=/run/pg&password=secret")).to.equal(
			"postgres /run/pg/hooks",
		);
		expect(name("postgres://me:se cret@")).to.equal("postgres");
	});
});

describe("countEarlier", () => {
	it("counts what waits in any state, and stops no start", async () => {
		const byState = {
			received: 1,
			leased: 2,
			waiting: 3,
			delivered: 4,
			dead: 5,
			quarantined: 6,
		};
		const stats = async () => ({ byState }) as never;
		expect(await countEarlier({ stats })).to.deep.equal({
			waiting: 6,
			dead: 5,
			quarantined: 6,
		});
		const failing = { stats: () => Promise.reject(new Error("no")) };
		expect(await countEarlier(failing)).to.equal(undefined);
		expect(await countEarlier(undefined)).to.equal(undefined);
	});
});
