import { expect } from "chai";
import { usePostgres } from "../postgres.ts";
import { type Start, withInboxFiles } from "./inbox-files.ts";
import { tell } from "./inbox-router.ts";

const ROUTES = `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: "\${STORE:-sqlite:inbox.db}", maxBacklog: 3 }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: sms, path: /sms, kind: sms.inbound, level: account, retry: [10ms, 10ms], handler: { plugin: told } }
  - { name: ordered, path: /ordered, kind: sms.inbound, level: account, orderBy: true, concurrency: 8, retry: [10ms, 10ms], handler: { plugin: told } }
  - { name: short, path: /short, kind: sms.inbound, level: account, timeout: 20ms, retry: none, handler: { plugin: told } }
  - { name: throws, path: /throws, kind: sms.inbound, level: account, retry: none, handler: { plugin: throws } }
`;

/** The types and the blanks move columns: the stack names the place in this text. */
const THROWS = `import { definePlugin } from "switchhook"; const nobody: any = undefined;
export default definePlugin({ name: "throws", on: { "*": (): string =>   nobody.msisdn as string } });
`;

const engines = [
	{ engine: "SQLite", makeEnv: () => async () => ({}) },
	{
		engine: "PostgreSQL",
		makeEnv: () => {
			const server = usePostgres();
			return async () => ({ STORE: await server().createDatabase() });
		},
	},
] as const;

