import { expect } from "chai";
import { ask } from "../http/router.ts";
import { type Start, withInboxFiles } from "./inbox-files.ts";

const ROUTES = `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: "sqlite:inbox.db" }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: answer, path: /answer, kind: voice.answer, level: app, handler: { ncco: [{ action: talk, text: Hi }] }, fallback: { ncco: [{ action: talk, text: Sorry }] } }
  - { name: events, path: /events, kind: voice.event, level: app, mode: reply, handler: { static: { status: 204 } } }
  - { name: fixed, path: /fixed, kind: voice.answer, level: app, handler: { static: { file: fixed.json } } }
  - { name: fetched, path: /fetched, handler: { static: { file: fixed.json } } }
  - { name: faulty, path: /faulty, kind: voice.answer, level: app, handler: { ncco: [{ action: talk, text: "{{ payload.region_url }}" }] }, fallback: { ncco: [{ action: talk, text: Sorry }] } }
`;

const withInbox = (use: (start: Start) => Promise<void>): Promise<void> =>
	withInboxFiles(ROUTES, {}, use, {
		"fixed.json": '[{"action":"talk","text":"Hi"}]',
	});

describe("a reply route with an inbox", () => {
	const CALL = `from=447700900001&to=447700900000&uuid=${"a".repeat(32)}&conversation_uuid=CON-aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab`;

	it("is recorded after its answer", () =>
		withInbox(async (start) => {
			const router = await start();
			const heard = await ask(`${router.url}/answer?${CALL}`);
			expect(heard.body).to.equal('[{"action":"talk","text":"Hi"}]');
			await router.running.inbox.settled();
			const [kept] = await router.kept();
			expect(kept).to.include({ state: "delivered", route: "answer" });
		}));

	it("is recorded with what was answered, a static one and a fallback too", () =>
		withInbox(async (start) => {
			const router = await start();
			const answers: unknown[] = [];
			for (const path of ["answer", "events", "fixed", "faulty"]) {
				const more = path === "events" ? "&status=answered" : "";
				await ask(`${router.url}/${path}?${CALL}${more}`);
				await router.running.inbox.settled();
				const newest = (await router.kept()).at(-1);
				expect(newest?.route).to.equal(path);
				answers.push(JSON.parse(newest?.answer ?? "null"));
			}
			const type = "application/json";
			const heard = '[{"action":"talk","text":"Hi"}]';
			expect(answers).to.deep.equal([
				{ status: 200, type, body: heard, fixed: true },
				{ status: 204 },
				{ status: 200, type, body: heard, fixed: true },
				{
					status: 200,
					type,
					body: heard.replace("Hi", "Sorry"),
					fixed: true,
				},
			]);
			// Anybody may fetch it, and could fill the inbox.
			expect((await ask(`${router.url}/fetched`)).status).to.equal(200);
			await router.running.inbox.settled();
			expect(await router.kept()).to.have.length(4);
		}));

	it("never waits for a store that hangs or fails", () =>
		withInbox(async (start) => {
			const router = await start();
			const put = router.store.put.bind(router.store);
			let release: () => void = () => {};
			const isReleased = new Promise<void>((done) => {
				release = done;
			});
			router.store.put = async (batch) => {
				await isReleased;
				return put(batch);
			};
			const heard = await ask(`${router.url}/answer?${CALL}`);
			expect(heard.status).to.equal(200);
			release();
			router.store.put = () => Promise.reject(new Error("the disk is full"));
			expect((await ask(`${router.url}/answer?${CALL}`)).status).to.equal(200);
			await router.logs({ msg: "answered webhooks are not recorded" });
			router.store.put = put;
			await ask(`${router.url}/answer?${CALL}`);
			await router.logs({
				msg: "answered webhooks are recorded again",
				lost: 1,
			});
		}));

	it("is recorded as dead where its fallback was heard", () =>
		withInbox(async (start) => {
			const router = await start();
			const heard = await ask(`${router.url}/faulty?${CALL}`);
			expect(heard.body).to.contain("Sorry");
			await router.running.inbox.settled();
			const [kept] = await router.kept();
			expect(kept).to.include({ state: "dead", route: "faulty" });
			expect(kept?.reason).to.match(/^NCCO_INVALID: /);
		}));

	it("is not recorded where its payload is invalid: nobody fills the disk through it", () =>
		withInbox(async (start) => {
			const router = await start();
			const heard = await ask(`${router.url}/answer?nothing=known`);
			expect(heard.body).to.contain("Sorry");
			await router.running.inbox.settled();
			expect(await router.kept()).to.deep.equal([]);
		}));
});
