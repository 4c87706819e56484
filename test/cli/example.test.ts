import { join } from "node:path";
import { expect } from "chai";
import { packageFile } from "../../src/cli/package.ts";
import { ask } from "../http/router.ts";
import { runCli } from "./cli.ts";
import { withOwnRouter } from "./router.ts";

const ROOT = packageFile("");

/** What the repository's own configuration shows, by kind. */
const KINDS = [
	["sms.inbound", "plugin log"],
	["sms.dlr", "plugin log"],
	["voice.answer", "ncco nccos/welcome.yaml"],
	["voice.fallback-answer", "ncco nccos/sorry.yaml"],
	["ncco.input", "plugin menu"],
	["ncco.record", "plugin log"],
	["voice.event", "plugin log"],
	["voice.transfer", "plugin log"],
	["ncco.stream", join("static file audio", "hold.wav")],
	["invoice-paid", "plugin ledger"],
] as const;

describe("the repository's own routes.yaml", () => {
	it("is in order, to the last warning", async () => {
		const { code, out } = await runCli(["check", "--strict"], ROOT);
		expect(out).to.match(/^\d+ routes, 0 errors, 0 warnings, 2 notes$/m);
		expect(code).to.equal(0);
	});

	it("passes its own tests, which reach every route", async () => {
		const { code, out } = await runCli(["test"], ROOT);
		expect(out).to.match(/^\d+ passed, 0 failed in \d+ ms$/m);
		expect(out).to.not.contain("No test reaches");
		expect(code).to.equal(0);
	}).timeout(30_000);

	for (const [kind, handler] of KINDS) {
		it(`sends ${kind} to ${handler}`, async () => {
			const { code, out } = await runCli(["explain", kind], ROOT);
			expect(out).to.contain(`Runs: ${handler} (routes.yaml:`);
			expect(code).to.equal(0);
		});
	}

	it("builds its URLs from PUBLIC_URL", async () => {
		const env = { PUBLIC_URL: "https://hooks.example" };
		const { out } = await runCli(["routes"], ROOT, env);
		expect(out).to.contain("https://hooks.example/webhooks/answer");
		expect(out).not.to.contain("localhost");
	});

	it("plays the hold music as a WAV, and lets its menu go on by the key", () =>
		withOwnRouter(async ({ socket }) => {
			const askRouter = (
				path: string,
				options: Parameters<typeof ask>[1] = {},
			) => ask(`http://localhost${path}`, { ...options, socketPath: socket });
			const music = await askRouter("/audio/hold.wav");
			expect(music.headers["content-type"]).to.equal("audio/wav");
			expect(music.body.slice(0, 4)).to.equal("RIFF");
			for (const [dtmf, action] of [
				[{ digits: "1" }, "record"],
				["1", "record"],
				[{ digits: "2" }, "stream"],
				[{ digits: "9" }, "input"],
				[{ digits: "", timed_out: true }, "input"],
			]) {
				const reply = await askRouter("/webhooks/menu", {
					method: "POST",
					headers: { "content-type": "application/json" },
					body: JSON.stringify({ dtmf, uuid: "1" }),
				});
				const ncco = JSON.parse(reply.body) as { action: string }[];
				expect(
					ncco.map((step) => step.action),
					JSON.stringify(dtmf),
				).to.include(action);
			}
		}));
});
