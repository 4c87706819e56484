import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import type { HookEvent } from "../../src/event/webhook.ts";
import { parseAddress } from "../../src/gate/address.ts";
import { readEnvelope } from "../../src/inbox/port/envelope.ts";
import { createDedupeKey } from "../../src/inbox/port/keys.ts";
import {
	type Incoming,
	keep,
	noteReply,
} from "../../src/runtime/inbox/keep.ts";
import { EMPTY_OK } from "../../src/runtime/request/answer.ts";
import { errorOf } from "../handler/plugin-harness.ts";
import { createTestInbox } from "./inbox-tools.ts";
import { servedRoute } from "./served.ts";

const DENIED = new HookError("FIREWALL_DENIED", "from afar");
const INVALID = new HookError("PAYLOAD_INVALID", "/to is missing");

function incoming(over: Partial<Incoming> = {}): Incoming {
	const route = servedRoute({
		dedupeKeyOf: createDedupeKey(["messageId"]),
	});
	const event: HookEvent = {
		id: "e1",
		kind: route.kind.name,
		level: "app",
		route: route.name,
		payload: { messageId: "1" },
		receivedAt: 1000,
		attempt: 1,
		claims: {},
		raw: Buffer.from("{}"),
		params: {},
		headers: { accept: "*/*" },
		method: "POST",
		query: "a=1&b=2",
		handedOn: 0,
	};
	return {
		resolved: { route, event, invalid: undefined },
		request: {
			path: "/one",
			client: { address: undefined, found: "test" },
		},
		text: undefined,
		notes: { reports: [], doubts: [] },
		...over,
	};
}

describe("keep", () => {
	it("stores the delay of the route with the event", async () => {
		const { inbox, put } = createTestInbox();
		await keep(incoming(), inbox);
		const { resolved } = incoming();
		const route = { ...resolved.route, delayMs: 30_000 };
		await keep(incoming({ resolved: { ...resolved, route } }), inbox);
		expect(put.map(({ delayMs }) => delayMs)).to.deep.equal([
			undefined,
			30_000,
		]);
	});

	it("takes a dedupe key for what proved where it is from, and not for what was only reported", async () => {
		const proved: readonly HookError[][] = [[], [INVALID]];
		const unproved: readonly HookError[][] = [
			[DENIED],
			[new HookError("SIGNATURE_MISSING", "no `sig`")],
			[new HookError("SIGNATURE_INVALID", "a bad `sig`"), INVALID],
		];
		for (const reports of [...proved, ...unproved]) {
			const test = createTestInbox();
			await keep(incoming({ notes: { reports, doubts: [] } }), test.inbox);
			expect(test.put[0]?.dedupeKey !== undefined).to.equal(
				proved.includes(reports),
			);
		}
	});

	it("keeps the event without its secrets, and answers an empty 200", async () => {
		const test = createTestInbox();
		const answer = await keep(incoming(), test.inbox);
		expect(answer).to.include({ reply: EMPTY_OK, outcome: "received" });
		expect(answer.error).to.equal(undefined);
		const [kept] = test.put;
		expect(kept).to.include({ id: "e1", state: "received", reason: undefined });
		expect(readEnvelope(kept?.envelope ?? "")).to.deep.include({
			path: "/one",
			query: "a=1&b=2",
			headers: { accept: "*/*" },
		});
	});

	it("keeps what is not trusted in quarantine, with every reason", async () => {
		const test = createTestInbox();
		const notes = { reports: [], doubts: [DENIED, INVALID] };
		const answer = await keep(incoming({ notes }), test.inbox);
		expect(answer).to.include({ outcome: "quarantined", error: DENIED });
		expect(test.put[0]).to.include({
			state: "quarantined",
			reason: "FIREWALL_DENIED: from afar; PAYLOAD_INVALID: /to is missing",
		});
		expect(test.put[0]?.quarantine).to.deep.equal({
			doubts: [
				{ code: "FIREWALL_DENIED", detail: "from afar" },
				{ code: "PAYLOAD_INVALID", detail: "/to is missing" },
			],
			client: "unknown",
		});
	});

	it("counts what is denied for its address, an IPv6 one for its network", async () => {
		for (const [address, client] of [
			["192.0.2.7", "192.0.2.7"],
			["::ffff:192.0.2.7", "192.0.2.7"],
			["2001:db8:1:2:3::4", "20010db800010002/64"],
			["2001:db8:1:2:ffff::", "20010db800010002/64"],
		] as const) {
			const test = createTestInbox();
			const notes = { reports: [], doubts: [DENIED] };
			const request = {
				path: "/one",
				query: "",
				client: { address: parseAddress(address), found: "test" },
			};
			await keep(incoming({ notes, request }), test.inbox);
			expect(test.put[0]?.quarantine?.client).to.equal(client);
		}
	});

	it("refuses what was admitted where its quarantine is full, and takes what is denied", async () => {
		for (const admitted of [
			{ count: 10, bytes: 0 },
			{ count: 0, bytes: 1000 },
		]) {
			const test = createTestInbox();
			test.fill = { ...test.fill, admitted };
			const invalid = incoming({ notes: { reports: [], doubts: [INVALID] } });
			const error = await errorOf(() => keep(invalid, test.inbox));
			expect(error.code).to.equal("INBOX_UNAVAILABLE");
			expect(error.message).to.contain("`inbox.quarantine`");
			const denied = incoming({
				notes: { reports: [], doubts: [DENIED, INVALID] },
			});
			const answer = await keep(denied, test.inbox);
			expect(answer.outcome).to.equal("quarantined");
		}
	});

	it("answers a duplicate as the first one, under its id", async () => {
		const { inbox } = createTestInbox();
		const answer = await keep(incoming(), {
			...inbox,
			record: async () => ({ id: "first", isDuplicate: true }),
		});
		expect(answer).to.include({ reply: EMPTY_OK, outcome: "duplicate" });
		expect(answer.event?.id).to.equal("first");
	});

	it("passes on that the store cannot take it", async () => {
		const test = createTestInbox();
		test.fault = new Error("the disk is full");
		const error = await errorOf(() => keep(incoming(), test.inbox));
		expect(error.code).to.equal("INBOX_UNAVAILABLE");
	});
});

describe("noteReply", () => {
	it("records what was handled as delivered, anything else as dead with its reason", async () => {
		const test = createTestInbox();
		const answer = {
			reply: EMPTY_OK,
			reports: [],
			route: undefined,
			event: undefined,
		};
		noteReply(
			incoming(),
			{ ...answer, outcome: "handled", error: undefined },
			test.inbox,
		);
		noteReply(
			incoming(),
			{ ...answer, outcome: "fallback", error: INVALID },
			test.inbox,
		);
		await test.inbox.settled();
		expect(test.put.map(({ state, reason }) => [state, reason])).to.deep.equal([
			["delivered", undefined],
			["dead", "PAYLOAD_INVALID: /to is missing"],
		]);
	});

	it("gives the answer all the same where it cannot be recorded, and tells why", () => {
		const { inbox } = createTestInbox();
		const { resolved } = incoming();
		const event = { ...resolved.event, claims: { n: 1n } };
		const answer = {
			reply: EMPTY_OK,
			outcome: "handled",
			error: undefined,
			reports: [],
			route: undefined,
			event,
		} as const;
		const given = noteReply(
			incoming({ resolved: { ...resolved, event } }),
			answer,
			inbox,
		);
		expect(given).to.include({ reply: EMPTY_OK, outcome: "handled" });
		expect(given.error).to.be.instanceOf(TypeError);
	});
});