for (const { engine, makeEnv } of engines) {
	describe(`an accept route with an inbox in ${engine}`, () => {
		const envOf = makeEnv();
		const withInbox = async (use: (start: Start) => Promise<void>) =>
			withInboxFiles(ROUTES, await envOf(), use, {
				"plugins/throws.ts": THROWS,
			});

		it("answers 200 when the event is kept, and has it handled later", () =>
			withInbox(async (start) => {
				const texts: unknown[] = [];
				tell(
					({ payload, attempt }) => void texts.push([payload.text, attempt]),
				);
				const router = await start({ isWorking: false });
				const heard = await router.sms("/sms");
				expect(heard).to.include({ status: 200, body: "" });
				const [kept] = await router.kept();
				expect(kept).to.include({
					state: "received",
					route: "sms",
					attempts: 0,
				});
				expect(texts).to.deep.equal([]);
				router.work();
				await router.logs({ msg: "delivery", outcome: "delivered" });
				expect(texts).to.deep.equal([["hi", 1]]);
				expect((await router.kept())[0]).to.include({ state: "delivered" });
			}));

		it("answers a duplicate 200 under the first one's id, and handles it once", () =>
			withInbox(async (start) => {
				let calls = 0;
				tell(() => void calls++);
				const router = await start();
				await router.sms("/sms");
				await router.logs({ msg: "delivery", outcome: "delivered" });
				expect((await router.sms("/sms")).status).to.equal(200);
				const [line] = await router.logs({ outcome: "duplicate" });
				const kept = await router.kept();
				expect(kept).to.have.length(1);
				expect(line?.id).to.equal(kept[0]?.id);
				await router.sms("/sms", { messageId: "next" });
				await router.logs({ msg: "delivery", outcome: "delivered" }, 2);
				expect(calls).to.equal(2);
			}));

		it("delivers after a restart what was waiting", () =>
			withInbox(async (start) => {
				const texts: unknown[] = [];
				tell(({ payload }) => void texts.push(payload.text));
				const first = await start({ isWorking: false });
				await first.sms("/sms", { text: "kept" });
				await first.stop();
				const second = await start();
				await second.logs({ msg: "delivery", outcome: "delivered" });
				expect(texts).to.deep.equal(["kept"]);
			}));

		it("keeps the order of a key through retries, and lets other keys pass", () =>
			withInbox(async (start) => {
				const done: string[] = [];
				tell(({ payload, attempt }) => {
					if (payload.text === "1" && attempt < 3) throw new Error("not yet");
					done.push(`${payload.msisdn}:${payload.text}`);
				});
				const router = await start({ isWorking: false });
				const post = (msisdn: string, text: string) =>
					router.sms("/ordered", { msisdn, text, messageId: msisdn + text });
				await post("447700900001", "1");
				await post("447700900001", "2");
				await post("447700900002", "x");
				router.work();
				await router.logs({ msg: "delivery", outcome: "delivered" }, 3);
				expect(done).to.deep.equal([
					"447700900002:x",
					"447700900001:1",
					"447700900001:2",
				]);
				const tries = await router.logs({
					msg: "delivery",
					outcome: "waiting",
				});
				expect(tries).to.have.length(2);
			}));

		it("gives up after the last retry, at once when told so, and keeps every attempt", () =>
			withInbox(async (start) => {
				tell(({ payload }) => {
					const error = new Error("no such customer");
					if (payload.text === "never")
						Object.defineProperty(error, Symbol.for("switchhook.give-up"), {
							value: true,
						});
					throw error;
				});
				const router = await start();
				await router.sms("/sms", { text: "fails" });
				await router.sms("/sms", { text: "never", messageId: "b" });
				await router.logs({ msg: "delivery", outcome: "dead" }, 2);
				const [fails, never] = await router.kept();
				expect(fails?.history.map(({ outcome }) => outcome)).to.deep.equal([
					"waiting",
					"waiting",
					"dead",
				]);
				expect(fails?.reason).to.match(
					/^HANDLER_FAILED: .*no such customer \(after 3 attempts\)$/,
				);
				expect(never?.history).to.have.length(1);
				expect(never).to.include({ state: "dead" });
			}));

		it("tells in the log and in the history where a plugin threw", () =>
			withInbox(async (start) => {
				const router = await start();
				await router.sms("/throws");
				const [line] = await router.logs({ msg: "delivery", outcome: "dead" });
				const [kept] = await router.kept();
				const stack = kept?.history[0]?.stack;
				expect(stack).to.match(
					/^TypeError: .*reading 'msisdn'.*\n {4}at .*\(plugins\/throws\.ts:2:81\)$/,
				);
				expect(line?.stack).to.equal(stack);
				expect(kept?.reason).to.match(
					/^HANDLER_FAILED: the plugin `throws` threw at plugins\/throws\.ts:2:81: /,
				);
			}));

		it("fails what takes longer than its route's timeout, and aborts its signal", () =>
			withInbox(async (start) => {
				let signal: AbortSignal | undefined;
				tell((_, context) => {
					({ signal } = context as { signal: AbortSignal });
					return new Promise(() => {});
				});
				const router = await start();
				await router.sms("/short");
				const [line] = await router.logs({ msg: "delivery", outcome: "dead" });
				expect(line?.reason).to.match(/^HANDLER_TIMEOUT: /);
				expect(signal?.aborted).to.equal(true);
			}));

		it("answers 503 with Retry-After at `maxBacklog`, and takes on when there is room", () =>
			withInbox(async (start) => {
				tell(() => {});
				const router = await start({ isWorking: false });
				for (const messageId of ["1", "2", "3"])
					await router.sms("/sms", { messageId });
				const full = await router.sms("/sms", { messageId: "4" });
				expect(full).to.include({ status: 503, body: "" });
				expect(full.headers["retry-after"]).to.equal("10");
				const [line] = await router.logs({ status: 503 });
				expect(line?.reason).to.match(
					/^INBOX_UNAVAILABLE: .*`inbox.maxBacklog`/,
				);
				router.work();
				await router.logs({ msg: "delivery", outcome: "delivered" }, 3);
				const again = await router.sms("/sms", { messageId: "4" });
				expect(again.status).to.equal(200);
			}));

		it("keeps a place for another route beside one that has filled `maxBacklog`, and holds that one to a quarter meanwhile", () =>
			withInbox(async (start) => {
				tell(() => {});
				const router = await start({ isWorking: false });
				const statusOf = async (path: string, messageId: string) =>
					(await router.sms(path, { messageId })).status;
				for (const messageId of ["1", "2", "3"])
					expect(await statusOf("/sms", messageId)).to.equal(200);
				expect(await statusOf("/sms", "4")).to.equal(503);
				expect(await statusOf("/short", "5")).to.equal(200);
				expect(await statusOf("/sms", "6")).to.equal(503);
				router.work();
				await router.logs({ msg: "delivery" }, 4);
				expect(await statusOf("/sms", "7")).to.equal(200);
			}));

		it("gives back unharmed at drain what is not done in time, and does it after the restart", () =>
			withInbox(async (start) => {
				let begun: (event: unknown) => void = () => {};
				const isBegun = new Promise((done) => {
					begun = done;
				});
				tell((event) => {
					begun(event);
					return new Promise(() => {});
				});
				const first = await start();
				await first.sms("/sms");
				await isBegun;
				await first.stop(1);
				const attempts: number[] = [];
				tell(({ attempt }) => void attempts.push(attempt));
				const second = await start({ isWorking: false });
				const [kept] = await second.kept();
				expect(kept).to.include({ state: "received", reason: undefined });
				expect(kept?.history).to.deep.equal([]);
				second.work();
				await second.logs({ msg: "delivery", outcome: "delivered" });
				expect(attempts).to.deep.equal([1]);
			}));

		it("lets at drain what is at work finish", () =>
			withInbox(async (start) => {
				let finish: () => void = () => {};
				let begun: () => void = () => {};
				const isBegun = new Promise<void>((done) => {
					begun = done;
				});
				tell(() => {
					begun();
					return new Promise<void>((done) => {
						finish = done;
					});
				});
				const first = await start();
				await first.sms("/sms");
				await isBegun;
				const stopped = first.stop(60_000);
				finish();
				await stopped;
				const second = await start({ isWorking: false });
				expect((await second.kept())[0]).to.include({ state: "delivered" });
			}));
	});
}
