import { spawn } from "node:child_process";
import { once } from "node:events";
import {
	chmodSync,
	existsSync,
	mkdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { openStore } from "../../src/inbox/open.ts";
import { InboxOpenError } from "../../src/inbox/port/open-error.ts";
import { loadDriver } from "../../src/inbox/sqlite/driver.ts";
import { openFile } from "../../src/inbox/sqlite/file.ts";
import { openSqlite, type SqliteOptions } from "../../src/inbox/sqlite/open.ts";
import { asUnprivileged, makeReachableFolder } from "../unprivileged.ts";
import { delivery, idsOf, lease, put } from "./contract/ground.ts";
import { createSqliteGround, type SqliteGround } from "./sqlite-ground.ts";

const OPTIONS = { quarantine: { maxCount: 10, maxBytes: 1e6 } };
const driver = loadDriver();

describe("openSqlite", () => {
	let ground: SqliteGround;

	beforeEach(async () => {
		ground = await createSqliteGround();
	});
	afterEach(() => ground.remove());

	const open = (file: string, options: Partial<SqliteOptions> = {}) =>
		openSqlite(join(ground.folder, file), { ...OPTIONS, ...options });
	/** Why it is refused. */
	const refusal = async (file: string, options?: Partial<SqliteOptions>) => {
		try {
			const store = await open(file, options);
			await store.close();
		} catch (error) {
			expect(error).to.be.instanceOf(InboxOpenError);
			return (error as Error).message;
		}
		return expect.fail("it was opened");
	};
	/** Makes an inbox of one delivery. */
	const make = async (file: string) => {
		const store = await open(file);
		await put(store);
		await store.close();
		return join(ground.folder, file);
	};

	it("makes the folder and the file for their owner alone, whatever the umask", async () => {
		const umask = process.umask(0);
		const store = await open("new/deep/inbox.db").finally(() =>
			process.umask(umask),
		);
		await put(store);
		const mode = (name: string) =>
			(statSync(join(ground.folder, name)).mode & 0o777).toString(8);
		try {
			expect(mode("new/deep")).to.equal("700");
			for (const ending of ["", "-wal", "-shm", ".owner"])
				expect(mode(`new/deep/inbox.db${ending}`), ending).to.equal("600");
		} finally {
			await store.close();
		}
	});

	it("warns of an inbox that others may read, and opens it", async () => {
		const file = await make("inbox.db");
		for (const [mode, isOpen] of [
			[0o644, true],
			[0o620, true],
			[0o600, false],
		] as const) {
			chmodSync(file, mode);
			const heard: string[] = [];
			const store = await open("inbox.db", {
				onWarning: (message) => void heard.push(message),
			});
			await store.close();
			expect(heard, mode.toString(8)).to.have.length(isOpen ? 1 : 0);
			if (isOpen) expect(heard[0]).to.include(`chmod 600 ${file}`);
		}
	});

	it("refuses a link that leads nowhere, instead of making what others may read", async () => {
		const target = join(ground.folder, "elsewhere.db");
		for (const name of ["inbox.db", "inbox.db.owner"]) {
			symlinkSync(target, join(ground.folder, name));
			expect(await refusal("inbox.db")).to.match(/is a link to a file/);
			expect(existsSync(target)).to.equal(false);
			rmSync(join(ground.folder, name));
			rmSync(ground.file, { force: true });
		}
		writeFileSync(target, "", { mode: 0o600 });
		symlinkSync(target, ground.file);
		await (await open("inbox.db")).close();
	});

	it("leaves no log behind at the end", async () => {
		const file = await make("inbox.db");
		expect(existsSync(`${file}-wal`)).to.equal(false);
	});

	it("refuses a second router, naming the file and the process", async () => {
		const store = await open("inbox.db");
		const why = await refusal("inbox.db");
		expect(why).to.include(`process ${process.pid}`);
		expect(why).to.include(ground.file);
		await store.close();
		await (await open("inbox.db")).close();
	});

	it("lets the next router in after one was killed, with all that it held", async () => {
		const child = startChild(["hold", ground.file]);
		const [id] = (await once(child.stdout, "data")) as [Buffer];
		expect(await refusal("inbox.db")).to.include(`process ${child.pid}`);
		child.kill("SIGKILL");
		await once(child, "exit");
		const store = await open("inbox.db");
		const [again] = await lease(store);
		expect([again?.id, again?.attempt]).to.deep.equal([
			id.toString().trim(),
			2,
		]);
		await store.close();
	});

	it("refuses a folder", async () => {
		mkdirSync(join(ground.folder, "inbox.db"));
		expect(await refusal("inbox.db")).to.match(/is a folder/);
	});

	it("refuses a missing file where it must exist, and does not make it", async () => {
		expect(await refusal("no/inbox.db", { mustExist: true })).to.match(
			/there is no inbox/,
		);
		expect(existsSync(join(ground.folder, "no"))).to.equal(false);
	});

	it("refuses what is no database, and leaves it alone", async () => {
		writeFileSync(
			ground.file,
			"not a database, but somebody's text\n".repeat(99),
		);
		const before = readFileSync(ground.file);
		expect(await refusal("inbox.db")).to.match(
			/is not an inbox.*nothing was changed/,
		);
		expect(readFileSync(ground.file).equals(before)).to.equal(true);
	});

	it("refuses another program's database, and leaves it alone", async () => {
		const db = driver.open(ground.file);
		db.exec("create table customers (name text)");
		db.close();
		const before = readFileSync(ground.file);
		expect(await refusal("inbox.db")).to.match(/another program/);
		expect(readFileSync(ground.file).equals(before)).to.equal(true);
	});

	it("refuses a newer version, and leaves it alone", async () => {
		const file = await make("inbox.db");
		const db = driver.open(file);
		db.exec("pragma user_version = 99");
		db.close();
		const before = readFileSync(file);
		expect(await refusal("inbox.db")).to.match(/newer Switchhook.*version 99/);
		expect(readFileSync(file).equals(before)).to.equal(true);
	});

	it("refuses a damaged file, and leaves it alone", async () => {
		const file = await make("inbox.db");
		const bytes = readFileSync(file);
		bytes.fill(0xaa, 4096, 4096 * 4);
		writeFileSync(file, bytes);
		const why = await refusal("inbox.db");
		expect(why).to.match(/is damaged.*move it away/);
		expect(why).to.include(file);
		expect(readFileSync(file).equals(bytes)).to.equal(true);
	});

	it("refuses a file that was cut off", async () => {
		const file = await make("inbox.db");
		truncateSync(file, 4096 * 3);
		expect(await refusal("inbox.db")).to.match(/is damaged/);
		expect(statSync(file).size).to.equal(4096 * 3);
	});

	describe("beside a running router", () => {
		it("reads and writes, and leaves its leases alone", async () => {
			const router = await open("inbox.db");
			const held = await put(router);
			await lease(router);
			const dead = await put(router, { state: "dead", reason: "no" });
			const command = await open("inbox.db", { owner: false });
			expect(await command.get(held)).to.include({ state: "leased" });
			expect(await command.drop({ ids: [held] })).to.equal(0);
			expect(await command.replay({ ids: [dead] })).to.equal(1);
			await command.close();
			expect(await router.get(held)).to.include({ state: "leased" });
			expect(idsOf(await lease(router))).to.deep.equal([dead]);
			await router.close();
		});

		it("neither leases nor settles", async () => {
			const command = await open("inbox.db", { owner: false });
			await put(command);
			try {
				await lease(command);
				expect.fail("it leased");
			} catch (error) {
				expect(error).to.include({ code: "INBOX_UNAVAILABLE" });
			}
			await command.close();
		});

		it("is heard by the router", async () => {
			const router = await open("inbox.db", { pollMs: 5 });
			await put(router, { state: "dead", reason: "no" });
			const command = await open("inbox.db", { owner: false });
			const heard = new Promise((resolve) => {
				router.onWork(resolve);
			});
			await command.replay({ filter: {}, max: 10 });
			expect(await heard).to.deep.equal(["sms"]);
			expect(router.backlog()).to.equal(1);
			await command.close();
			await router.close();
		});
	});

	it("is what openStore opens for a file", async () => {
		const { file } = ground;
		const store = await openStore({ type: "sqlite", file }, OPTIONS);
		expect(store.engine).to.equal("sqlite");
		await store.put([delivery()]);
		await store.close();
		expect(existsSync(file)).to.equal(true);
	});
});

describe("openFile, by a user who may not write", () => {
	let folder: string;

	beforeEach(() => {
		folder = makeReachableFolder("switchhook-inbox-");
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	const open = (file: string) => openFile(driver, file, { mustExist: false });
	const refusal = (file: string) => {
		chmodSync(folder, 0o555);
		try {
			asUnprivileged(() => open(file)).close();
		} catch (error) {
			expect(error).to.be.instanceOf(InboxOpenError);
			return (error as Error).message;
		} finally {
			chmodSync(folder, 0o700);
		}
		return expect.fail("it was opened");
	};

	it("refuses the file", () => {
		const file = join(folder, "inbox.db");
		open(file).close();
		chmodSync(file, 0o444);
		expect(refusal(file)).to.match(/cannot be written/);
	});

	it("refuses to make one in the folder", () => {
		expect(refusal(join(folder, "inbox.db"))).to.match(/cannot be made/);
	});
});

describe("the inbox on SQLite, killed", () => {
	it("keeps every delivery that was acknowledged", async () => {
		const ground = await createSqliteGround();
		const acknowledged: string[] = [];
		try {
			for (const enough of [200, 1, 700]) {
				const child = startChild(["put", ground.file]);
				let rest = "";
				let count = 0;
				for await (const chunk of child.stdout) {
					const lines = (rest + chunk).split("\n");
					rest = lines.pop() ?? "";
					acknowledged.push(...lines);
					count += lines.length;
					if (count >= enough) child.kill("SIGKILL");
				}
			}
			const store = await ground.open(OPTIONS);
			const kept: string[] = [];
			for await (const { id } of store.export({})) kept.push(id);
			await store.close();
			const isKept = new Set(kept);
			expect(acknowledged.filter((id) => !isKept.has(id))).to.deep.equal([]);
			expect(acknowledged.length).to.be.at.least(901);
			// In the order in which they were put.
			const wasHeard = new Set(acknowledged);
			expect(kept.filter((id) => wasHeard.has(id))).to.deep.equal(acknowledged);
			const db = driver.open(ground.file);
			expect(db.prepare("pragma integrity_check").get()).to.include({
				integrity_check: "ok",
			});
			db.close();
		} finally {
			await ground.remove();
		}
	});
});

// --- helpers ---

/** A process that puts into an inbox, or holds a lease. */
function startChild(args: readonly string[]) {
	return spawn(
		process.execPath,
		[
			"--import",
			createRequire(import.meta.url).resolve("tsx"),
			fileURLToPath(new URL("sqlite-child.ts", import.meta.url)),
			...args,
		],
		{ stdio: ["ignore", "pipe", "inherit"] },
	);
}
