import { statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { defaultRoom } from "../../../src/inbox/sqlite/default-room.ts";
import { createSqliteGround, type SqliteGround } from "../sqlite-ground.ts";

describe("defaultRoom", () => {
	let ground: SqliteGround;

	beforeEach(async () => {
		ground = await createSqliteGround();
	});
	afterEach(() => ground.remove());

	it("is what the file takes and half of what its disk has free, whether its folder is there or not", async () => {
		const size = 3_000_000;
		writeFileSync(ground.file, Buffer.alloc(size));
		const { bavail, bsize } = statfsSync(ground.folder);
		const free = bavail * bsize;
		const near = (bytes: number) =>
			expect(bytes).to.be.within(free * 0.4, free * 0.6 + size);
		near((await defaultRoom(ground.file)) as number);
		near((await defaultRoom(join(ground.folder, "a/b/inbox.db"))) as number);
	});
});
