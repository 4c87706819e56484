import { expect } from "chai";
import { isInboxOpenError } from "../../src/inbox/port/open-error.ts";
import type { Driver } from "../../src/inbox/postgres/connect/driver.ts";
import { migrations } from "../../src/inbox/postgres/migrate.ts";
import { openPostgres } from "../../src/inbox/postgres/open.ts";
import type { TestPostgres } from "../postgres.ts";
import { usePostgres } from "../postgres.ts";
import { delivery } from "./contract/ground.ts";
import { OLD_DOUBTS } from "./old-doubts.ts";

const OPTIONS = { quarantine: { maxCount: 10, maxBytes: 1000 } };

describe("openPostgres", () => {
	const server = usePostgres();
	let url: string;

	before(async () => {
		url = await server().createDatabase();
	});

	it("makes its tables once, however many start at the same time", async () => {
		const stores = await Promise.all(
			Array.from({ length: 8 }, () =>
				openPostgres(`${url}?schema=many`, OPTIONS),
			),
		);
		const [first, last] = [stores[0], stores.at(-1)];
		const one = delivery();
		await first?.put([one]);
		expect((await last?.get(one.id))?.id).to.equal(one.id);
		await Promise.all(stores.map((store) => store.close()));
		const rows = await server().query(url, 'select * from "many".version');
		expect(rows).to.have.length(1);
	});

	it("brings version 2 up with its rows, while a router of that version still puts", async () => {
		const steps = migrations('"two"').slice(0, 2).flat().join(";");
		const row = (id: string) =>
			`with d as (
				insert into "two".delivery (id, route, kind, received_at, due, updated, size, state)
				values ('${id}', 'sms', 'k', 0, 0, 0, 4, 2) returning seq
			) insert into "two".body (seq, envelope, bytes) select seq, '{}', '{}' from d`;
		await server().query(
			url,
			`create schema two; create table "two".version (version integer not null); insert into "two".version values (2); ${steps}`,
		);
		await server().query(url, row("old"));
		const store = await openPostgres(`${url}?schema=two`, OPTIONS);
		try {
			await server().query(url, row("later"));
			for (const id of ["old", "later"]) {
				const found = await store.get(id);
				expect(found).to.include({ state: "delivered", sizeBytes: 4 });
				expect(found).to.not.have.property("answer");
			}
			const one = delivery({ state: "delivered", answer: "{}" });
			await store.put([one]);
			expect((await store.get(one.id))?.answer).to.equal("{}");
		} finally {
			await store.close();
		}
	});

	it("brings version 1 up: reads the doubts out of their reason, and puts each into its budget", async () => {
		await server().query(
			url,
			`create schema old; create table "old".version (version integer not null); insert into "old".version values (1);
			${(migrations('"old"')[0] ?? []).join(";")}`,
		);
		const literal = (text: string | null) =>
			text === null ? "null" : `'${text}'`;
		for (const [id, { reason }] of OLD_DOUBTS.entries())
			await server().query(
				url,
				`with d as (
					insert into "old".delivery (id, route, kind, received_at, due, updated, size, state, reason)
					values ('${id}', 'sms', 'k', 0, 0, 0, 10, 5, ${literal(reason)}) returning seq
				) insert into "old".body select seq, '{}', '' from d`,
			);
		const refused = await openPostgres(`${url}?schema=old`, {
			...OPTIONS,
			owner: false,
		}).then(
			() => expect.fail("a command brought it up"),
			(error: Error) => error.message,
		);
		expect(refused).to.match(
			/older Switchhook.*version 1.*nothing was changed/,
		);
		const store = await openPostgres(`${url}?schema=old`, OPTIONS);
		try {
			for (const [id, { doubts }] of OLD_DOUBTS.entries())
				expect((await store.get(`${id}`))?.doubts).to.deep.equal(doubts);
			const { quarantine } = await store.stats();
			expect([quarantine.door.count, quarantine.admitted.count]).to.deep.equal([
				3, 3,
			]);
		} finally {
			await store.close();
		}
	});

	it("opens what is there without the right to create", async () => {
		await (await openPostgres(`${url}?schema=given`, OPTIONS)).close();
		const role = await makeRole(server(), url, "reader");
		await server().query(
			url,
			`grant usage on schema given to reader;
			grant all on all tables in schema given to reader`,
		);
		const store = await openPostgres(`${role}?schema=given`, OPTIONS);
		const one = delivery();
		await store.put([one]);
		expect((await store.get(one.id))?.state).to.equal("received");
		await store.close();
	});

	it("keeps the inboxes of two schemas apart", async () => {
		const a = await openPostgres(`${url}?schema=apart_a`, OPTIONS);
		const b = await openPostgres(`${url}?schema=apart_b`, OPTIONS);
		await a.put([delivery({ dedupeKey: "k" })]);
		const [receipt] = await b.put([delivery({ dedupeKey: "k" })]);
		expect(receipt?.isDuplicate).to.equal(false);
		expect((await a.list({}, { max: 9 })).rows).to.have.length(1);
		await Promise.all([a.close(), b.close()]);
	});

	it("says how to install the driver where it is missing", async () => {
		const missing = Object.assign(new Error("Cannot find package 'pg'"), {
			code: "ERR_MODULE_NOT_FOUND",
		});
		const loadDriver = (): Promise<{ default: Driver }> =>
			Promise.reject(missing);
		expect(await refusal(url, { loadDriver })).to.include("npm install pg@8");
	});

	it("refuses tables of a newer version, and changes nothing", async () => {
		await (await openPostgres(`${url}?schema=newer`, OPTIONS)).close();
		await server().query(url, "update newer.version set version = 99");
		expect(await refusal(`${url}?schema=newer`)).to.match(
			/schema newer has version 99, .* up to \d+; update Switchhook/,
		);
		expect(
			await server().query(url, "select version from newer.version"),
		).to.deep.equal([{ version: 99 }]);
	});

	it("refuses a role that may not make its tables, and says what to grant", async () => {
		const role = await makeRole(server(), url, "stranger");
		expect(await refusal(role)).to.match(
			/role may not create .* grant it CREATE on the database/,
		);
	});

	it("refuses a name that is no schema", async () => {
		for (const name of ["Upper", "a b", '"; drop table x', "1a", "pg_x"])
			expect(
				await refusal(`${url}?schema=${encodeURIComponent(name)}`),
			).to.include("`?schema=` names no schema");
	});

	it("refuses a time that is none, and says how long a server may take", async () => {
		for (const time of ["soon", "0", "1.5", "3600"])
			expect(await refusal(`${url}?connect_timeout=${time}`)).to.include(
				"expected whole seconds from 1 to 60",
			);
	});

	it("names each of several servers that takes no writes", async () => {
		const [away, none] = [1, 2].map((port) => `127.0.0.1:${port}`);
		const both = url.replace(/127\.0\.0\.1:\d+/, `${away},no-such.invalid`);
		expect(await refusal(both)).to.match(
			/^postgres:\/\/postgres@127\.0\.0\.1:1,no-such\.invalid\/\w+: none of the servers takes writes; promote a standby, .*127\.0\.0\.1:1: connect ECONNREFUSED .*; no-such\.invalid: /,
		);
		const refused = url.replace(/127\.0\.0\.1:\d+/, `${away},${none}`);
		expect(await refusal(refused)).to.include("no server answers there");
	});

	it("says that no server answers, and what to do", async () => {
		const away = url.replace(/:\d+\//, ":1/");
		expect(await refusal(away)).to.match(
			/^postgres:\/\/postgres@127\.0\.0\.1:1\/\w+: no server answers there; start PostgreSQL/,
		);
	});

	it("refuses a database that cannot hold every letter", async () => {
		await server().query(
			url,
			"create database ascii encoding 'SQL_ASCII' template template0",
		);
		expect(await refusal(url.replace(/\w+$/, "ascii"))).to.match(
			/: the database's encoding is SQL_ASCII; make one with `encoding 'UTF8'`/,
		);
	});

	it("says that the database does not exist", async () => {
		expect(await refusal(url.replace(/\w+$/, "nowhere"))).to.include(
			"the database does not exist",
		);
	});

	it("says that the password is wrong, and never shows one", async () => {
		for (const password of [
			"Wr0ng",
			"Wr%40ng%2Fx",
			"Wr@ng",
			"x#Wr0ng",
			"x/Wr0ng",
			"Wr0ng?x",
		]) {
			const message = await refusal(url.replace(server().password, password));
			expect(message).to.match(/password|no server|address|is not a URL/);
			expect(message).to.not.match(/Wr(0|%40|@)ng/);
		}
		expect(await refusal(url.replace(server().password, "Wr0ng"))).to.include(
			"the server refuses the password",
		);
	});
});

// --- helpers ---

/** The message of the refusal to open. */
async function refusal(
	url: string,
	options: Partial<Parameters<typeof openPostgres>[1]> = {},
): Promise<string> {
	try {
		await (await openPostgres(url, { ...OPTIONS, ...options })).close();
	} catch (error) {
		expect(isInboxOpenError(error)).to.equal(true);
		return (error as Error).message;
	}
	throw new Error("it opened");
}

/** A role that may connect and no more; its URL. */
async function makeRole(
	server: TestPostgres,
	url: string,
	name: string,
): Promise<string> {
	await server.query(url, `create role ${name} login password 'x${name}'`);
	return url.replace(/\/\/.*@/, `//${name}:x${name}@`);
}
