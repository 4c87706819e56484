import { expect } from "chai";
import { checkConfig } from "../../src/config/check.ts";
import { readConfig } from "../../src/config/read/read.ts";
import { readRoutesSchema } from "../../src/config/read/shape.ts";
import { HANDLER_TYPES } from "../../src/handler/types.ts";
import { checkText } from "./case.ts";
import { kinds } from "./kinds.ts";

/** Checks a file whose inbox has this store; JSON text is YAML too. */
async function checkStore(store: string, env = {}) {
	const { settings, lines, notes } = await checkText(
		`version: 1\ninbox: { store: ${JSON.stringify(store)} }\n${ROUTES}`,
		env,
	);
	return { store: settings?.inbox.store, lines, notes };
}

const ROUTES = `routes:
  - { name: a, path: /a, kind: sms.inbound, firewall: vonage, signature: none, handler: { plugin: log } }
`;

describe("inbox.store", () => {
	const files: readonly (readonly [string, string])[] = [
		["sqlite:inbox.db", "/config/inbox.db"],
		["sqlite:./data/in box.db", "/config/data/in box.db"],
		["sqlite:../inbox", "/inbox"],
		["sqlite:/var/inbox.db", "/var/inbox.db"],
		["sqlite:///var/inbox.db", "/var/inbox.db"],
	];
	for (const [text, file] of files) {
		it(`takes ${text} for a file`, async () => {
			const { store } = await checkStore(text);
			expect(store).to.deep.equal({ type: "sqlite", file });
		});
	}

	const urls = [
		"postgres://hook@db.example.com/hooks",
		"postgresql://localhost:5433/hooks?schema=front&sslmode=verify-full",
		"postgres:///hooks?host=/var/run/postgresql",
		"postgres://hook@/hooks?host=/var/run/postgresql",
	];
	for (const url of urls) {
		it(`takes ${url} for a database`, async () => {
			const { store, lines } = await checkStore(url);
			expect(store).to.deep.equal({ type: "postgres", url });
			expect(lines).to.deep.equal([]);
		});
	}

	it("keeps nothing by name only", async () => {
		expect((await checkStore("none")).store).to.deep.equal({ type: "none" });
		const { settings } = await checkText(`version: 1\n${ROUTES}`);
		expect(settings?.inbox.store).to.deep.equal({
			type: "sqlite",
			file: "/config/data/inbox.db",
		});
	});

	it("keeps everything in memory by name, and notes that it is lost", async () => {
		const { store, lines, notes } = await checkStore("memory");
		expect(store).to.deep.equal({ type: "memory" });
		expect(lines).to.deep.equal([]);
		expect(notes.map(({ what }) => what).join()).to.include(
			"what is kept in memory ends with the router",
		);
	});

	it("lets a run choose another store", async () => {
		const read = await readConfig("/config/routes.yaml", {
			env: {},
			readFile: async () => `version: 1\n${ROUTES}`,
		});
		const { settings } = checkConfig(read, {
			kinds,
			handlerTypes: HANDLER_TYPES,
			isFile: () => true,
			chooseStore: ({ type }) => ({
				type: type === "sqlite" ? "memory" : "none",
			}),
		});
		expect(settings?.inbox.store).to.deep.equal({ type: "memory" });
	});

	const expected = "Expected `sqlite:path`, `postgres://…`, `memory` or `none`";
	const wrong: readonly (readonly [string, string])[] = [
		["sqlite", `"sqlite" is not a known store. ${expected}. Write`],
		["nome", `"nome" is not a known store. ${expected}. Write \`none\``],
		["./data/inbox.db", "Write `sqlite:./data/inbox.db`"],
		["inbox.db", "Write `sqlite:inbox.db`"],
		["./data/", `"./data/" is not a known store. ${expected}`],
		["sqlite3:inbox.db", "Did you mean `sqlite:…`?"],
		["postgre://db/hooks", "Did you mean `postgres:…`?"],
		["redis://:hunter2@db", "`redis:…` is not a known store"],
		["hook:hunter2@db/hooks", "`hook:…` is not a known store"],
		["hunter2@db/hooks", "this is not a known store"],
		["sqlite:", '"sqlite:" does not name a file'],
		["sqlite:data/", '"sqlite:data/" does not name a file'],
		["sqlite:inbox.db?mode=ro", "does not name a file"],
		["sqlite://host/inbox.db", "does not name a file"],
		["sqlite::memory:", "Write `memory` for an inbox that ends with"],
		["postgres:hooks", "`store` is not a valid database URL"],
		["postgres://hook:hunter2/5@db/hooks", "`%40`, `%2F`, `%3F` and `%23`"],
		[
			"postgres://hook:hunter2#5@db/hooks",
			"`store` is not a valid database URL",
		],
		[
			"postgres://hook:2?hunter2@db/hooks",
			"`store` is not a valid database URL",
		],
		[
			"postgres://hook:2#hunter2@db/hooks",
			"`store` is not a valid database URL",
		],
		[
			"postgres://a,,b/hooks",
			"`store` is not a valid database URL: one of its hosts is empty",
		],
		[
			"postgres://a,b/hooks?target_session_attrs=standby",
			"asks for a server that takes no writes",
		],
		["postgres://a:1,b:x/hooks", "`store` is not a valid database URL"],
	];
	for (const [text, finding] of wrong)
		it(`refuses ${text}`, async () => {
			const { store, lines } = await checkStore(text);
			expect(store).to.equal(undefined);
			const [line = "", ...more] = lines;
			expect(line).to.include("/config/routes.yaml:2:17: error: ");
			expect(line).to.include(finding);
			expect(line).to.not.include("hunter2");
			expect(more).to.deep.equal([]);
		});

	const written = [
		"postgres://hook:hunter2@db/hooks",
		"postgres://db/hooks?user=hook&password=hunter2",
		"postgres://hook:hunter2@a:1,b:2/hooks?target_session_attrs=read-write",
		// biome-ignore lint/suspicious/noTemplateCurlyInString: the reference is one of routes.yaml
		"${INBOX_URL:-postgres://hook:hunter2@db/hooks}",
	];
	for (const text of written) {
		it(`warns of the password in ${text}, and does not show it`, async () => {
			const { store, lines } = await checkStore(text);
			expect(store?.type).to.equal("postgres");
			expect(lines).to.have.length(1);
			expect(lines[0]).to.include("warning: the database password");
			expect(lines[0]).to.not.include("hunter2");
		});
	}

	it("says nothing of a password from the environment, whole or in part", async () => {
		const env = { URL: "postgres://hook:hunter2@db/hooks", PW: "hunter2" };
		for (const text of [`\${URL}`, `postgres://hook:\${PW}@db/hooks`]) {
			const { store, lines } = await checkStore(text, env);
			expect(store).to.deep.equal({ type: "postgres", url: env.URL });
			expect(lines).to.deep.equal([]);
		}
	});

	it("shows nothing of a wrong one from the environment", async () => {
		for (const url of ["hunter2:x", "hunter2", "./hunter2.db"]) {
			const { lines } = await checkStore(`\${URL}`, { URL: url });
			expect(lines).to.have.length(1);
			expect(lines[0]).to.include("(hidden: from the environment)");
			expect(lines[0]).to.not.include("hunter2");
		}
	});
});

