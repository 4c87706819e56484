import { expect } from "chai";
import type { Encoding } from "../../src/event/webhook.ts";
import { ask, type Heard } from "../http/router.ts";
import { loadSamples, type Sample, toQuery } from "../samples.ts";
import { type FileRouter, here, startFrom } from "./router.ts";

/** What an invalid sample meets. */
const INVALID: Readonly<Record<string, number>> = {
	"sms-inbound--dotnet-unknown-content-type": 415,
	"sms-inbound--php-delete-method": 405,
	"sms-inbound--php-get-with-body-only": 422,
	"voice-event--php-unknown-data": 422,
};

/** Fragments that carry no kind's mark: nothing can tell them apart. */
const UNMARKED = new Set(["voice-event--java-event-empty-object"]);

const SHARED: Readonly<Record<string, string>> = {
	"sms.inbound": "/sms",
	"sms.dlr": "/sms",
	"voice.event": "/events",
	"voice.transfer": "/events",
	"ncco.record": "/events",
	"ncco.input": "/events",
};

describe("the platform's own webhooks, over HTTP", () => {
	let router: FileRouter;
	before(async () => {
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

	it("has samples of each of the eight kinds", () => {
		expect(new Set(samples.map(({ kind }) => kind))).to.have.property(
			"size",
			8,
		);
		expect(valid).to.have.length.greaterThan(70);
	});

	for (const sample of valid) {
		it(`${sample.name} reaches the handler of its kind`, async () => {
			const heard = await sendSample(`${router.url}/${sample.kind}`, sample);
			expect(heard.status).to.equal(200);
			expect(router.events.map(({ kind }) => kind)).to.deep.equal([
				sample.kind,
			]);
		});

		const shared = SHARED[sample.kind];
		if (shared !== undefined && !UNMARKED.has(sample.name)) {
			it(`${sample.name} is told apart on a shared URL`, async () => {
				const heard = await sendSample(router.url + shared, sample);
				expect(heard.status).to.equal(200);
				expect(router.events.map(({ kind }) => kind)).to.deep.equal([
					sample.kind,
				]);
			});
		}

		if (typeof sample.body === "object") {
			it(`${sample.name} is the same payload in every encoding`, async () => {
				const text = toQuery(sample.body as Record<string, unknown>);
				const url = `${router.url}/${sample.kind}`;
				const sent: Encoding[] = ["json"];
				await sendSample(url, sample);
				if ((await ask(text === "" ? url : `${url}?${text}`)).status === 200)
					sent.push("query");
				const form = { "content-type": "application/x-www-form-urlencoded" };
				if (
					(await ask(url, { method: "POST", headers: form, body: text }))
						.status === 200
				)
					sent.push("form");
				expect(sent).to.include("query");
				expect(router.events).to.have.length(sent.length);
				for (const { payload } of router.events)
					expect(payload).to.deep.equal(router.events[0]?.payload);
			});
		}
	}

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

// --- helpers ---

/** Sends a sample in the method and encoding in which it was captured. */
function sendSample(url: string, sample: Sample): Promise<Heard> {
	const { method, query, contentType, rawBody } = sample;
	const headers: Record<string, string> = {};
	for (const [name, value] of Object.entries(sample.headers ?? {})) {
		// Captures were edited, so that their lengths are not those of their bodies.
		if (!/^(host|content-length|connection)$/i.test(name))
			headers[name.toLowerCase()] = value;
	}
	if (contentType) headers["content-type"] = contentType;
	const body =
		rawBody ??
		(typeof sample.body === "string" || sample.body === undefined
			? sample.body
			: JSON.stringify(sample.body));
	if (body !== undefined)
		headers["content-length"] = String(Buffer.byteLength(body));
	return ask(query ? `${url}?${query}` : url, {
		method,
		headers,
		...(body === undefined ? {} : { body }),
	});
}
