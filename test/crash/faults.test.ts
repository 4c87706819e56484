import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { openSqlite } from "../../src/inbox/sqlite/open.ts";
import { useBuild } from "../build.ts";
import { post } from "./sender.ts";
import {
	createSite,
	kill,
	type LiveRouter,
	type Site,
	stop,
	until,
} from "./site.ts";
import { limitFiles, mountSmallDisk, type SmallDisk } from "./small-disk.ts";
import { expectAllDelivered, untilDone } from "./verdict.ts";

const LANE = "447700900001";
const OPTIONS = {
	quarantine: { maxCount: 10, maxBytes: 1e6 },
	owner: false,
};

describe("a router whose inbox is in trouble", function () {
	this.timeout(90_000);
	const main = useBuild();
	let site: Site;
	let disk: SmallDisk | undefined;
	/** Absolute path of the inbox. */
	let file: string;

	/** Makes the site; its inbox lies in a folder of its own, or on a small disk. */
	const begin = async (folder?: string) => {
		site = await createSite(main(), {
			store: `sqlite:${folder === undefined ? "." : folder}/inbox.db`,
		});
		file = join(folder ?? site.folder, "inbox.db");
	};
	/** Has an inbox made with one event in it. */
	const makeInbox = async () => {
		const router = await site.start();
		expect((await post(router.url, LANE, 1)).status).to.equal(200);
		expect(await stop(router)).to.equal(0);
	};
	/** The sentence with which a router refuses to start. */
	const refusal = async () => {
		const command = site.launch();
		expect(await command.ended, command.stderr()).to.equal(2);
		const lines = command.stderr().trim().split("\n");
		expect(lines, "one sentence").to.have.length(1);
		expect(lines[0]).to.include(file);
		return lines[0] as string;
	};
	const finish = async (router: LiveRouter, last: number) => {
		const look = await openSqlite(file, OPTIONS);
		try {
			await untilDone(look);
			expect(await stop(router), router.command.stderr()).to.equal(0);
			await expectAllDelivered(look, site, new Map([[LANE, last]]));
		} finally {
			await look.close();
		}
	};
	afterEach(async () => {
		await site?.remove();
		await disk?.remove();
		disk = undefined;
	});

	describe("that has no room", () => {
		/** Posts until one is refused, makes room, and sees all of it handled. */
		const expectRecovery = async (
			fill: (router: LiveRouter) => unknown,
			free: (router: LiveRouter) => unknown,
		) => {
			const router = await site.start();
			const send = (number: number) =>
				post(router.url, LANE, number, "x".repeat(20_000));
			expect((await send(1)).status).to.equal(200);
			await fill(router);
			let number = 2;
			let refused = 0;
			// What is refused beside the worker's own writes may fit alone, and a little goes into what the log has already taken of
			// the disk: it is full when nothing passes several times in a row.
			while (refused < 5 && number < 500) {
				const heard = await send(number);
				if (heard.status === 200) {
					number += 1;
					refused = 0;
					continue;
				}
				expect(heard.status).to.equal(503);
				expect(heard.headers["retry-after"]).to.match(/^\d+$/);
				refused += 1;
			}
			expect(refused, "it became full").to.equal(5);
			await free(router);
			await until(
				"it takes events again",
				async () => (await send(number)).status === 200,
			);
			expect((await send(number + 1)).status).to.equal(200);
			await finish(router, number + 1);
		};

		it("answers 503 on a full disk, and goes on when there is room", async function () {
			disk = await mountSmallDisk();
			if (disk === undefined) return this.skip();
			const { folder, fill, free } = disk;
			await begin(folder);
			await expectRecovery(fill, free);
		});

		it("answers 503 at a limit of its files, and goes on without it", async function () {
			const isPossible = await limitFiles(process.pid, undefined);
			if (!isPossible) return this.skip();
			await begin();
			const pidOf = ({ command }: LiveRouter) => command.child.pid as number;
			await expectRecovery(
				(router) => limitFiles(pidOf(router), [file, `${file}-wal`]),
				(router) => limitFiles(pidOf(router), undefined),
			);
		});
	});

	it("does not start on a file that may not be written", async function () {
		disk = await mountSmallDisk();
		if (disk === undefined && process.getuid?.() === 0) return this.skip();
		await begin(disk?.folder);
		await makeInbox();
		const before = readFileSync(file);
		if (disk === undefined) chmodSync(file, 0o444);
		else await disk.protect();
		expect(await refusal()).to.match(/cannot be written.*let the router write/);
		expect(readFileSync(file).equals(before)).to.equal(true);
	});

	it("does not start on a damaged file, and leaves it as it is", async () => {
		await begin();
		await makeInbox();
		const bytes = readFileSync(file).fill(0xaa, 4096, 4096 * 4);
		writeFileSync(file, bytes);
		expect(await refusal()).to.match(/is damaged.*move it away/);
		expect(readFileSync(file).equals(bytes)).to.equal(true);
	});

	it("does not start on what is not an inbox, and leaves it as it is", async () => {
		await begin();
		const text = "somebody's letters\n".repeat(500);
		writeFileSync(file, text);
		expect(await refusal()).to.match(/is not an inbox.*nothing was changed/);
		expect(readFileSync(file, "utf8")).to.equal(text);
	});

	it("does not start beside another one on its file, which goes on", async () => {
		await begin();
		const first = await site.start();
		expect(await refusal()).to.include(
			`another router (process ${first.command.child.pid})`,
		);
		expect((await post(first.url, LANE, 1)).status).to.equal(200);
		await finish(first, 1);
	});

	describe("under a clock that jumps", () => {
		// What came years ago, as it seems, is too old for a second try: the first must not fail.
		const calm = { isFlaky: false };
		const sendAll = async ({ url }: LiveRouter, from: number, to: number) => {
			for (let number = from; number <= to; number += 1)
				expect((await post(url, LANE, number)).status).to.equal(200);
		};

		for (const years of [10, -10])
			it(`handles what it took ${years} years off, once the clock is right`, async () => {
				await begin();
				await site.configure({ ...calm, holds: true });
				const wrong = await site.start(clockOff(years));
				await sendAll(wrong, 1, 9);
				await kill(wrong.command);
				await site.configure(calm);
				await finish(await site.start(), 9);
			});

		it("goes on while it is set forth and back", async () => {
			await begin();
			await site.configure(calm);
			const router = await site.start(clockOff(10));
			await sendAll(router, 1, 8);
			for (const [from, to] of [
				[9, 16],
				[17, 24],
			] as const) {
				router.command.child.kill("SIGUSR2");
				await router.command.says(from === 9 ? /set to -10/ : /set to 10/);
				await sendAll(router, from, to);
			}
			await finish(router, 24);
		});
	});
});

// --- helpers ---

/** Lets a process see another time; SIGUSR2 sets it as far to the other side. */
function clockOff(years: number): readonly string[] {
	const script = `
		const { now } = Date;
		let years = ${years};
		Date.now = () => now() + years * 31557600000;
		process.on("SIGUSR2", () => {
			years = -years;
			process.stderr.write("set to " + years + "\\n");
		});`;
	return ["--import", `data:text/javascript,${encodeURIComponent(script)}`];
}