describe("the inbox's times", () => {
	it("shows no value from the environment, but the default that it is compared with", async () => {
		const { lines } = await checkText(
			`version: 1\ninbox: { deadRetention: "\${DEAD}", bodyRetention: "\${BODY}" }\n${ROUTES}`,
			{ DEAD: "1d", BODY: "8d" },
		);
		expect(lines).to.have.length(2);
		expect(lines[0]).to.include("shorter than the `retention` of `7d`");
		expect(lines[1]).to.include("longer than the `retention` of `7d`");
	});

	it("lets the dead stay as long as the delivered where nobody says otherwise", async () => {
		const times = async (inbox: string) => {
			const { settings } = await checkText(
				`version: 1\ninbox: { ${inbox} }\n${ROUTES}`,
			);
			const { retentionMs, deadRetentionMs } = settings?.inbox ?? {};
			return [retentionMs, deadRetentionMs];
		};
		const day = 86_400_000;
		expect(await times("")).to.deep.equal([7 * day, 30 * day]);
		expect(await times("retention: 31d")).to.deep.equal([31 * day, 31 * day]);
		expect(await times("retention: 20d")).to.deep.equal([20 * day, 30 * day]);
	});

	it("may be years", async () => {
		const { settings } = await checkText(
			`version: 1\ninbox: { retention: 3650d }\n${ROUTES}`,
		);
		expect(settings?.inbox.retentionMs).to.equal(3650 * 86_400_000);
	});
});

describe("the defaults of inbox, retry and concurrency", () => {
	it("are those that the schema states", async () => {
		const { $defs } = readRoutesSchema() as {
			readonly $defs: Readonly<
				Record<
					string,
					{ readonly properties: Record<string, { default?: unknown }> }
				>
			>;
		};
		const stated = (name: string): Record<string, unknown> =>
			Object.fromEntries(
				Object.entries($defs[name]?.properties ?? {}).flatMap(
					([key, { default: value }]) =>
						value === undefined ? [] : [[key, value]],
				),
			);
		const { retry, concurrency, orderBy, dedupe } = stated("defaults");
		const route = (name: string, more: object) => ({
			name,
			path: `/${name}`,
			kind: "sms.inbound",
			firewall: "vonage",
			signature: "none",
			handler: { plugin: "log" },
			...more,
		});
		const silent = await checkText(
			JSON.stringify({ version: 1, routes: [route("a", {})] }),
		);
		const written = await checkText(
			JSON.stringify({
				version: 1,
				inbox: { ...stated("inbox"), quarantine: stated("quarantine") },
				routes: [route("a", { retry, concurrency, orderBy, dedupe })],
			}),
		);
		const parts = await checkText(
			JSON.stringify({
				version: 1,
				routes: [route("a", { retry: stated("retry") })],
			}),
		);
		expect(written.lines).to.deep.equal([]);
		expect(written.settings?.inbox).to.deep.equal(silent.settings?.inbox);
		const say = ({ settings }: typeof silent) =>
			JSON.stringify(settings?.routes);
		expect(say(written)).to.equal(say(silent));
		expect(say(parts)).to.equal(say(silent));
	});
});

