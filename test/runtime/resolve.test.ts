import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import { SCHEMES } from "../../src/gate/schemes/index.ts";
import { NONE } from "../../src/gate/schemes/none.ts";
import type { ConfiguredScheme } from "../../src/gate/schemes/scheme.ts";
import { recall } from "../../src/gate/signature.ts";
import { createDedupeKey } from "../../src/inbox/port/keys.ts";
import type { Kind } from "../../src/kind/kind.ts";
import { loadKinds } from "../../src/kind/load.ts";
import { Branch } from "../../src/route/branch.ts";
import { secretParametersOf } from "../../src/runtime/compile/doors.ts";
import { resolve, type Trail } from "../../src/runtime/request/resolve.ts";
import { configure } from "../gate/schemes/signers.ts";
import { ownKinds, SCHEMAS } from "../kind/folder.ts";
import { fakeKind, matchOf } from "../route/kinds.ts";
import { isReadable, loadSamples } from "../samples.ts";
import { servedRoute } from "./served.ts";

const ARRIVAL = { params: {}, receivedAt: 1000 };
const NO_BODY = Buffer.alloc(0);
const KIND = fakeKind("test.any", "any", { contentTypes: ["query", "json"] });

interface Sent {
	readonly method?: string;
	readonly query?: string;
	readonly type?: string;
	readonly body?: string;
}

function resolved(
	{ method = "POST", query = "", type, body }: Sent,
	{
		kind = KIND,
		secretParameters = [],
	}: { kind?: Kind; secretParameters?: readonly string[] } = {},
) {
	const route = servedRoute({
		kind,
		secretParameters,
		methods: ["GET", "POST"],
	});
	const headers = type === undefined ? {} : { "content-type": type };
	const raw = body === undefined ? NO_BODY : Buffer.from(body);
	const webhook = recall({ method, query, headers, raw }, {});
	return resolve(new Branch([route]), webhook, ARRIVAL);
}

describe("resolve, of a POST whose payload is its query", () => {
	let kinds: ReadonlyMap<string, Kind>;
	before(async () => {
		kinds = ownKinds(await loadKinds([SCHEMAS]));
	});

	const samples = loadSamples().filter(
		(sample) =>
			sample.method === "GET" &&
			!sample.parserOnly &&
			isReadable(sample) &&
			sample.valid,
	);
	for (const { name, kind: kindName, query } of samples)
		it(`makes the same event as of a GET: ${name}`, () => {
			const kind = kinds.get(kindName) as Kind;
			const bare = query ?? "";
			const asGet = resolved({ method: "GET", query: bare }, { kind });
			const { event, invalid } = resolved({ query: bare }, { kind });
			expect(invalid).to.equal(undefined);
			expect(event.payload).to.deep.equal(asGet.event.payload);
			const keyOf = createDedupeKey(kind.dedupe, kind.dedupeNeeds);
			expect(keyOf(event)).to.equal(keyOf(asGet.event));
		});

	it("parses JSON within it, leaves out what is null, and makes numbers", () => {
		const kind = kinds.get("ncco.input") as Kind;
		const dtmf = encodeURIComponent('{"digits":"1","timed_out":false}');
		const { event } = resolved(
			{ query: `uuid=u&speech=null&dtmf=${dtmf}` },
			{ kind },
		);
		expect(event.payload).to.deep.equal({
			uuid: "u",
			dtmf: { digits: "1", timed_out: false },
		});
	});

	it("takes one of a kind that usually has a body", () => {
		const kind = kinds.get("messages.status") as Kind;
		const query =
			"message_uuid=aaaaaaaa-bbbb-cccc-dddd-0123456789ab&to=447700900001&from=447700900000&timestamp=2020-01-01T12:00:00Z&status=delivered&channel=sms";
		const { event, invalid } = resolved({ query }, { kind });
		expect(invalid).to.equal(undefined);
		expect(event.payload).to.include({ status: "delivered" });
	});
});

