import { expect } from "chai";
import { createTestRouter, type TestRouter } from "../../src/testing.ts";

const SMS = { path: "/sms", kind: "sms.inbound", level: "account" };

/** A route that fans out to an internal route and to two services. */
const ROUTES = {
	version: 1,
	inbox: { store: "memory" },
	defaults: { firewall: ["loopback"], signature: "none" },
	routes: [
		{ name: "audit", kind: "sms.inbound", handler: { plugin: "log" } },
		{
			name: "sms",
			...SMS,
			retry: ["1m"],
			handler: {
				all: [
					"audit",
					{ name: "crm", forward: { url: "http://crm.test/sms", as: "json" } },
					{
						name: "erp",
						forward: {
							url: "http://erp.test/",
							headers: { "x-n": "{{ headers.x-note }}" },
						},
						retry: "none",
						rate: "1/s",
						delay: "10s",
					},
				],
			},
		},
	],
};

describe("all", () => {
	let open: TestRouter[] = [];
	afterEach(async () => {
		for (const router of open.splice(0)) await router.close();
		open = [];
	});
	const start = async (
		answers: Readonly<Record<string, object>> = {},
	): Promise<TestRouter> => {
		const router = await createTestRouter({ config: ROUTES, env: {} });
		open.push(router);
		router.stub(
			["crm", "erp"].map((host) => ({
				url: `http://${host}.test/*`,
				answer: answers[host] ?? { status: 200 },
			})),
		);
		return router;
	};

	it("makes a delivery for each target, whose id begins with that of its parent", async () => {
		const router = await start();
		const { status, outcome, id } = await router.send("/sms");
		expect([status, outcome]).to.deep.equal([200, "received"]);
		const rows = await router.deliveries();
		expect(rows.map((row) => `${row.id} ${row.route}`)).to.deep.equal([
			`${id} sms`,
			`${id}~audit audit`,
			`${id}~crm sms/crm`,
			`${id}~erp sms/erp`,
		]);
	});

	it("retries one target by its own settings, while the others are done", async () => {
		const router = await start({ crm: { status: 503 } });
		await router.send("/sms");
		await router.settle();
		expect(await statesOf(router)).to.deep.equal([
			"sms delivered 0",
			"audit delivered 1",
			"sms/crm waiting 1",
			"sms/erp received 0",
		]);
		await router.advance("2m");
		expect(await statesOf(router)).to.deep.equal([
			"sms delivered 0",
			"audit delivered 1",
			"sms/crm dead 2",
			"sms/erp delivered 1",
		]);
	});

	it("holds the delay and the rate of one target alone", async () => {
		const router = await start();
		for (const messageId of ["1", "2", "3"])
			await router.send("/sms", { set: { messageId } });
		await router.settle();
		const sent = () => router.forwarded().map(({ url }) => new URL(url).host);
		expect(sent()).to.deep.equal(["crm.test", "crm.test", "crm.test"]);
		await router.advance("10s");
		expect(sent()).to.have.length(4);
		await router.advance("1s");
		expect(sent()).to.have.length(5);
		await router.advance("1s");
		expect(sent()).to.have.length(6);
	});

	it("keeps the headers that a target reads", async () => {
		const router = await start();
		await router.send("/sms", { headers: { "x-note": "hello" } });
		await router.advance("10s");
		const erp = router.forwarded().find(({ url }) => url.includes("erp"));
		expect(erp?.headers["x-n"]).to.equal("hello");
	});

	it("gives each target an event of its own id", async () => {
		const router = await start();
		const { id } = await router.send("/sms");
		await router.settle();
		const [crm] = router.forwarded();
		expect(crm?.body).to.include({ id: `${id}~crm`, route: "sms/crm" });
	});
});

// --- helpers ---

async function statesOf(router: TestRouter): Promise<readonly string[]> {
	return (await router.deliveries()).map(
		({ route, state, attempts }) => `${route} ${state} ${attempts}`,
	);
}
