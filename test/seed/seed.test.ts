import { expect } from "chai";
import { LEVELS } from "../../src/event/webhook.ts";
import { formatFinding } from "../../src/finding/finding.ts";
import { load } from "../../src/runtime/load.ts";
import { withFolder } from "../cli/cli.ts";
import { ENDPOINTS } from "./endpoints.ts";
import { NARROWER, RANGES } from "./facts.ts";
import { codesOf, readPage } from "./page.ts";
import { readRoutes, type SeedRoute } from "./routes.ts";
import { type Seed, startSeed } from "./start.ts";

const routes = readRoutes();
const own = routes.filter(({ kind }) => kind !== "any");

describe("the platform's webhooks guide of 2017", () => {
	let seed: Seed;
	before(async () => {
		seed = await startSeed();
	});
	after(() => seed.close());

	for (const route of own) {
		const { name, kind, level } = route;
		it(`${name} takes ${kind} at level ${level} and answers 200`, async () => {
			const [heard, { answer }] = await seed.sendCaptured(route);
			expect(heard.status).to.equal(200);
			expect(answer.route?.name).to.equal(name);
			expect(answer.route?.kind.name).to.equal(kind);
			expect(answer.route?.level).to.equal(level);
			expect(answer.error).to.equal(undefined);
		});
	}

	it("reads the values of a GET from the query", async () => {
		const withGet = own.filter(({ methods }) => methods.includes("GET"));
		// A lookup comes by POST, and by GET in the form of 2014.
		expect(own.length - withGet.length).to.equal(1);
		for (const route of withGet) {
			const [{ status }, { method, answer }] = await seed.send(
				route,
				"query",
				route.payload,
			);
			expect([method, status, answer.route?.name], route.name).to.deep.equal([
				"GET",
				200,
				route.name,
			]);
			if (route.kind !== "ncco.stream")
				expect(answer.event?.payload, route.name).to.deep.equal(route.payload);
		}
	});

	it("reads the values of a POST from the body, a form or JSON", async () => {
		const withPost = own.filter(({ methods }) => methods.includes("POST"));
		// Nobody posts to fetch audio.
		expect(own.length - withPost.length).to.equal(1);
		for (const route of withPost) {
			for (const encoding of ["form", "json"] as const) {
				if (!route.contentTypes.includes(encoding)) continue;
				const what = `${route.name} as ${encoding}`;
				const [{ status }, { method, answer }] = await seed.send(
					route,
					encoding,
					route.payload,
				);
				expect([method, status, answer.route?.name], what).to.deep.equal([
					"POST",
					200,
					route.name,
				]);
				expect(answer.event?.payload, what).to.deep.equal(route.payload);
			}
		}
	});

	it("hands a US short code's webhooks to the account's SMS endpoints", async () => {
		for (const [from, to] of [
			["short-code-inbound", "account-inbound"],
			["short-code-receipts", "account-receipts"],
		] as const) {
			const { payload } = routeNamed(from);
			const short = { ...payload, to: "96167" };
			const [{ status }, { answer }] = await seed.send(
				routeNamed(to),
				"query",
				short,
			);
			expect([status, answer.route?.name]).to.deep.equal([200, to]);
		}
	});

	it("serves the audio of a stream", async () => {
		const [heard] = await seed.fetch(routeNamed("stream"));
		expect(heard.headers["content-type"]).to.equal("audio/wav");
		expect(heard.body.slice(0, 4)).to.equal("RIFF");
	});

	for (const [wide, narrow, name, fields] of NARROWER) {
		const { kind } = routeNamed(name);
		it(`lets ${narrow} win over ${wide} for ${kind}`, async () => {
			const route = routeNamed(name);
			const payload = { ...route.payload, to: "1", from: "2", ...fields };
			const [, { answer }] = await seed.send(route, "json", payload);
			expect(answer.route).to.include({ name, level: narrow });
		});
	}

	for (const [at, wide] of LEVELS.entries()) {
		for (const narrow of LEVELS.slice(at + 1)) {
			it(`lets ${narrow} win over ${wide} for a webhook of one's own`, async () => {
				const payload = { [wide]: "1", [narrow]: "1" };
				for (const fields of [payload, { ...payload, [narrow]: "2" }]) {
					const [, { answer }] = await seed.send(
						routeNamed("any-account"),
						"json",
						fields,
					);
					// Where the narrower one does not fit, the wider one gets it.
					const level = fields[narrow] === "1" ? narrow : wide;
					expect(answer.route?.name).to.equal(`any-${level}`);
				}
			});
		}
	}

	for (const [range, [inside, outside]] of Object.entries(RANGES)) {
		it(`lets in the first and the last address of ${range}, and not their neighbours`, async () => {
			const stream = routeNamed("stream");
			for (const address of [...inside, ...outside]) {
				const [{ status }, { client }] = await seed.fetch(stream, address);
				expect(client.address?.text).to.equal(address);
				expect(status, address).to.equal(inside.includes(address) ? 200 : 403);
			}
		});
	}

	for (const [title, prove] of ENDPOINTS) it(title, prove);

	for (const [api, kind] of [
		["Developer API", "developer.balance"],
		["Verify API", "verify.status"],
	] as const) {
		it(`refuses a route for the ${api}, which sends no webhook`, () =>
			withFolder(
				{
					"routes.yaml": `version: 1
defaults: { firewall: nexmo, signature: none }
routes: [{ name: x, path: /x, kind: ${kind}, handler: { static: {} } }]
`,
				},
				async (folder) => {
					const configFile = `${folder}/routes.yaml`;
					const { findings } = await load({
						configFile,
						env: {},
						setup: false,
					});
					const errors = findings.filter((one) => one.severity === "error");
					expect(errors.map(formatFinding).join()).to.match(
						new RegExp(`unknown kind "${kind}"\\. The .*sends no webhook`),
					);
				},
			));
	}
});

