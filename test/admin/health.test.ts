import { expect } from "chai";
import { createReadiness } from "../../src/admin/readiness.ts";
import { withListener } from "./listener.ts";

describe("/readyz", () => {
	it("says which check failed to anybody, and why to a token", async () => {
		await withListener(
			async ({ call }) => {
				const stranger = await call("/readyz", { token: null });
				expect(stranger.status).to.equal(503);
				expect(stranger.json()).to.deep.equal({
					status: "not ready",
					checks: [
						{ name: "serving", ok: true },
						{ name: "store", ok: false },
					],
				});
				for (const token of ["wrong", ""]) {
					const guess = await call("/readyz", { token });
					expect(guess.json()).to.deep.equal(stranger.json());
				}
				const operator = await call("/readyz");
				expect(operator.text).to.include("/srv/inbox.db is full");
			},
			{
				router: {
					readiness: async () => [
						{ name: "serving", isOk: true },
						{ name: "store", isOk: false, reason: "/srv/inbox.db is full" },
					],
				},
			},
		);
	});

	it("answers HEAD with the status alone", async () => {
		await withListener(async ({ call }) => {
			const head = await call("/readyz", { method: "HEAD", token: null });
			expect([head.status, head.text]).to.deep.equal([200, ""]);
		});
	});
});

describe("the readiness of a router", () => {
	const parts = {
		isServing: () => true,
		store: { writeState: async () => {} },
		full: () => undefined,
	};

	it("needs open ports, a store that takes writes, and room", async () => {
		expect(await createReadiness(parts)()).to.deep.equal([
			{ name: "serving", isOk: true },
			{ name: "store", isOk: true },
			{ name: "room", isOk: true, reason: undefined },
		]);
	});

	it("needs only open ports where nothing is stored", async () => {
		const ready = createReadiness({
			...parts,
			store: undefined,
			isServing: () => false,
		});
		expect(await ready()).to.deep.equal([
			{ name: "serving", isOk: false, reason: "the router starts or stops" },
		]);
	});

	it("gives the store's own words", async () => {
		const ready = createReadiness({
			...parts,
			store: {
				writeState: async () => {
					throw new Error("database or disk is full");
				},
			},
			full: () => "the inbox holds 5 unfinished deliveries",
		});
		expect((await ready()).slice(1)).to.deep.equal([
			{ name: "store", isOk: false, reason: "database or disk is full" },
			{
				name: "room",
				isOk: false,
				reason: "the inbox holds 5 unfinished deliveries",
			},
		]);
	});

	describe("with a spool", () => {
		const reading = {
			...{ depth: 7, usedBytes: 1, maxBytes: 9, oldestAt: 1 },
			...{ shipped: 0, duplicates: 0, refused: 0 },
		};
		const spool = {
			read: () => reading,
			full: (): string | undefined => undefined,
			probe: async () => {},
		};
		const away = async () => {
			throw new Error("no server answers");
		};
		const check = (store: {
			writeState(): Promise<void>;
			spool: typeof spool;
		}) => createReadiness({ ...parts, store })();

		it("is ready while the spool takes events, and says that it does", async () => {
			expect(
				(await check({ writeState: away, spool })).slice(1, 3),
			).to.deep.equal([
				{ name: "store", isOk: true, reason: "no server answers" },
				{
					name: "spooling",
					isOk: true,
					reason: "7 events wait in the spool for the database",
				},
			]);
			const back = await check({ writeState: async () => {}, spool });
			expect(back.map(({ name }) => name)).to.include("spooling");
			const empty = { ...spool, read: () => ({ ...reading, depth: 0 }) };
			const quiet = await check({ writeState: async () => {}, spool: empty });
			expect(quiet.map(({ name }) => name)).to.deep.equal([
				"serving",
				"store",
				"room",
			]);
		});

		it("is not ready when the spool is full or cannot be written", async () => {
			const full = { ...spool, full: () => "the spool is full" };
			const dead = {
				...spool,
				probe: async () => {
					throw new Error("the disk is gone");
				},
			};
			for (const [one, reason] of [
				[full, "the spool is full"],
				[dead, "the disk is gone"],
			] as const)
				expect(
					(await check({ writeState: away, spool: one }))[1],
				).to.deep.equal({ name: "store", isOk: false, reason });
		});
	});

	it("does not wait for a store that hangs", async () => {
		const ready = createReadiness({
			...parts,
			store: { writeState: () => new Promise(() => {}) },
			timeoutMs: 1,
		});
		expect((await ready())[1]).to.deep.equal({
			name: "store",
			isOk: false,
			reason: "the store does not answer within 1 ms",
		});
	});

	it("writes once a second, however many probes come", async () => {
		let now = 0;
		let writes = 0;
		const ready = createReadiness({
			...parts,
			now: () => now,
			store: {
				writeState: async () => {
					writes += 1;
				},
			},
		});
		await Promise.all(Array.from({ length: 100 }, ready));
		now = 999;
		await ready();
		expect(writes).to.equal(1);
		now = 1000;
		await ready();
		expect(writes).to.equal(2);
	});

	it("recovers with the store", async () => {
		let now = 0;
		let isBroken = true;
		const ready = createReadiness({
			...parts,
			now: () => now,
			store: {
				writeState: async () => {
					if (isBroken) throw new Error("gone");
				},
			},
		});
		const isOk = async () => (await ready())[1]?.isOk;
		expect(await isOk()).to.equal(false);
		isBroken = false;
		now += 1000;
		expect(await isOk()).to.equal(true);
	});
});

describe("/metrics", () => {
	it("needs no token on loopback, and the scope `read` of one that is sent", async () => {
		await withListener(async ({ call }) => {
			const open = await call("/metrics", { token: null });
			expect([open.status, open.text]).to.deep.equal([200, "up 1\n"]);
			expect(open.headers["content-type"]).to.match(/^text\/plain/);
			expect((await call("/metrics")).status).to.equal(200);
			expect((await call("/metrics", { token: "wrong" })).status).to.equal(401);
		});
	});

	it("needs a token behind a proxy of this machine", async () => {
		const config = `version: 1
inbox: { store: none }
admin: { hosts: [admin.example.com] }
`;
		await withListener(
			async ({ call }) => {
				const status = async (headers: Readonly<Record<string, string>>) =>
					(await call("/metrics", { token: null, headers })).status;
				expect(await status({ host: "admin.example.com" })).to.equal(401);
				expect(await status({ "x-forwarded-for": "203.0.113.7" })).to.equal(
					401,
				);
				expect(await status({ forwarded: "for=203.0.113.7" })).to.equal(401);
				expect(await status({ via: "1.1 proxy" })).to.equal(401);
				expect(await status({ host: "[::1]:8081" })).to.equal(200);
				expect(await status({ host: "x.localhost" })).to.equal(200);
			},
			{ config },
		);
	});

	it("needs a token where other machines can reach it", async () => {
		for (const address of ["0.0.0.0", "", "10.0.0.1", "::"]) {
			await withListener(
				async ({ call }) => {
					const { status } = await call("/metrics", { token: null });
					expect(status, address).to.equal(401);
					expect((await call("/metrics")).status).to.equal(200);
				},
				{ address },
			);
		}
	});
});
