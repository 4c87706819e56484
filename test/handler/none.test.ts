import { expect } from "chai";
import type { HookError } from "../../src/errors.ts";
import { createFirewall } from "../../src/gate/firewall.ts";
import { UNSIGNED } from "../../src/gate/signature.ts";
import { none } from "../../src/handler/none/type.ts";
import { createDedupeKey } from "../../src/inbox/port/keys.ts";
import type { NewDelivery } from "../../src/inbox/port/queue.ts";
import { createStack } from "../../src/route/stack.ts";
import { createDelivery } from "../../src/runtime/inbox/deliver.ts";
import { createHandOn } from "../../src/runtime/inbox/hand-on.ts";
import { Occupancy } from "../../src/runtime/occupancy.ts";
import type { Inbound } from "../../src/runtime/request/inbound.ts";
import { receive } from "../../src/runtime/request/pipeline.ts";
import type { ServedRoute } from "../../src/runtime/served-route.ts";
import { createServices } from "../../src/runtime/services.ts";
import { runCli, withFolder } from "../cli/cli.ts";
import { fakeKind } from "../route/kinds.ts";
import { createTestInbox } from "../runtime/inbox-tools.ts";
import { servedRoute } from "../runtime/served.ts";

describe("the handler `none`", () => {
	it("answers an empty 200 on each webhook, and keeps none, not even to detect duplicates", async () => {
		for (const mode of ["accept", "reply"] as const) {
			const test = createTestInbox();
			const route = unkept({ mode });
			for (const _ of ["first", "again"]) {
				const answer = await ask(route, test.inbox);
				expect(answer).to.deep.include({
					outcome: "handled",
					error: undefined,
				});
				expect(answer.reply.status).to.equal(200);
				expect(answer.reply.body ?? "").to.have.length(0);
			}
			expect(test.put, mode).to.deep.equal([]);
		}
	});

	it("leaves quarantine to the gates, and takes what is released", async () => {
		const test = createTestInbox();
		const kind = fakeKind("test.any", "any", {
			levels: ["app"],
			validate: () => [{ path: "/to", message: "is missing" }],
		});
		const route = unkept({ mode: "accept", kind, onInvalid: "quarantine" });
		const answer = await ask(route, test.inbox);
		expect(answer.outcome).to.equal("quarantined");
		expect(test.put.map(({ state }) => state)).to.deep.equal(["quarantined"]);
		// What is released, or has waited since the route had another handler.
		const [kept] = test.put;
		const { verdict } = await createDelivery(route).deliver(
			{ ...(kept as NewDelivery), attempt: 1, receivedAt: 0 },
			new AbortController().signal,
		);
		expect(verdict).to.deep.equal({ as: "delivered" });
		const rejecting = unkept({ mode: "accept", kind, onInvalid: "reject" });
		const refused = await ask(rejecting, test.inbox);
		expect((refused.error as HookError).code).to.equal("PAYLOAD_INVALID");
		expect(test.put).to.have.length(1);
	});

	it("takes what a plugin hands on, and keeps nothing of it", async () => {
		const test = createTestInbox();
		const route = unkept({ mode: "accept" });
		const handOn = createHandOn({
			find: () => route,
			drain: () => new AbortController().signal,
			inbox: test.inbox,
		});
		await handOn(route.name, { a: 1 }, {}, undefined);
		expect(test.put).to.deep.equal([]);
	});

	it("shows itself in `routes` and `explain`", () =>
		withFolder({ "routes.yaml": ROUTES }, async (folder) => {
			const { out: rows } = await runCli(["routes", "--json"], folder);
			expect(JSON.parse(rows)[0]).to.include({ handler: "none" });
			const { out } = await runCli(["explain", "voice.event"], folder);
			expect(out).to.include(
				"Runs: none (routes.yaml:4); the answer is an empty 200, and nothing is kept.",
			);
		}));
});

// --- helpers ---

const ROUTES = `version: 1
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: events, path: /events, kind: voice.event, handler: none }
`;

function unkept(over: Partial<ServedRoute>): ServedRoute {
	const built = none
		.createBuilder({} as never, undefined)
		.build({ type: "none" }, {} as never);
	if (built instanceof Promise || built.handler === undefined)
		throw new Error("it has a handler at once");
	return servedRoute({
		kind: fakeKind("test.any", "any", {
			levels: ["app"],
			contentTypes: ["json"],
		}),
		handler: built.handler,
		dedupeKeyOf: createDedupeKey(["id"]),
		isRecorded: false,
		isUnkept: none.isUnkept === true,
		...over,
	});
}

function ask(
	route: ServedRoute,
	inbox: ReturnType<typeof createTestInbox>["inbox"],
) {
	const stack = createStack("/x", [route], {
		firewall: createFirewall(["any"], undefined),
		onDenied: "reject",
		onUnsigned: "reject",
		signature: UNSIGNED,
		bodyLimitBytes: 100,
	});
	const request: Inbound = {
		method: "POST",
		path: "/x",
		query: "",
		headers: { "content-type": "application/json" },
		client: { address: undefined, found: "test" },
		params: {},
		receivedAt: 0,
		hasBody: true,
		read: async () => Buffer.from('{"id":"1"}'),
		unpack: () => undefined,
	};
	return receive(stack, request, {
		drain: new AbortController().signal,
		occupancy: new Occupancy(),
		...createServices(inbox),
	});
}
