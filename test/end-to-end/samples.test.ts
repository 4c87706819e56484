import { expect } from "chai";
import { encodePayload } from "../../src/cli/request/encode.ts";
import type { Encoding, Payload } from "../../src/event/webhook.ts";
import type { Kind } from "../../src/kind/kind.ts";
import { loadKinds } from "../../src/kind/load.ts";
import { ask, type Heard } from "../http/router.ts";
import { ownKinds, SCHEMAS } from "../kind/folder.ts";
import {
	loadSamples,
	type Sample,
	TWINS,
	toQuery,
	UNMARKED,
} from "../samples.ts";
import { type FileRouter, here, startFrom } from "./router.ts";
import { sendSample } from "./send-sample.ts";

/** What an invalid sample meets. */
const INVALID: Readonly<Record<string, number>> = {
	"messages-inbound--php-testwillhydrateincomingmmsimage": 422,
	"sms-inbound--dotnet-unknown-content-type": 415,
	"sms-inbound--php-delete-method": 405,
	"sms-inbound--php-get-with-body-only": 422,
	"verify2-callback--java-malformed-json": 400,
	"voice-event--php-unknown-data": 422,
};

/** URLs that the platform itself uses for several kinds. */
const SHARED: Readonly<Record<string, readonly string[]>> = {
	"sms.inbound": ["/sms"],
	"sms.dlr": ["/sms"],
	"messages.inbound": ["/sms", "/messages"],
	"messages.status": ["/sms", "/messages"],
	"messages-v0.inbound": ["/messages"],
	"messages-v0.status": ["/messages"],
	"voice.event": ["/events"],
	"voice.error": ["/events"],
	"voice.transfer": ["/events"],
	"voice.fallback-answer": ["/events"],
	"ncco.record": ["/events"],
	"ncco.transcription": ["/events"],
	"ncco.input": ["/events"],
	"ncco.notify": ["/events"],
	"ncco.pay": ["/events"],
};

describe("the platform's own webhooks, over HTTP", () => {
	let router: FileRouter;
	let kinds: ReadonlyMap<string, Kind>;
	before(async () => {
		kinds = ownKinds(await loadKinds([SCHEMAS]));
		router = await startFrom(here("samples"));
	});
	after(() => router.close());
	beforeEach(() => {
		router.events.length = 0;
	});

	const samples = loadSamples();
	const valid = samples.filter(
		(sample) => sample.valid && sample.parserOnly !== true,
	);

	it("has samples of most kinds", () => {
		expect(new Set(samples.map(({ kind }) => kind)).size).to.equal(31);
		expect(valid).to.have.length.greaterThan(200);
	});

	for (const sample of valid) {
		it(`${sample.name} reaches the handler of its kind`, async () => {
			const heard = await sendSample(`${router.url}/${sample.kind}`, sample);
			expect(heard.status).to.equal(200);
			expect(router.events.map(({ kind }) => kind)).to.deep.equal([
				sample.kind,
			]);
		});

		const twin = TWINS[sample.kind] ?? sample.kind;
		const shared = [...(SHARED[sample.kind] ?? []), "/all"];
		for (const path of UNMARKED.includes(sample.name) ? [] : shared) {
			it(`${sample.name} is told apart on ${path}`, async () => {
				const heard = await sendSample(router.url + path, sample);
				expect(heard.status).to.equal(200);
				expect(router.events.map(({ kind }) => kind)).to.deep.equal([twin]);
			});
		}

		if (typeof sample.body === "object") {
			it(`${sample.name} is the same payload in every encoding`, async () => {
				const text = toQuery(sample.body as Record<string, unknown>);
				const url = `${router.url}/${sample.kind}`;
				const { contentTypes } = kinds.get(sample.kind) as Kind;
				const type = "application/x-www-form-urlencoded";
				const requests: Readonly<Record<Encoding, () => Promise<Heard>>> = {
					json: () => sendSample(url, sample),
					query: () => ask(text === "" ? url : `${url}?${text}`),
					form: () =>
						ask(url, {
							method: "POST",
							headers: { "content-type": type },
							body: text,
						}),
				};
				for (const encoding of contentTypes) {
					const { status } = await requests[encoding]();
					expect(status, encoding).to.equal(200);
				}
				expect(router.events).to.have.length(contentTypes.length);
				for (const { payload } of router.events)
					expect(payload).to.deep.equal(router.events[0]?.payload);
			});
		}
	}

	it("hands on the examples of every kind, in every encoding that it has", async () => {
		for (const { name, contentTypes, methods, schema } of kinds.values()) {
			if (name === "ncco.stream") continue;
			for (const payload of schema.examples as Payload[]) {
				for (const encoding of contentTypes) {
					const place = { path: `/${name}`, methods };
					const { method, path, query, headers, raw } = encodePayload(
						payload,
						encoding,
						place,
					);
					const body = Buffer.from(raw).toString();
					const url = `${router.url}${path}${query && `?${query}`}`;
					const { status } = await ask(url, {
						method,
						headers: headers as Record<string, string>,
						...(body === "" ? {} : { body }),
					});
					expect(status, `${name} as ${encoding}`).to.equal(200);
					const event = router.events.pop();
					expect(event?.kind, `${name} as ${encoding}`).to.equal(name);
				}
			}
		}
	});

	for (const sample of samples.filter((one) => !one.valid)) {
		it(`${sample.name} is refused and reaches no handler`, async () => {
			const heard = await sendSample(`${router.url}/${sample.kind}`, sample);
			expect(heard).to.include({ status: INVALID[sample.name], body: "" });
			expect(router.events).to.have.length(0);
		});
	}

	it("reads a form whose blanks are not escaped, whatever its fields are", async () => {
		const sample = samples.find(
			({ parserOnly }) => parserOnly === true,
		) as Sample;
		await sendSample(`${router.url}/parser`, sample);
		expect(router.events[0]?.payload).to.deep.equal({ "foo-bar": "foo bar" });
	});
});
