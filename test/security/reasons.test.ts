import type { ServerResponse } from "node:http";
import { expect } from "chai";
import { maskText } from "../../src/observe/mask.ts";
import { revealPrivate } from "../../src/observe/private-text.ts";
import { withInboxFiles } from "../end-to-end/inbox-files.ts";
import {
	type InboxRouter,
	smsRequest,
	tell,
} from "../end-to-end/inbox-router.ts";
import { closeAll, type Received, serve } from "../handler/forward-tools.ts";
import { ask } from "../http/router.ts";

const WORDS = "the doctor said it is not what we feared";
const TOKEN = "s3cr3t-of-the-service";

describe("the reason of a failure", () => {
	afterEach(closeAll);

	const withRouter = (
		answer: (response: ServerResponse, received: Received) => void,
		use: (router: InboxRouter, upstream: string) => Promise<void>,
	) =>
		serve(answer).then(({ url }) =>
			withInboxFiles(routes(url), { TOKEN }, async (start) =>
				use(await start({ payloads: false }), url),
			),
		);
	/** What the log says, and what the inbox holds: as a list shows it, and whole. */
	const failure = async (router: InboxRouter) => {
		const [line] = await router.logs({ msg: "delivery", outcome: "dead" });
		const [kept] = await router.kept();
		const reasons = [
			kept?.reason,
			...(kept?.history ?? []).map((one) => one.reason),
		];
		return {
			log: JSON.stringify(router.lines),
			reason: String(line?.reason),
			shown: reasons.map((reason) => maskText(String(reason))),
			whole: reasons.map((reason) => revealPrivate(String(reason))),
		};
	};

	it("has the status alone of what an upstream said, who may ask hears the rest", () =>
		withRouter(
			(response, { body, headers }) =>
				response
					.writeHead(400)
					.end(
						`bad: ${body} ${headers["x-api-token"]} ${headers.authorization}`,
					),
			async (router, upstream) => {
				await router.sms("/forwarded", { text: WORDS });
				const { log, reason, shown, whole } = await failure(router);
				expect(reason).to.equal(`POST ${upstream} answered 400`);
				expect(shown).to.deep.equal([reason, reason]);
				expect(log).to.not.include("doctor");
				for (const text of whole) {
					expect(text).to.include(`answered 400: bad: {"msisdn"`);
					expect(text).to.include(WORDS);
					expect(text).to.not.include(TOKEN).and.not.include("hunter22");
				}
			},
		));

	it("does not say where a redirect leads to either", () =>
		withRouter(
			(response, { headers }) =>
				response
					.writeHead(302, {
						location: `/${headers["x-api-token"]}/${encodeURI(WORDS)}`,
					})
					.end(),
			async (router) => {
				await router.sms("/forwarded", { text: WORDS });
				const { log, reason, whole } = await failure(router);
				expect(reason).to.match(/answered 302: redirects are not followed/);
				expect(log).to.not.include("doctor");
				expect(whole[0]).to.include("doctor").and.not.include(TOKEN);
			},
		));

	it("has no word of the payload that a plugin put into its error", () =>
		withRouter(
			() => {},
			async (router) => {
				tell(({ payload }) => {
					throw new Error(`cannot handle ${payload.text} of ${payload.msisdn}`);
				});
				await router.sms("/told", { text: WORDS });
				const { log, reason, shown, whole } = await failure(router);
				expect(reason).to.match(
					/^HANDLER_FAILED: .*cannot handle \[masked 40 characters\] of \[masked 12 characters\]/,
				);
				for (const text of shown) expect(text).to.not.include("doctor");
				for (const text of whole)
					expect(text).to.include(`handle ${WORDS} of 447700900001`);
				expect(log).to.not.include("doctor").and.not.include("447700900001");
			},
		));

	it("has none in a stack or a cause, where a caller waits", () =>
		withRouter(
			() => {},
			async (router) => {
				tell(({ payload }) => {
					const cause = Object.assign(new Error(`inner ${payload.from}`), {
						code: payload.from,
					});
					throw new Error(JSON.stringify(payload), { cause });
				});
				const { status } = await ask(`${router.url}/call`, {
					...smsRequest(),
					body: JSON.stringify({
						from: WORDS,
						to: "447700900000",
						uuid: "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
						conversation_uuid: "CON-aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
					}),
				});
				expect(status).to.be.within(500, 503);
				const [line] = await router.logs({ msg: "webhook" });
				expect(line?.err).to.include.keys("stack", "cause");
				expect(JSON.stringify(router.lines)).to.not.include("doctor");
			},
		));
});

// --- helpers ---

function routes(upstream: string): string {
	return `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: "sqlite:inbox.db" }
defaults: { firewall: [loopback], signature: none, retry: none }
routes:
  - name: forwarded
    path: /forwarded
    kind: sms.inbound
    level: account
    handler:
      forward:
        url: ${upstream}/sms
        headers: { x-api-token: "\${TOKEN}", authorization: "Basic hunter22" }
  - { name: told, path: /told, kind: sms.inbound, level: account, handler: { plugin: told } }
  - { name: call, path: /call, kind: voice.answer, level: app, handler: { plugin: told } }
`;
}
