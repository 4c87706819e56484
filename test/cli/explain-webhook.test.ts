import { join } from "node:path";
import { expect } from "chai";
import { AdminProblem } from "../../src/admin/problem.ts";
import type { WebhookToExplain } from "../../src/admin/router.ts";
import { explainWebhook } from "../../src/cli/admin/explain.ts";
import { loadKinds } from "../../src/kind/load.ts";
import { load } from "../../src/runtime/load.ts";
import { FILES, runCli, withFolder } from "./cli.ts";

const SMS = {
	msisdn: "447700900009",
	to: "447700900001",
	messageId: "A1",
	text: "hello",
	type: "text",
	"message-timestamp": "2026-01-15 12:00:00",
};

/** Runs `use` with the function that the admin API explains with. */
function withExplain(
	use: (
		explain: (webhook: WebhookToExplain) => ReturnType<typeof explainWebhook>,
		folder: string,
	) => Promise<void>,
) {
	return withFolder(
		{ ...FILES, "payload.json": JSON.stringify(SMS) },
		async (folder) => {
			const { runtime, settings } = await load({
				configFile: join(folder, "routes.yaml"),
				env: {},
				setup: false,
			});
			if (runtime === undefined || settings === undefined)
				throw new Error("the configuration has errors");
			try {
				await use(
					(webhook) =>
						explainWebhook(webhook, {
							...{ runtime, settings, store: undefined, socket: "" },
							loadKinds: async () => (await loadKinds(["schemas"])).kinds,
						}),
					folder,
				);
			} finally {
				await runtime.close();
			}
		},
	);
}

describe("explaining through the admin API", () => {
	it("says the same as the command", () =>
		withExplain(async (explain, folder) => {
			const { out } = await runCli(
				["explain", "payload.json", "--json"],
				folder,
			);
			const told = JSON.parse(JSON.stringify(await explain({ payload: SMS })));
			expect(told).to.deep.equal(JSON.parse(out));
			expect(told.route).to.equal("support");
		}));

	it("reads a pasted payload as JSON, a form or a query", () =>
		withExplain(async (explain) => {
			for (const payload of [
				JSON.stringify(SMS, null, 2),
				new URLSearchParams(SMS).toString(),
				`?${new URLSearchParams(SMS)}`,
			]) {
				const { route, candidates } = await explain({ payload });
				expect(route).to.equal("support");
				expect(candidates[0]?.conditions[0]).to.include({
					field: "to",
					value: '"447700900001"',
					fits: true,
				});
			}
		}));

	it("explains why a route does not get it", () =>
		withExplain(async (explain) => {
			const { candidates } = await explain({
				payload: { ...SMS, to: "1" },
				to: "support",
			});
			const lost = candidates.find(({ route }) => route === "support");
			expect(lost).to.include({ won: false });
			expect(lost?.conditions[0]).to.include({ value: '"1"', fits: false });
		}));

	it("says what is wrong with a webhook that cannot be made", () =>
		withExplain(async (explain) => {
			for (const [webhook, wanted] of [
				[{ payload: "hello" }, /^The payload cannot be read\. Expected/],
				[{ payload: { a: 1 } }, /^No route has a kind that recognizes/],
				[{ kind: "sms.inbund" }, /^Unknown kind `sms.inbund`.*sms\.inbound/],
				[{ payload: SMS, to: "suport" }, /^No route is named `suport`/],
				[{ payload: SMS, from: "me" }, /^`from` is not an IP address/],
			] as const) {
				const failure = await explain(webhook).then(
					() => undefined,
					(error: unknown) => error,
				);
				expect(failure).to.be.instanceOf(AdminProblem);
				expect((failure as AdminProblem).message).to.match(wanted);
			}
		}));
});
