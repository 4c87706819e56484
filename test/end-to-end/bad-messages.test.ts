import { expect } from "chai";
import { closeAll, type Received, serve } from "../handler/forward-tools.ts";
import { ask } from "../http/router.ts";
import { withInboxFiles } from "./inbox-files.ts";

const ROUTES = `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: sqlite:inbox.db }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: sms, path: /sms, kind: sms.inbound, level: account, timeout: 1s, handler: { forward: "\${UPSTREAM}/sms" } }
  - { name: call, path: /call, kind: voice.answer, level: app, handler: { forward: "\${UPSTREAM}/call" }, fallback: { ncco: [{ action: talk, text: sorry }] } }
`;

describe("a service that cannot take some messages", () => {
	afterEach(closeAll);

	for (const [what, isAnswered] of [
		["answers them with 500", true],
		["does not answer them", false],
	] as const)
		it(`and ${what}, gets the good ones, and all calls`, async () => {
			const upstream = await serve((response, { url, body }) => {
				if (url === "/call") response.end('[{"action":"talk","text":"app"}]');
				else if (!body.includes("boom")) response.end();
				else if (isAnswered) response.writeHead(500).end();
			});
			const env = { UPSTREAM: upstream.url };
			await withInboxFiles(ROUTES, env, async (start) => {
				const router = await start();
				const call = async () => {
					const { body } = await ask(`${router.url}/call`, CALL);
					expect(body).to.contain("app");
				};
				for (let count = 0; count < 20; count++)
					await router.sms("/sms", { text: "boom", messageId: `b${count}` });
				for (let count = 0; count < 30; count++)
					await router.sms("/sms", { text: "good", messageId: `g${count}` });
				const begun = performance.now();
				const all = router.logs({ msg: "delivery", outcome: "delivered" }, 30);
				await call();
				await all;
				await call();
				expect(performance.now() - begun).to.be.lessThan(15_000);
				expect(isSentOnce(upstream.received)).to.equal(true);
			});
		});
});

// --- helpers ---

const CALL = {
	method: "POST",
	headers: { "content-type": "application/json" },
	body: JSON.stringify({
		from: "447700900001",
		to: "447700900000",
		uuid: "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
		conversation_uuid: "CON-aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
	}),
};

/** True where each good message came once. */
function isSentOnce(received: readonly Received[]): boolean {
	const good = received.filter(({ body }) => body.includes("good"));
	const ids = good.map(({ headers }) => headers["switchhook-event-id"]);
	return good.length === 30 && new Set(ids).size === 30;
}