describe("resolve, of a query with a `sig`", () => {
	const query = "a=1&%73ig=x&signal=2";

	it("cuts the platform's signature out of it, where it is the payload", () => {
		for (const method of ["GET", "POST"]) {
			const { event } = resolved(
				{ method, query },
				{ secretParameters: ["sig"] },
			);
			expect(event.query).to.equal("a=1&signal=2");
		}
	});

	it("leaves it to an application that has one of its own", () => {
		const json = { type: "application/json", body: '{"sig":"y"}' };
		const beside = resolved({ query, ...json }, { secretParameters: ["sig"] });
		expect(beside.event).to.deep.include({ query, payload: { sig: "y" } });
		const other = resolved({ method: "GET", query });
		expect(other.event.query).to.equal(query);
		expect(other.event.payload).to.include({ sig: "x" });
	});

	it("is told by the route's schemes, or by how the platform signs the kind", () => {
		const basic = configure({
			scheme: "basic",
			username: "a",
			passwords: ["b"],
		});
		const sig = configure({
			scheme: "vonage-sig",
			method: "sha256",
			secrets: ["x"],
			timestamp: "required",
			toleranceMs: 1,
		});
		const cut = (
			signature: readonly ConfiguredScheme[],
			signed: readonly string[] | undefined,
		) => secretParametersOf(signature, { signed }, SCHEMES);
		expect(cut([NONE], ["vonage-sig"])).to.deep.equal(["sig"]);
		expect(cut([basic, sig], undefined)).to.deep.equal(["sig"]);
		expect(cut([NONE], ["vonage-jwt"])).to.deep.equal([]);
		expect(cut([NONE], undefined)).to.deep.equal([]);
	});
});

describe("resolve, with a match", () => {
	const on = (name: string, match: Record<string, unknown>) =>
		servedRoute({ name, kind: KIND, match: matchOf(match) });
	const branch = new Branch([
		servedRoute({ name: "rest", kind: KIND }),
		on("ping", { "headers.X-Event": "ping" }),
		on("second", { "query.step": "2" }),
		on("acme", { "params.tenant": "acme" }),
		on("ours", { "claims.api_key": "k" }),
		on("item", { "0.id": "7" }),
	]);

	const cases: readonly [
		what: string,
		sent: {
			readonly header?: string;
			readonly query?: string;
			readonly tenant?: string;
			readonly key?: string;
			readonly body?: string;
		},
		route: string,
	][] = [
		["a header", { header: "ping" }, "ping"],
		["another value of the header", { header: "push" }, "rest"],
		["the query beside a body", { query: "step=2" }, "second"],
		["a segment of the path", { tenant: "acme" }, "acme"],
		["a claim", { key: "k" }, "ours"],
		["a list", { body: '[{"id":7}]' }, "item"],
		["an empty list", { body: "[]" }, "rest"],
		["a text", { body: '"ping"' }, "rest"],
	];
	for (const [what, sent, name] of cases) {
		it(`routes by ${what}`, () => {
			const { header, query = "", tenant = "", key, body = "{}" } = sent;
			const headers = {
				"content-type": "application/json",
				...(header !== undefined && { "x-event": header }),
			};
			const raw = Buffer.from(body);
			const webhook = recall(
				{ method: "POST", query, headers, raw },
				key === undefined ? {} : { api_key: key },
			);
			const arrival = { ...ARRIVAL, params: { tenant } };
			const { route } = resolve(branch, webhook, arrival);
			expect(route.name).to.equal(name);
		});
	}
});

describe("resolve, with a trail", () => {
	const one = fakeKind("test.one", "one", { contentTypes: ["json"] });
	const two = fakeKind("test.two", "two", { contentTypes: ["json"] });
	const match = matchOf({ to: "1" });
	const branch = new Branch([
		servedRoute({ name: "narrow", kind: one, match }),
		servedRoute({ name: "other", kind: two }),
	]);

	/** The trail of a body, and the code that it was refused with. */
	function walk(body: string) {
		const trail: Trail = {};
		const headers = { "content-type": "application/json" };
		const raw = Buffer.from(body);
		const webhook = recall({ method: "POST", query: "", headers, raw }, {});
		let code: string | undefined;
		try {
			code = resolve(branch, webhook, ARRIVAL, undefined, trail).invalid?.code;
		} catch (error) {
			code = error instanceof HookError ? error.code : String(error);
		}
		const { parsed, kindBranch, route } = trail;
		return { code, parsed, kind: kindBranch?.kind.name, route: route?.name };
	}

	for (const [title, body, expected] of [
		["broken JSON", "{", { code: "BODY_JSON" }],
		["an unknown kind", '{"a":1}', { code: "PAYLOAD_UNRECOGNIZED" }],
		[
			"no route that fits",
			'{"one":1}',
			{ code: "PAYLOAD_UNROUTED", kind: "test.one" },
		],
		["a route", '{"two":1}', { kind: "test.two", route: "other" }],
	] as const)
		it(`leaves on it all that came before the end: ${title}`, () => {
			const parsed = body === "{" ? undefined : JSON.parse(body);
			expect(walk(body)).to.deep.equal({
				code: undefined,
				kind: undefined,
				route: undefined,
				parsed,
				...expected,
			});
		});
});