describe("docs/seed.md", () => {
	const rows = readPage();

	it("has no empty cell", () => {
		expect(rows).to.have.length.greaterThan(30);
		for (const row of rows) expect(Object.values(row)).to.not.include("");
	});

	it("names every route, with its kind, level and methods", () => {
		const named = rows.flatMap(({ Route }) => codesOf(Route));
		expect(new Set(named)).to.deep.equal(
			new Set(routes.map(({ name }) => name)),
		);
		for (const { Route, Kind, Level, Methods } of rows) {
			const mine = codesOf(Route).map(routeNamed);
			if (Kind === undefined || mine.length === 0) continue;
			for (const [cell, facts] of [
				[Kind, mine.map(({ kind }) => kind)],
				[Level, mine.map(({ level }) => level)],
				[Methods, mine.flatMap(({ methods }) => methods)],
			] as const)
				expect(new Set(codesOf(cell)), Route).to.deep.equal(new Set(facts));
		}
	});

	it("names every level, and every range with its ends and neighbours", () => {
		const levels = rows.filter((row) => row["Wins over"] !== undefined);
		expect(levels.flatMap((row) => codesOf(row.Level))).to.deep.equal(LEVELS);
		for (const [at, row] of levels.entries())
			expect(codesOf(row["Wins over"])).to.deep.equal(LEVELS.slice(0, at));
		const ranges = rows.filter(({ Range }) => Range !== undefined);
		expect(
			ranges.map((row) => [
				...codesOf(row.Range),
				`${row["First address"]}, ${row["Last address"]}`,
				row["Refused neighbours"],
			]),
		).to.deep.equal(
			Object.entries(RANGES).map(([range, [inside, outside]]) => [
				range,
				inside.join(", "),
				outside.join(", "),
			]),
		);
	});

	it("names every test as a proof, and only tests that there are", function () {
		const suite = this.test?.parent?.parent?.suites.find(({ title }) =>
			title.startsWith("the platform's webhooks guide"),
		);
		const proofs = rows.flatMap((row) => row["Proved by"]?.split("; ") ?? []);
		expect(new Set(proofs)).to.deep.equal(
			new Set(suite?.tests.map(({ title }) => title)),
		);
	});
});

// --- helpers ---

function routeNamed(name: string): SeedRoute {
	const found = routes.find((route) => route.name === name);
	if (found === undefined) throw new Error(`no route ${name}`);
	return found;
}
