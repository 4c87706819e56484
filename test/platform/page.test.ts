import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { packageFile } from "../../src/cli/package.ts";
import { DEMO_ACCOUNT } from "../../src/platform/mock/demo.ts";
import { runCli } from "../cli/cli.ts";
import { withWorld } from "./world.ts";

const APPLICATION = "6c1e6b4e-5d0d-4c7c-9a55-0d9b8a4e1f01";

describe("docs/platform.md", () => {
	it("shows what its commands print, from the first plan to the drift", async () => {
		const page = await readFile(packageFile("docs/platform.md"), "utf8");
		const [, routes = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
		const printed = [...page.matchAll(/```\n(\$ [\s\S]*?)```/g)].map(
			([, block = ""]) => block.split("\n").slice(1).filter(Boolean),
		);
		const [plan = [], apply = [], drift = [], request = []] = printed;
		await withWorld(
			async ({ mock, folder, hooks }) => {
				const run = async (...args: string[]) => {
					const { out } = await runCli(["platform", ...args], folder, {
						VONAGE_API_KEY: DEMO_ACCOUNT.apiKey,
						VONAGE_API_SECRET: DEMO_ACCOUNT.apiSecret,
					});
					return out
						.replaceAll(hooks, "http://127.0.0.1:8080")
						.replaceAll(new URL(mock.url).host, "127.0.0.1:4010");
				};
				expect((await run("plan")).split("\n")).to.include.members(plan);
				const applied = await run("apply", "--prune", "--yes");
				expect(applied).to.include(apply.at(-1));
				expect(await run("plan", "--prune")).to.include(
					"The platform is as the routes say.",
				);
				await mock.edit((state) =>
					state
						.account(DEMO_ACCOUNT.apiKey)
						.application(APPLICATION)
						?.patch({ capabilities: { voice: { signed_callbacks: null } } }),
				);
				expect((await run("drift")).split("\n")).to.include.members(drift);
			},
			{ accounts: [DEMO_ACCOUNT] },
			(mock, hooks) =>
				routes
					.replaceAll("http://127.0.0.1:8080", hooks)
					.replaceAll("http://127.0.0.1:4010", mock.url),
		);
		expect(request[0]).to.match(/^POST https:\/\/rest\.nexmo\.com\/sms\/json/);
	});
});
