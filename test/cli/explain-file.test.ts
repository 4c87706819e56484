import { expect } from "chai";
import { FILES, runCli, withFolder } from "./cli.ts";
import { report, verdictsOf } from "./report.ts";

describe("switchhook explain, of a file", () => {
	for (const [what, file, gate, code] of [
		["an unknown path", { path: "/nowhere" }, "path", "ROUTE_UNKNOWN"],
		["another spelling", { path: "/SMS" }, "path", "ROUTE_SPELLING"],
		[
			"another method",
			{ method: "PUT", path: "/sms" },
			"method",
			"ROUTE_METHOD",
		],
		["broken JSON", { rawBody: "{", path: "/sms" }, "content", "BODY_JSON"],
		[
			"another content type",
			{ contentType: "text/xml", rawBody: "<a/>", path: "/sms" },
			"content",
			"BODY_TYPE",
		],
		[
			"a body over the limit",
			{ rawBody: `"${"x".repeat(100_000)}"`, path: "/sms" },
			"size",
			"BODY_TOO_LARGE",
		],
	] as const) {
		it(`names the gate that refuses ${what}`, () => {
			const sample = {
				method: "POST",
				contentType: "application/json",
				...file,
			};
			const files = { ...FILES, "sample.json": JSON.stringify(sample) };
			return withFolder(files, async (folder) => {
				const found = await report(folder, "sample.json");
				expect(found.code).to.equal(1);
				expect(verdictsOf(found)[gate]).to.equal(code);
			});
		});
	}

	for (const rawBody of ["null", "[]", "5"]) {
		it(`calls the JSON ${rawBody} an invalid payload`, () => {
			const contentType = "application/json";
			const sample = { method: "POST", path: "/sms", contentType, rawBody };
			const files = { ...FILES, "sample.json": JSON.stringify(sample) };
			return withFolder(files, async (folder) => {
				const found = await report(folder, "sample.json");
				expect(verdictsOf(found)).to.include({
					route: "passed",
					schema: "PAYLOAD_INVALID",
				});
			});
		});
	}

	it("reads a request from a file: method, query, headers, a body by its type", () =>
		withFolder(
			{
				...FILES,
				"get.json": JSON.stringify({
					kind: "voice.event",
					method: "GET",
					query: "status=ringing&uuid=a",
				}),
				"form.json": JSON.stringify({
					method: "POST",
					path: "/events",
					contentType: "application/x-www-form-urlencoded",
					body: { status: "a b", uuid: "1" },
				}),
			},
			async (folder) => {
				const get = await report(folder, "get.json");
				expect(get.payload).to.deep.equal({ status: "ringing", uuid: "a" });
				expect(get.route).to.equal("events");
				const form = await report(folder, "form.json", "--set", "uuid=2");
				expect(form.payload).to.deep.equal({ status: "a b", uuid: "2" });
				expect(
					(form.verdicts as { gate: string; detail: string }[]).find(
						(verdict) => verdict.gate === "content",
					)?.detail,
				).to.equal("form");
			},
		));

	it("shows a query that stands beside the payload, and none that is the payload", () =>
		withFolder(
			{
				...FILES,
				"beside.json": JSON.stringify({
					method: "POST",
					path: "/events?lang=de&a=1&a=2",
					contentType: "application/json",
					body: { status: "ringing", uuid: "a" },
				}),
				"alone.json": JSON.stringify({
					method: "POST",
					path: "/events?status=ringing&uuid=a",
				}),
			},
			async (folder) => {
				const beside = await report(folder, "beside.json", "--query", "x=a b");
				expect(beside.query).to.deep.equal({
					lang: "de",
					a: ["1", "2"],
					x: "a b",
				});
				expect(beside.payload).to.deep.equal({ status: "ringing", uuid: "a" });
				const { out } = await runCli(["explain", "beside.json"], folder);
				expect(out).to.match(/^POST \/events\?lang=de&a=1&a=2 from /);
				expect(out).to.match(
					/^Query, beside the payload:\n\{\n {2}"lang": "de",/m,
				);
				const alone = await report(folder, "alone.json");
				expect(alone).to.deep.include({
					query: null,
					payload: { status: "ringing", uuid: "a" },
				});
			},
		));

	it("reads no body of a GET, as the router does not", () =>
		withFolder(
			{
				...FILES,
				"get.json": JSON.stringify({
					method: "GET",
					path: "/events?status=ringing&uuid=a",
					contentType: "text/plain",
					rawBody: "x".repeat(200_000),
				}),
			},
			async (folder) => {
				const found = await report(folder, "get.json");
				expect(found).to.deep.include({
					code: 0,
					payload: { status: "ringing", uuid: "a" },
				});
			},
		));

	it("recognizes the kind of a payload alone, and takes its first route", () =>
		withFolder(
			{
				...FILES,
				"transfer.json": '{ "conversation_uuid_from": "CON-1" }',
				"other.json": '{ "other": true }',
			},
			async (folder) => {
				const found = await report(folder, "transfer.json");
				expect(found).to.include({ code: 0, route: "transfers" });
				const other = await runCli(
					["explain", "other.json", "--to", "nowhere"],
					folder,
				);
				expect(other.code).to.equal(2);
				const there = await report(folder, "other.json", "--to", "/paid/x");
				expect(verdictsOf(there).schema).to.equal("PAYLOAD_INVALID");
			},
		));
});