describe("inbox.maxSize", () => {
	const check = (inbox: string) =>
		checkText(`version: 1\ninbox: ${inbox}\n${ROUTES}`);

	it("is a size, and the store's own where it is absent", async () => {
		const { settings, lines } = await check("{ maxSize: 20GB }");
		expect(settings?.inbox.maxBytes).to.equal(20_000_000_000);
		expect(lines).to.deep.equal([]);
		const none = await check("{}");
		expect(none.settings?.inbox.maxBytes).to.equal(undefined);
	});

	it("refuses no room at all, and warns of less than the quarantine may take", async () => {
		expect((await check("{ maxSize: 0B }")).lines.join()).to.contain(
			"an inbox without room keeps nothing",
		);
		const small = await check("{ maxSize: 199MB }");
		expect(small.lines.join()).to.contain("the quarantine alone may take all");
		const fitting = "{ maxSize: 20MB, quarantine: { maxSize: 10MB } }";
		expect((await check(fitting)).lines).to.deep.equal([]);
	});
});

describe("inbox.spool", () => {
	const check = async (
		spool: string,
		{ store = "postgres://db/hooks", more = "", env = {} } = {},
	) => {
		const { settings, lines, notes } = await checkText(
			`version: 1\ninbox: { store: ${JSON.stringify(store)}, spool: ${JSON.stringify(spool)}${more} }\n${ROUTES}`,
			env,
		);
		const { spoolFile, spoolMaxBytes } = settings?.inbox ?? {};
		return { spoolFile, spoolMaxBytes, lines, notes };
	};

	it("takes a file beside the configuration or an absolute one, and its limit", async () => {
		expect(
			await check("sqlite:./data/spool.db", { more: ", spoolMaxSize: 5GB" }),
		).to.include({ spoolFile: "/config/data/spool.db", spoolMaxBytes: 5e9 });
		const absolute = await check("sqlite:/var/spool.db");
		expect(absolute).to.include({ spoolFile: "/var/spool.db" });
		expect(absolute.lines).to.deep.equal([]);
	});

	const wrong: readonly (readonly [string, RegExp])[] = [
		[
			"./data/spool.db",
			/"\.\/data\/spool\.db" is not a spool\. Expected `sqlite:\.\/data\/spool\.db`.*Write `sqlite:\.\/data\/spool\.db`/,
		],
		["postgres://user:secret@db/hooks", /this is not a spool\. Expected/],
		["memory", /"memory" is not a spool/],
		["sqlite::memory:", /`:memory:` is not a file/],
		["sqlite:data/", /does not name a file/],
	];
	for (const [spool, finding] of wrong)
		it(`refuses ${spool}`, async () => {
			const { lines } = await check(spool);
			expect(lines.join("\n")).to.match(finding);
			expect(lines.join("\n")).to.not.include("secret");
			expect(lines).to.have.length(1);
		});

	for (const store of ["sqlite:inbox.db", "memory", "none"])
		it(`is an error with ${store}`, async () => {
			const { lines } = await check("sqlite:spool.db", { store });
			expect(lines.join("\n")).to.match(
				/error: `spool` is only for a database on another machine, and `store` is/,
			);
		});

	it("is only noted where the environment chose a store without a database", async () => {
		// biome-ignore lint/suspicious/noTemplateCurlyInString: the reference is one of routes.yaml
		const store = "${INBOX_URL:-sqlite:./data/inbox.db}";
		const at = await check("sqlite:spool.db", { store });
		expect(at.lines).to.deep.equal([]);
		expect(at.notes.map(({ what }) => what).join()).to.include("not used");
		expect(at.spoolFile).to.equal(undefined);
		const env = { INBOX_URL: "postgres://db/hooks" };
		const there = await check("sqlite:spool.db", { store, env });
		expect(there.spoolFile).to.equal("/config/spool.db");
	});

	it("must not be served by a static handler", async () => {
		const { lines } = await checkText(
			`version: 1
inbox: { store: "postgres://db/hooks", spool: "sqlite:spool.db" }
routes:
  - { name: a, path: /a, kind: voice.answer, level: app, firewall: vonage, signature: none, handler: { static: { file: ./spool.db-wal } } }
`,
		);
		expect(lines.join("\n")).to.include("is the spool, which everybody");
	});
});
