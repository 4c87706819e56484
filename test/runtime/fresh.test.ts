import { expect } from "chai";
import { createHeaderFilter } from "../../src/event/kept-headers.ts";
import { recall } from "../../src/gate/signature.ts";
import type { Kind } from "../../src/kind/kind.ts";
import { loadKinds } from "../../src/kind/load.ts";
import { Branch } from "../../src/route/branch.ts";
import { eventOf } from "../../src/runtime/inbox/deliver.ts";
import { FreshLease } from "../../src/runtime/inbox/fresh.ts";
import { toDelivery, withoutSecrets } from "../../src/runtime/inbox/record.ts";
import { resolve } from "../../src/runtime/request/resolve.ts";
import { ownKinds, SCHEMAS } from "../kind/folder.ts";
import { isReadable, loadSamples, type Sample } from "../samples.ts";
import { deliveryOf } from "./inbox-tools.ts";
import { servedRoute } from "./served.ts";

const samples = loadSamples().filter(
	(sample) => !sample.parserOnly && isReadable(sample) && sample.valid,
);

describe("an event that is handled as it is put", () => {
	let kinds: ReadonlyMap<string, Kind>;
	before(async () => {
		kinds = ownKinds(await loadKinds([SCHEMAS]));
	});

	for (const sample of samples)
		it(`is what the inbox gives back: ${sample.name}`, () => {
			const kind = kinds.get(sample.kind) as Kind;
			const route = servedRoute({
				kind,
				secretParameters: ["sig"],
				keepHeaders: createHeaderFilter(["x-shop"], new Set(["x-signature"])),
			});
			const webhook = webhookOf(sample);
			const arrival = { params: { name: "x" }, receivedAt: 1000 };
			const resolved = resolve(new Branch([route]), webhook, arrival);
			const event = withoutSecrets(resolved);
			expect(event.headers).to.not.have.any.keys(
				"authorization",
				"x-signature",
				"remote-user",
			);
			expect(event.query).to.not.contain("sig=proof");
			expect(event.headers).to.include({ "x-shop": "1" });
			const { id, receivedAt, envelope, body } = toDelivery(
				resolved,
				{ path: "/one", client: "127.0.0.1", text: undefined },
				"received",
			);
			const lease = { id, receivedAt, envelope, body, attempt: 1 };
			expect(event).to.deep.equal(eventOf(lease, route));
		});
});

describe("FreshLease", () => {
	const route = servedRoute();
	const event = { id: "e1" } as ReturnType<typeof eventOf>;
	const lease = new FreshLease(deliveryOf("e1"), { event, route });

	it("is the first lease of its delivery", () => {
		expect(lease).to.include({ id: "e1", attempt: 1, envelope: "{}" });
	});

	it("has the event for the route that it was resolved to", () => {
		expect(lease.eventFor(route)).to.equal(event);
	});

	it("has it read again by a route that was loaded since", () => {
		expect(lease.eventFor({ ...route })).to.equal(undefined);
	});
});

// --- helpers ---

function webhookOf(sample: Sample) {
	const { method, contentType, query, body, rawBody, headers } = sample;
	const text =
		rawBody ?? (typeof body === "string" ? body : JSON.stringify(body ?? {}));
	return recall(
		{
			method,
			query: `${query ?? ""}${method === "GET" ? "&sig=proof" : ""}`,
			headers: {
				...headers,
				...(contentType ? { "content-type": contentType } : {}),
				authorization: "Bearer x",
				"x-signature": "x",
				"x-shop": "1",
				"remote-user": "admin",
			},
			raw: method === "GET" ? Buffer.alloc(0) : Buffer.from(text),
		},
		{ api_key: "abcd1234" },
	);
}
