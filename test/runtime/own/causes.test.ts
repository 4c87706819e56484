import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { ERRORS } from "../../../src/errors.ts";
import { payloadOfAlert } from "../../../src/inbox/port/alert-event.ts";
import type { Kind } from "../../../src/kind/kind.ts";
import { loadKinds } from "../../../src/kind/load.ts";
import {
	backlog,
	type Cause,
	circuit,
	codeOfReason,
	dead,
	denied,
	drift,
	quarantined,
	reloadFailed,
} from "../../../src/runtime/own/cause.ts";

const SCHEMAS = fileURLToPath(new URL("../../../schemas", import.meta.url));

const one = { id: "01a229d5-3283-7f05-bf9d-cb6933b50dc0", code: "INTERNAL" };
const upstream = "http://127.0.0.1:3000";
const high = { state: "high", waiting: 80, maxBacklog: 100 } as const;

const CAUSES: readonly Cause[] = [
	dead("orders", one),
	quarantined("orders", one),
	denied("orders", "FIREWALL_DENIED", 100),
	circuit("orders", { upstream, state: "open" }),
	circuit("orders", { upstream, state: "closed" }),
	backlog({ ...high, oldestAt: 1_700_000_000_000 }),
	backlog({ ...high, state: "well", oldestAt: undefined }),
	reloadFailed(3, "routes.yaml:12:5"),
	reloadFailed(0, undefined),
	drift(2),
];

describe("the causes of own events", () => {
	let kinds: ReadonlyMap<string, Kind>;
	before(async () => {
		const all = (await loadKinds([SCHEMAS])).kinds;
		kinds = new Map([...all].filter(([, { isOwn }]) => isOwn));
	});

	it("are of every kind of own events", () => {
		const used = new Set(CAUSES.map(({ kind }) => kind));
		expect([...used]).to.have.members([...kinds.keys()]);
	});

	for (const cause of CAUSES) {
		it(`become payloads of ${cause.kind}: ${cause.text.one}`, () => {
			const kind = kinds.get(cause.kind);
			for (const count of [1, 7]) {
				const alert = { ...cause, to: "alerts", count };
				const place = { part: "first", from: 1_700_000_000_000 } as const;
				const payload = payloadOfAlert(alert, place);
				expect(kind?.validate(payload)).to.equal(undefined);
				const fields = kind?.schema.properties as object;
				expect(fields).to.include.keys(Object.keys(payload));
				expect(payload.text).to.not.contain("#");
				expect(payload.text).to.match(/^[^.].*[^.]$/);
			}
		});
	}

	it("have no content, whatever the reason says", () => {
		expect(codeOfReason("UPSTREAM_FAILED: 447700900001", "INTERNAL")).to.equal(
			"UPSTREAM_FAILED",
		);
		expect(codeOfReason("TypeError: x is no function", "INTERNAL")).to.equal(
			"INTERNAL",
		);
		expect(codeOfReason("447700900001: is wrong", "INTERNAL")).to.equal(
			"INTERNAL",
		);
		for (const code of Object.keys(ERRORS))
			expect(codeOfReason(`${code}: why`, "-")).to.equal(code);
	});

	it("describe every field of their kinds, and have no level and no method", () => {
		for (const { name, schema, levels, methods } of kinds.values()) {
			expect([levels, methods], name).to.deep.equal([[], []]);
			for (const [field, { description }] of Object.entries(
				schema.properties as Record<string, { description: string }>,
			))
				expect(description, `${name} ${field}`).to.match(/\.$/);
		}
	});
});
