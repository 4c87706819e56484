import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { packageFile } from "../../src/cli/package.ts";
import { createTurn } from "../../src/cli/platform/watch.ts";
import type { PluginState } from "../../src/inbox/port/state.ts";
import type { PlatformClock } from "../../src/platform/clock.ts";
import type { Drift } from "../../src/platform/drift.ts";
import { PlatformFault } from "../../src/platform/fault.ts";
import { type DriftLook, watchDrift } from "../../src/platform/watch-drift.ts";
import { runCli } from "../cli/cli.ts";
import { useRouters } from "../serving/serve.ts";
import {
	ACCOUNT,
	FOREIGN,
	MAIN,
	routesFor,
	SECRET,
	withWorld,
} from "./world.ts";

const KEY = ACCOUNT.apiKey;

/** Plays what each look finds, one after the other, and returns what the log says. */
async function playLooks(
	looks: readonly (readonly string[] | Error | "other router")[],
	onLook?: (look: DriftLook) => void,
): Promise<string[]> {
	const said: string[] = [];
	let at = 0;
	let end: () => void = () => {};
	const ended = new Promise<void>((resolve) => {
		end = resolve;
	});
	const clock: PlatformClock = {
		now: () => 0,
		async sleep(ms, signal) {
			expect(ms).to.equal(60_000);
			at += 1;
			if (at < looks.length) return;
			end();
			await new Promise((_, reject) =>
				signal?.addEventListener("abort", () => reject(signal.reason)),
			);
		},
	};
	const stop = watchDrift({
		everyMs: 60_000,
		clock,
		onLook,
		isMine: async () => looks[at] !== "other router",
		find: async () => {
			const look = looks[at] as readonly string[] | Error;
			if (look instanceof Error) throw look;
			return look.map((text) => ({ text }) as Drift);
		},
		log: {
			warn: (fields: object, message: string) =>
				said.push(`${message} ${JSON.stringify(fields)}`),
			info: (message: string) => said.push(message),
		} as never,
	});
	await ended;
	await stop();
	return said;
}

