import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import type { Reply } from "../../src/event/webhook.ts";
import { createFirewall } from "../../src/gate/firewall.ts";
import { createSignature, type Verifier } from "../../src/gate/signature.ts";
import type { Handler } from "../../src/handler/handler.ts";
import { createStack, type Door } from "../../src/route/stack.ts";
import { Occupancy } from "../../src/runtime/occupancy.ts";
import type { Answer } from "../../src/runtime/request/answer.ts";
import type { Inbound } from "../../src/runtime/request/inbound.ts";
import { receive } from "../../src/runtime/request/pipeline.ts";
import { Repeats } from "../../src/runtime/request/repeats.ts";
import type { Surroundings } from "../../src/runtime/services.ts";
import { createServices } from "../../src/runtime/services.ts";
import { fakeKind } from "../route/kinds.ts";
import { servedRoute } from "./served.ts";

/** Believes a request whose header `proof` is `good`; `nonce` tells one from another. */
const SCHEME: Verifier = {
	name: "test",
	prove({ headers }, now) {
		if (headers.proof === undefined) {
			throw new HookError("SIGNATURE_MISSING", "test: no proof");
		}
		if (headers.proof !== "good") {
			throw new HookError("SIGNATURE_INVALID", "test: a bad proof");
		}
		const { nonce } = headers;
		return {
			claims: { api_key: "abcd1234" },
			mark:
				typeof nonce === "string"
					? { key: `test ${nonce}`, until: now + 1000 }
					: undefined,
		};
	},
};

describe("a signed webhook", () => {
	it("is told to the handler with its claims", async () => {
		const { send } = world();
		const { event } = await send({ proof: "good" });
		expect(event?.claims).to.deep.equal({ api_key: "abcd1234" });
	});

	it("is refused with 401 before its body is parsed", async () => {
		const { send } = world();
		const { reply, outcome, error } = await send({}, { body: "{broken" });
		expect([reply.status, reply.body, outcome]).to.deep.equal([
			401,
			undefined,
			"unsigned",
		]);
		expect((error as HookError).code).to.equal("SIGNATURE_MISSING");
		expect((await send({ proof: "good" }, { body: "{broken" })).reply.status)
			// Who proves where it comes from is told about the body.
			.to.equal(400);
	});

	it("is asked for again with 503 where the path says `retry`", async () => {
		const { send } = world({ onUnsigned: "retry" });
		for (const proof of [{}, { proof: "bad" }]) {
			const { reply, outcome } = await send(proof);
			expect([reply.status, outcome]).to.deep.equal([503, "unsigned"]);
		}
	});

	it("passes without its claims, and is noted, where the path says `report`", async () => {
		const { send } = world({ onUnsigned: "report" });
		const { reply, outcome, reports, event } = await send({ proof: "bad" });
		expect([reply.status, outcome]).to.deep.equal([200, "handled"]);
		expect(reports.map(({ code }) => code)).to.deep.equal([
			"SIGNATURE_INVALID",
		]);
		expect(event?.claims).to.deep.equal({});
	});
});

describe("a signed webhook that comes again", () => {
	it("is answered as the first was, and not handled again", async () => {
		const { send, handled } = world();
		const first = await send({ proof: "good", nonce: "1" });
		const second = await send({ proof: "good", nonce: "1" });
		expect(second.reply).to.equal(first.reply);
		expect([second.outcome, handled.length]).to.deep.equal(["duplicate", 1]);
		await send({ proof: "good", nonce: "2" });
		expect(handled).to.have.lengthOf(2);
	});

	it("is handled when the first was not accepted", async () => {
		let isDown = true;
		const { send, handled } = world({}, () => {
			if (isDown) throw new Error("down");
			return OK;
		});
		expect((await send({ proof: "good", nonce: "1" })).reply.status).to.equal(
			503,
		);
		isDown = false;
		expect((await send({ proof: "good", nonce: "1" })).outcome).to.equal(
			"handled",
		);
		expect(handled).to.have.lengthOf(2);
	});

	it("is handled when the first was no valid payload", async () => {
		const { send } = world();
		const signed = { proof: "good", nonce: "1" };
		expect((await send(signed, { body: "{broken" })).reply.status).to.equal(
			400,
		);
		expect((await send(signed)).outcome).to.equal("handled");
	});

	it("waits for the first while that is under way", async () => {
		let finish = (_: Reply): void => {};
		const { send, handled } = world(
			{},
			() =>
				new Promise<Reply>((resolve) => {
					finish = resolve;
				}),
		);
		const first = send({ proof: "good", nonce: "1" });
		const second = send({ proof: "good", nonce: "1" });
		while (handled.length === 0) await Promise.resolve();
		finish(OK);
		expect((await first).outcome).to.equal("handled");
		expect((await second).outcome).to.equal("duplicate");
		expect(handled).to.have.lengthOf(1);
	});

	it("learns nothing at another path", async () => {
		const one = world();
		const other = world({}, undefined, { path: "/other", from: one });
		await one.send({ proof: "good", nonce: "1" });
		const { reply, outcome } = await other.send({ proof: "good", nonce: "1" });
		expect([reply.status, reply.body, outcome]).to.deep.equal([
			200,
			undefined,
			"duplicate",
		]);
		expect(other.handled).to.have.lengthOf(0);
	});

	it("is another message at another path where its scheme says so", async () => {
		const repeats = new Repeats();
		const mark = { key: "webhook 1", until: 10, isPerPath: true };
		const outcomes = [];
		for (const path of ["/x", "/y", "/x"]) {
			const { outcome } = await repeats.answer(
				mark,
				{ path, now: 0 },
				async () => answer("handled"),
			);
			outcomes.push(outcome);
		}
		expect(outcomes).to.deep.equal(["handled", "handled", "duplicate"]);
	});

	it("is handled when the first was only quarantined", async () => {
		const repeats = new Repeats();
		const mark = { key: "jwt 1", until: 10 };
		const place = { path: "/x", now: 0 };
		await repeats.answer(mark, place, async () => answer("quarantined"));
		const again = await repeats.answer(mark, place, async () =>
			answer("handled"),
		);
		expect(again.outcome).to.equal("handled");
	});

	it("is known to the configuration that comes after", async () => {
		const before = world();
		await before.send({ proof: "good", nonce: "1" });
		const after = world({}, undefined, { from: before });
		expect((await after.send({ proof: "good", nonce: "1" })).outcome).to.equal(
			"duplicate",
		);
	});
});

