import { once } from "node:events";
import { expect } from "chai";
import type { Ran } from "../cli/cli.ts";
import { withRouterOf } from "../cli/router.ts";
import {
	ACCOUNT,
	MAIN,
	routesFor,
	SUPPORT,
	spawnPlatform,
	type World,
	withWorld,
} from "./world.ts";

const KEY = ACCOUNT.apiKey;

describe("switchhook platform apply", () => {
	it("is gone on with, and undone, after it was killed between two writes", () =>
		withWorld(
			async ({ mock, folder, platform, writes }) => {
				const child = spawnPlatform(folder, ["apply", "--yes"]);
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
			async (world) => {
				const { code, output } = await interrupted(world, "--yes");
				expect(output).to.include(
					"The run was ended early.\n1 of 3 objects written.",
				);
				expect(code).to.equal(2);
				expect((await world.platform("apply", "--yes")).code).to.equal(0);
			},
			{ probe: false },
		));

	it("says how far an undo came when it is ended by Ctrl-C", () =>
		withWorld(
			async (world) => {
				const { platform } = world;
				await platform("apply", "--yes");
				const { code, output } = await interrupted(world, "--yes", "--undo");
				expect(output).to.include(
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
		withWorld(async (world) => {
			const { code, err } = await applyBesideRouter(world, (text) => text);
			// The platform itself, on this machine, is refused too, so that it does not save the URL.
			expect(err).to.include("The platform refused to write");
			expect(code).to.equal(2);
			// The way through the control socket was open: it came to the write.
			expect(world.writes()).to.deep.equal(["POST /account/settings"]);
		}));

	it("writes nothing where the router does not know the path", () =>
		withWorld(async (world) => {
			const { code, err } = await applyBesideRouter(world, (text) =>
				text.replaceAll("path: /", "path: /new-"),
			);
			expect(code).to.equal(2);
			expect(err).to.match(/wants 200: it answers 404\. Start the router/);
			expect(world.writes()).to.deep.equal([]);
		}));
});

// --- helpers ---

/** Applies in a process that gets a Ctrl-C before its second object is written. */
async function interrupted(
	{ mock, folder }: World,
	...flags: readonly string[]
): Promise<{ readonly code: unknown; readonly output: string }> {
	let output = "";
	const child = spawnPlatform(folder, ["apply", ...flags], (all) => {
		output = all;
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
	return { code, output };
}

/** Applies while a router runs with routes without a call, after the configuration was changed under it. */
async function applyBesideRouter(
	{ folder, mock, platform, configure }: World,
	change: (text: string) => string,
): Promise<Ran> {
	const text = (publicUrl: string) =>
		routesFor(mock, publicUrl).replace(/ {2}- name: answer[\s\S]*$/, "");
	await configure(text("http://localhost:1"));
	let ran: Ran | undefined;
	await withRouterOf(folder, async ({ origin }) => {
		await configure(change(text(origin)));
		ran = await platform("apply", "--yes");
	});
	if (ran === undefined) throw new Error("the router did not run");
	return ran;
}
