import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { withRouterOf } from "../cli/router.ts";
import {
	ACCOUNT,
	MAIN,
	routesFor,
	SECRET,
	SUPPORT,
	withWorld,
} from "./world.ts";

const KEY = ACCOUNT.apiKey;
const TSX = import.meta.resolve("tsx");
const PROGRAM = fileURLToPath(
	new URL("../../src/cli/main.ts", import.meta.url),
);

describe("switchhook platform apply", () => {
	it("is gone on with, and undone, after it was killed between two writes", () =>
		withWorld(
			async ({ mock, folder, platform, writes }) => {
				const child = spawnApply(folder);
				// The application is written by then, and its answer is not read yet.
				mock.interrupt({
					on: `PUT /v2/applications/${MAIN}`,
					when: "after",
					run: () => {
						child.kill("SIGKILL");
					},
				});
				await once(child, "exit");
				expect(child.signalCode).to.equal("SIGKILL");
				const account = mock.state.account(KEY);
				expect(account.application(MAIN)?.text).to.not.include("old.example");
				expect(account.number(SUPPORT)?.moHttpUrl).to.include("old.example");

				const plan = await platform("plan");
				expect(plan.out).to.include("1 setting of 1 object to change");
				const next = await platform("apply", "--yes");
				expect(next.code).to.equal(0);
				expect(next.err).to.match(
					/^The run of \S+ was cut after 2 objects\. This run goes on with what is left; `--undo` takes both back\./,
				);
				expect(writes()).to.have.length(3);

				const undone = await platform("apply", "--undo", "--yes");
				expect(undone.out).to.include("3 objects taken back.");
				expect(account.settings.moCallBackUrl).to.equal(
					"https://old.example/sms",
				);
				expect(account.number(SUPPORT)?.moHttpUrl).to.equal(
					"https://old.example/support",
				);
				expect(account.application(MAIN)?.value).to.deep.include({
					capabilities: ACCOUNT.applications[0]?.capabilities,
				});
			},
			{ probe: false },
		));

	it("says how far it came when it is ended by Ctrl-C", () =>
		withWorld(
			async ({ mock, folder, platform }) => {
				const child = spawnApply(folder);
				let err = "";
				child.stderr.setEncoding("utf8").on("data", (text: string) => {
					err += text;
				});
				mock.fault({ on: `PUT /v2/applications/${MAIN}`, answer: "stall" });
				mock.interrupt({
					on: `GET /v2/applications/${MAIN}`,
					when: "after",
					run: () => {
						child.kill("SIGINT");
					},
				});
				const [code] = await once(child, "close");
				expect(err).to.include(
					"The run was ended early.\n1 of 3 objects written.",
				);
				expect(code).to.equal(2);
				expect((await platform("apply", "--yes")).code).to.equal(0);
			},
			{ probe: false },
		));

	it("says how far an undo came when it is ended by Ctrl-C", () =>
		withWorld(
			async ({ mock, folder, platform }) => {
				await platform("apply", "--yes");
				const child = spawnApply(folder, "--undo");
				let err = "";
				child.stderr.setEncoding("utf8").on("data", (text: string) => {
					err += text;
				});
				mock.fault({ on: `PUT /v2/applications/${MAIN}`, answer: "stall" });
				mock.interrupt({
					on: `GET /v2/applications/${MAIN}`,
					when: "after",
					run: () => {
						child.kill("SIGINT");
					},
				});
				const [code] = await once(child, "close");
				expect(err).to.include(
					"The run was ended early.\n1 of 3 objects taken back.",
				);
				expect(code).to.equal(2);
				const rest = await platform("apply", "--undo", "--yes");
				expect(rest.out)
					.to.include("2 objects taken back.")
					.and.not.include(`number ${SUPPORT}`);
			},
			{ probe: false },
		));

	it("is undone right after it was killed, also where nobody knows whether the write was done", () =>
		withWorld(
			async ({ mock, platform }) => {
				const account = mock.state.account(KEY);
				mock.fault({ on: "POST /number/update", answer: { status: 403 } });
				const failed = await platform("apply", "--yes");
				expect(failed.code).to.equal(2);
				expect(failed.err)
					.to.include("may not write the number 447700900001")
					.and.include("2 of 3 objects written.");
				const undone = await platform("apply", "--undo", "--yes");
				expect(undone.code).to.equal(0);
				expect(undone.out).to.include("2 objects taken back.");
				expect(account.settings.moCallBackUrl).to.include("old.example");
			},
			{ probe: false },
		));

	it("waits and goes on after a 429 in the middle, and writes each object once", () =>
		withWorld(async ({ mock, platform }) => {
			mock.fault({
				on: `PUT /v2/applications/${MAIN}`,
				answer: { status: 429, headers: { "Retry-After": "0" } },
			});
			expect((await platform("apply", "--yes")).code).to.equal(0);
			const puts = mock.requests.filter(({ method }) => method === "PUT");
			expect(puts.map(({ status }) => status)).to.deep.equal([429, 200]);
		}));

	it("sends a write again whose answer was lost", () =>
		withWorld(async ({ mock, platform, hooks }) => {
			mock.fault({ on: "POST /number/update", answer: "drop-answer" });
			expect((await platform("apply", "--yes")).code).to.equal(0);
			expect(mock.state.account(KEY).number(SUPPORT)?.moHttpUrl).to.equal(
				`${hooks}/support`,
			);
		}));

	const refusals: readonly [string, unknown][] = [
		["420", { status: 420 }],
		[
			"an error inside a 200",
			{
				status: 200,
				body: { "error-code": "420", "error-code-label": "method failed" },
			},
		],
	];
	for (const [name, answer] of refusals) {
		it(`stops at ${name}, and says what is written`, () =>
			withWorld(async ({ mock, platform }) => {
				mock.fault({
					on: "POST /number/update",
					answer: answer as { status: number },
				});
				const { code, err } = await platform("apply", "--yes");
				expect(code).to.equal(2);
				expect(err)
					.to.include("The platform refused to write the number 447700900001")
					.and.include("2 of 3 objects written.");
			}));
	}

	it("asks the router itself where its firewall refuses this machine", () =>
		withWorld(async ({ folder, mock, platform, configure, writes }) => {
			const text = (publicUrl: string) =>
				routesFor(mock, publicUrl).replace(/ {2}- name: answer[\s\S]*$/, "");
			await configure(text("http://localhost:1"));
			await withRouterOf(folder, async ({ origin }) => {
				await configure(text(origin));
				const { code, err } = await platform("apply", "--yes");
				// The platform itself, on this machine, is refused too, so that it does not save the URL.
				expect(err).to.include("The platform refused to write");
				expect(code).to.equal(2);
			});
			// The way through the control socket was open: it came to the write.
			expect(writes()).to.deep.equal(["POST /account/settings"]);
		}));

	it("writes nothing where the router does not know the path", () =>
		withWorld(async ({ folder, mock, platform, configure, writes }) => {
			const text = (publicUrl: string) =>
				routesFor(mock, publicUrl).replace(/ {2}- name: answer[\s\S]*$/, "");
			await configure(text("http://localhost:1"));
			await withRouterOf(folder, async ({ origin }) => {
				await configure(text(origin).replaceAll("path: /", "path: /new-"));
				const { code, err } = await platform("apply", "--yes");
				expect(code).to.equal(2);
				expect(err).to.match(/wants 200: it answers 404\. Start the router/);
			});
			expect(writes()).to.deep.equal([]);
		}));
});

// --- helpers ---

/** Applies in a process of its own, so that it can be killed. */
function spawnApply(folder: string, ...more: readonly string[]) {
	return spawn(
		process.execPath,
		["--import", TSX, PROGRAM, "platform", "apply", "--yes", ...more],
		{
			cwd: folder,
			stdio: ["ignore", "ignore", "pipe"],
			env: {
				...process.env,
				VONAGE_API_KEY: KEY,
				VONAGE_API_SECRET: SECRET,
			},
		},
	);
}