describe("Repeats", () => {
	const keep = (repeats: Repeats, key: string, now: number, body?: string) =>
		repeats.answer({ key, until: now + 10 }, { path: "/x", now }, async () =>
			answer("handled", body),
		);

	it("forgets the oldest beyond its count", async () => {
		const repeats = new Repeats({ maxCount: 2 });
		for (const key of ["a", "b", "c"]) await keep(repeats, key, 0);
		expect(repeats.size).to.equal(2);
		expect((await keep(repeats, "c", 0)).outcome).to.equal("duplicate");
		expect((await keep(repeats, "a", 0)).outcome).to.equal("handled");
	});

	it("forgets the oldest beyond its bytes", async () => {
		const repeats = new Repeats({ maxBytes: 1000 });
		for (const key of ["a", "b", "c"])
			await keep(repeats, key, 0, "x".repeat(400));
		expect((await keep(repeats, "a", 0)).outcome).to.equal("handled");
		expect((await keep(repeats, "c", 0)).outcome).to.equal("duplicate");
	});

	it("forgets those whose time is over", async () => {
		const repeats = new Repeats();
		await keep(repeats, "a", 0);
		await keep(repeats, "b", 20);
		expect(repeats.size).to.equal(1);
	});

	it("does not keep an answer that is too large", async () => {
		const repeats = new Repeats();
		await keep(repeats, "a", 0, "x".repeat(65_537));
		expect(repeats.size).to.equal(0);
	});
});

// --- helpers ---

function answer(outcome: Answer["outcome"], body = ""): Answer {
	return {
		reply: { status: 200, headers: {}, body },
		outcome,
		error: undefined,
		reports: [],
		route: undefined,
		event: undefined,
	};
}

const OK: Reply = { status: 200, headers: {}, body: "ok" };

interface World {
	readonly around: Surroundings;
	readonly handled: unknown[];
	send(
		headers: Record<string, string>,
		over?: { readonly body?: string },
	): Promise<Answer>;
}

/** One path behind the scheme above; `from` shares what another remembers. */
function world(
	door: Partial<Door> = {},
	handle: () => Reply | Promise<Reply> = () => OK,
	{ path = "/x", from }: { path?: string; from?: World } = {},
): World {
	const handled: unknown[] = [];
	const handler: Handler = {
		handle(event) {
			handled.push(event.payload);
			return handle();
		},
	};
	const route = servedRoute({
		kind: fakeKind("test.any", "any", {
			levels: ["app"],
			contentTypes: ["json"],
		}),
		handler,
	});
	const stack = createStack(path, [route], {
		firewall: createFirewall(["any"], undefined),
		onDenied: "reject",
		onUnsigned: "reject",
		signature: createSignature([SCHEME]),
		bodyLimitBytes: 1000,
		...door,
	});
	const around: Surroundings = {
		drain: new AbortController().signal,
		occupancy: new Occupancy(),
		...(from?.around ?? createServices()),
	};
	return {
		around,
		handled,
		send(headers, { body = "{}" } = {}) {
			const request: Inbound = {
				method: "POST",
				path,
				query: "",
				headers: { "content-type": "application/json", ...headers },
				client: { address: undefined, found: "test" },
				params: {},
				receivedAt: 0,
				hasBody: true,
				read: async () => Buffer.from(body),
				unpack: () => undefined,
			};
			return receive(stack, request, around);
		},
	};
}
