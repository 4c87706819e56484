import { expect } from "chai";
import { type Database, loadDriver } from "../../src/inbox/sqlite/driver.ts";
import { openFile } from "../../src/inbox/sqlite/file.ts";
import {
	createPluginState,
	type PluginState,
} from "../../src/inbox/sqlite/state.ts";
import { START } from "./contract/ground.ts";
import { createSqliteGround, type SqliteGround } from "./sqlite-ground.ts";

describe("createPluginState", () => {
	let ground: SqliteGround;
	let db: Database;
	let state: PluginState;
	/** Rows that SQLite handed out. */
	let read: number;

	beforeEach(async () => {
		ground = await createSqliteGround();
		db = openFile(loadDriver(), ground.file, { mustExist: false });
		read = 0;
		state = createPluginState(counted(db, (rows) => (read += rows)));
	});
	afterEach(async () => {
		db.close();
		await ground.remove();
	});

	const write = (keys: readonly string[]) =>
		state.write(
			keys.map((key) => ({
				plugin: "p",
				key,
				value: "1",
				expiresAfterMs: undefined,
			})),
			START,
		);
	const list = (prefix: string) =>
		state.list("p", prefix, 1_000_000, START).map(({ key }) => key);

	it("reads no row of another prefix", () => {
		write(["open/a/1", "open/a/2"]);
		write(Array.from({ length: 1000 }, (_, at) => `sent/a/${at}`));
		expect(list("open/a/")).to.deep.equal(["open/a/1", "open/a/2"]);
		expect(read).to.equal(2);
		expect(list("none/")).to.deep.equal([]);
		expect(read).to.equal(2);
	});

	// UTF-8 has no surrogates: U+E000 follows U+D7FF.
	const LAST = ["z", "\u007f", "\u07ff", "\ud7ff", "\uffff", "\u{1f600}"];
	for (const last of [...LAST, "\u{10ffff}"]) {
		const shown = last.codePointAt(0)?.toString(16);
		it(`lists all of a prefix that ends in U+${shown}`, () => {
			const prefix = `a${last}`;
			const mine = [prefix, `${prefix}!`, `${prefix}\u{10ffff}`];
			write([...mine, "a", "a!", "b", "\u{10ffff}b"]);
			expect(list(prefix)).to.deep.equal(mine);
			expect(read).to.equal(3);
		});
	}

	it("lists all where no text follows the prefix", () => {
		write(["a", "\u{10ffff}", "\u{10ffff}\u{10ffff}b"]);
		expect(list("")).to.have.length(3);
		expect(list("\u{10ffff}")).to.have.length(2);
		expect(list("\u{10ffff}\u{10ffff}")).to.have.length(1);
	});
});

// --- helpers ---

/** The same database, which tells how many rows each list has. */
function counted(db: Database, onRows: (rows: number) => void): Database {
	return {
		exec: (sql) => db.exec(sql),
		close: () => db.close(),
		prepare(sql) {
			const statement = db.prepare(sql);
			return {
				run: (...values) => statement.run(...values),
				get: (...values) => statement.get(...values),
				setReturnArrays: (isWanted) => statement.setReturnArrays(isWanted),
				all(...values) {
					const rows = statement.all(...values);
					onRows(rows.length);
					return rows;
				},
			};
		},
	};
}
