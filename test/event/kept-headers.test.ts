import { expect } from "chai";
import fc from "fast-check";
import {
	createHeaderFilter,
	isNeverKept,
} from "../../src/event/kept-headers.ts";
import type { Headers } from "../../src/event/webhook.ts";
import { SCHEMES } from "../../src/gate/schemes/index.ts";

/** What services of many makes believe of a request. */
const BELIEVED = [
	"client-ip",
	"fastly-client-ip",
	"fly-client-ip",
	"forwarded",
	"proxy",
	"remote-user",
	"sig",
	"true-client-ip",
	"via",
	"x-amzn-oidc-identity",
	"x-appengine-user-email",
	"x-auth-request-user",
	"x-azure-clientip",
	"x-client-cert",
	"x-cluster-client-ip",
	"x-envoy-external-address",
	"x-forwarded-for",
	"x-host",
	"x-http-method",
	"x-http-method-override",
	"x-method-override",
	"x-original-host",
	"x-original-url",
	"x-real-ip",
	"x-remote-user",
	"x-rewrite-url",
	"x-ssl-client-verify",
	"x-webauth-user",
];

const USUAL = [
	"accept",
	"content-encoding",
	"content-language",
	"content-type",
	"traceparent",
	"tracestate",
	"user-agent",
	"x-von-campaign",
	"x-von-anything-else",
];

const PROOFS = [
	"authorization",
	"cookie",
	"proxy-authorization",
	"webhook-signature",
	"x-signature",
];

const SECRETS = new Set([...SCHEMES.secretHeaders, "x-signature"]);

describe("createHeaderFilter", () => {
	it("keeps the content, the sender's program, the trace and the platform's own", () => {
		expect(keptOf(USUAL)).to.deep.equal(USUAL);
	});

	it("keeps nothing else that a service may believe", () => {
		expect(keptOf(BELIEVED)).to.deep.equal([]);
	});

	it("keeps what the route names", () => {
		const names = ["x-github-event", "x-real-ip"];
		expect(keptOf(BELIEVED.concat(names), names)).to.have.members(names);
	});

	it("keeps no proof of an origin, whatever the route names", () => {
		expect(keptOf(PROOFS, PROOFS)).to.deep.equal([]);
	});

	it("keeps no proof that begins as the platform's own do", () => {
		const filter = createHeaderFilter([], new Set(["x-von-signature"]));
		expect(filter({ "x-von-signature": "s" })).to.deep.equal({});
	});

	it("keeps no name with `_`, which CGI cannot tell from `-`", () => {
		const names = [
			"content_type",
			"switchhook_event_id",
			"x-von-a_b",
			"x_von_a",
			"__proto__",
		];
		expect(keptOf(names, names)).to.deep.equal([]);
	});

	it("drops what Connection names, but for what the content is", () => {
		const connection = "close, X-Hop ,content-type,Content-Encoding, accept";
		const headers = {
			connection,
			"x-hop": "1",
			"x-end": "2",
			accept: "*/*",
			"content-type": "text/plain",
			"content-encoding": "gzip",
		};
		const filter = createHeaderFilter(["x-hop", "x-end"], SECRETS);
		expect(filter(headers)).to.deep.equal({
			"x-end": "2",
			"content-type": "text/plain",
			"content-encoding": "gzip",
		});
	});

	it("keeps only what is named, and the same again", () => {
		const names = fc.constantFrom(...BELIEVED, ...USUAL, ...PROOFS, "x_a");
		fc.assert(
			fc.property(fc.dictionary(names, fc.string()), (headers) => {
				const filter = createHeaderFilter(["x-real-ip"], SECRETS);
				const kept = filter(headers);
				for (const name in kept)
					expect([...USUAL, "x-real-ip"]).to.include(name);
				expect(filter(kept)).to.deep.equal(kept);
			}),
		);
	});
});

describe("isNeverKept", () => {
	it("is true for proofs and names with `_`", () => {
		expect(["authorization", "a_b"].every(isNeverKept)).to.equal(true);
		expect(["x-real-ip", "accept"].some(isNeverKept)).to.equal(false);
	});
});

// --- helpers ---

function keptOf(
	names: readonly string[],
	named: readonly string[] = [],
): readonly string[] {
	const headers: Headers = JSON.parse(
		`{${names.map((name) => `"${name}":"x"`).join()}}`,
	);
	return Object.keys(createHeaderFilter(named, SECRETS)(headers));
}