describe("watchDrift", () => {
	it("tells each state once, and when it is over", async () => {
		const down = new PlatformFault("unreachable", "no network");
		const said = await playLooks([
			[],
			["a"],
			["a"],
			["a", "b"],
			"other router",
			down,
			down,
			["a", "b"],
			[],
			[],
		]);
		expect(said.map((line) => line.replace(/^.* (?=\{)/, ""))).to.deep.equal([
			'{"drift":["a"]}',
			'{"drift":["a","b"]}',
			'{"reason":"no network"}',
			'{"drift":["a","b"]}',
			"the platform is as the routes say again",
		]);
	});
});

describe("the looks of watchDrift", () => {
	it("are passed on one by one, also those that nothing is told about", async () => {
		const seen: string[] = [];
		const down = new PlatformFault("unreachable", "no network");
		await playLooks([[], ["a"], ["a"], "other router", down], (look) =>
			seen.push(
				look.as === "found"
					? look.drift.map(({ text }) => text).join() || "none"
					: look.as === "failed"
						? look.reason
						: look.as,
			),
		);
		expect(seen).to.deep.equal(["none", "a", "a", "elsewhere", "no network"]);
	});
});

describe("createTurn", () => {
	it("gives the turn to one of the routers that share a store, until it is gone", async () => {
		let value: string | undefined;
		const state = {
			readState: async () => value,
			writeState: async (writes) => {
				value = writes[0]?.value;
			},
		} as Pick<PluginState, "readState" | "writeState"> as PluginState;
		const one = createTurn(state, 60_000);
		const two = createTurn(state, 60_000);
		expect([await one(), await two(), await one()]).to.deep.equal([
			true,
			false,
			true,
		]);
		// The mark runs out when the first router writes it no more.
		value = undefined;
		expect([await two(), await one()]).to.deep.equal([true, false]);
		expect(await createTurn(undefined, 60_000)()).to.equal(true);
	});
});

describe("switchhook platform drift", () => {
	it("names the signing first, then the rest, and has a JSON", () =>
		withWorld(async ({ platform, mock }) => {
			await platform("apply", "--prune", "--yes");
			await mock.edit((state) => {
				const account = state.account(KEY);
				account.settings.moCallBackUrl = "https://user:hunter2@else.example";
				account.application(MAIN)?.patch({
					capabilities: { voice: { signed_callbacks: false } },
				});
			});
			const { out, code } = await platform("drift");
			expect(code).to.equal(1);
			const lines = out.trim().split("\n");
			expect(lines).to.have.length(2);
			expect(lines[0]).to.match(/^`voice\.signed_callbacks` .* is false/);
			expect(lines[1]).to.include("is https://***@else.example, and");
			const json = JSON.parse((await platform("drift", "--json")).out);
			expect(json.version).to.equal(1);
			expect(json.drift[0]).to.deep.include({
				what: "voice.signed_callbacks",
				is: false,
				wanted: true,
			});
		}));

	it("never says that all is well where a route cannot be compared", () =>
		withWorld(
			async ({ platform }) => {
				const { out, code } = await platform("drift");
				expect(code).to.equal(1);
				expect(out)
					.to.include("Route answer may belong to any of the applications")
					.and.not.include("No drift");
			},
			{},
			(mock, hooks) =>
				routesFor(mock, hooks).replace(
					`{ main: ${MAIN} }`,
					`{ main: ${MAIN}, other: ${FOREIGN} }`,
				),
		));

	it("names the account where there are several", () =>
		withWorld(
			async ({ platform }) => {
				const { out } = await platform("drift");
				expect(out).to.match(
					/^`moCallBackUrl` of account retail is https:\/\/old\.example\/sms, and the routes want /m,
				);
				expect(out).to.match(
					/^`moHttpUrl` of number \d+ \(GB\) of account retail /m,
				);
			},
			{ accounts: [ACCOUNT, { ...ACCOUNT, apiKey: "efgh5678" }] },
			(mock, hooks) => `version: 1
server: { publicUrl: "${hooks}" }
platform:
  accounts:
    retail: { apiKey: ${KEY}, apiSecret: "\${VONAGE_API_SECRET}", hosts: { rest: "${mock.url}", api: "${mock.url}" } }
    office: { apiKey: efgh5678, apiSecret: "\${VONAGE_API_SECRET}", hosts: { rest: "${mock.url}", api: "${mock.url}" } }
defaults: { firewall: [vonage], signature: none }
routes:
  - { name: inbound, path: /sms, kind: sms.inbound, account: retail, handler: none }
  - { name: support, path: /support, kind: sms.inbound, level: number, account: retail, match: { to: "4477*" }, handler: none }
`,
		));
});

describe("switchhook serve", () => {
	const startRouter = useRouters();

	const drifting = (text: string): string =>
		text
			.replace("platform:\n", "platform:\n  drift: 15m\n")
			.replace("version: 1", 'version: 1\ninbox: { store: "memory" }');

	it("warns in its log of what is no longer as the routes say", () =>
		withWorld(async ({ mock, folder, configure, hooks }) => {
			await configure(drifting(routesFor(mock, hooks)));
			await writeFile(
				join(folder, ".env"),
				`VONAGE_API_KEY=${KEY}\nVONAGE_API_SECRET=${SECRET}\nVONAGE_SIGNATURE_SECRET=${"s".repeat(32)}\n`,
			);
			const router = startRouter(folder, ["--listen", "127.0.0.1:0"]);
			await router.says(/"drift":\["`voice\.signed_callbacks`/);
			const [line = ""] = router
				.stdout()
				.split("\n")
				.filter((text) => text.includes('"drift":'));
			const schema = await readFile(packageFile("schemas/log.schema.json"));
			const isValid = new Ajv2020({ allowUnionTypes: true }).compile(
				JSON.parse(schema.toString()),
			);
			expect(isValid(JSON.parse(line)), line).to.equal(true);
			router.child.kill("SIGTERM");
			expect(await router.ended).to.equal(0);
			expect(router.stdout()).to.not.include(SECRET);
		}));

	it("tells an alert route of drift once, with the number of differences", () =>
		withWorld(async ({ mock, folder, configure, hooks }) => {
			await configure(
				`${drifting(routesFor(mock, hooks))}  - { name: drifted, kind: router.drift, handler: { plugin: tell } }\n`,
			);
			await writeFile(
				join(folder, ".env"),
				`VONAGE_API_KEY=${KEY}\nVONAGE_API_SECRET=${SECRET}\nVONAGE_SIGNATURE_SECRET=${"s".repeat(32)}\n`,
			);
			await mkdir(join(folder, "plugins"), { recursive: true });
			await writeFile(
				join(folder, "plugins/tell.ts"),
				`import { definePlugin } from "switchhook";
export default definePlugin({
	name: "tell",
	on: { "router.drift": ({ payload }, { log }) => log.info({ told: payload }, "alerted") },
});
`,
			);
			const router = startRouter(folder, ["--listen", "127.0.0.1:0"]);
			await router.says(/alerted/);
			router.child.kill("SIGTERM");
			expect(await router.ended).to.equal(0);
			const lines = router
				.stdout()
				.split("\n")
				.filter((text) => text.includes('"alerted"'))
				.map((text) => JSON.parse(text));
			expect(lines).to.have.length(1);
			const { told } = lines[0].fields;
			expect(told.count).to.equal(1);
			expect(told.differences).to.be.above(1);
		}));

	it("needs the secrets of `platform` only where it looks for drift", () =>
		withWorld(async ({ mock, folder, configure, hooks }) => {
			const env = { VONAGE_SIGNATURE_SECRET: "s".repeat(32) };
			const plain = await runCli(["check"], folder, env);
			expect(plain.code).to.equal(0);
			await configure(drifting(routesFor(mock, hooks)));
			const { code, out } = await runCli(["check"], folder, env);
			expect(code).to.equal(1);
			expect(out)
				.to.include("`VONAGE_API_KEY` is not set")
				.and.include("`VONAGE_API_SECRET` is not set");
			expect((await runCli(["routes"], folder)).code).to.equal(0);
		}));
});
