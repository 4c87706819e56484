import { connect } from "node:net";
import { expect } from "chai";
import { withInboxFiles } from "../end-to-end/inbox-files.ts";
import type { InboxRouter } from "../end-to-end/inbox-router.ts";
import { closeAll, serveRaw } from "../handler/forward-tools.ts";

const ROUTES = `version: 1
server: { listen: "127.0.0.1:0", publicUrl: "https://hooks.example.com", trustedProxies: [loopback] }
inbox: { store: sqlite:inbox.db }
defaults: { firewall: [10.0.0.0/24], signature: none }
routes:
  - { name: a, path: /a, schema: schemas/any.json, handler: { forward: { url: "\${UPSTREAM}/a", secret: "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz" } } }
  - { name: b, path: /b, schema: schemas/any.json, copyHeaders: [X-Shop], dedupe: [headers.X-Delivery], handler: { forward: { url: "\${UPSTREAM}/b", copyHeaders: x-real-ip } } }
  - { name: c, path: /c, schema: schemas/any.json, copyHeaders: X-Shop, handler: { forward: { url: "\${UPSTREAM}/c", as: json } } }
`;

/** What services take for the word of a proxy before them, or of the router. */
const FORGED = `Switchhook_Event_Id: evil
switchhook_route: admin
Switchhook_Params: tenant=victim
Switchhook-Attempt: 7
Webhook_Id: evil
Webhook-Id: evil
X_Forwarded_For: 10.0.0.1
X-Forwarded-For: 10.0.0.1
X-Original-URL: /admin
X-HTTP-Method-Override: DELETE
Remote-User: admin
Proxy: http://evil
X-Real-IP: 10.0.0.1
X-Shop: 1
X-Delivery: 2
Content_Type: text/html
Connection: close, content-type, user-agent`;

/** What each of them may bring of the router itself, and of HTTP. */
const OWN = [
	"connection",
	"content-length",
	"forwarded",
	"host",
	"switchhook-attempt",
	"switchhook-event-id",
	"switchhook-kind",
	"switchhook-level",
	"switchhook-received-at",
	"switchhook-route",
	"x-forwarded-host",
	"x-forwarded-proto",
];

describe("the headers that a service behind gets", () => {
	afterEach(closeAll);

	for (const [path, names] of [
		[
			"/a",
			["content-type", "webhook-id", "webhook-signature", "webhook-timestamp"],
		],
		["/b", ["content-type", "x-delivery", "x-real-ip", "x-shop"]],
		["/c", ["content-type", "user-agent", "x-shop"]],
	] as const)
		it(`cannot be forged, neither now nor at a replay, and are those that ${path} names`, () =>
			withService(async ({ router, sent }) => {
				await say(router.url, path);
				await router.logs({ msg: "delivery", outcome: "delivered" });
				const [kept] = await router.kept();
				await router.store.replay({ ids: [kept?.id ?? ""] });
				await router.logs({ msg: "delivery", outcome: "delivered" }, 2);
				expect(sent).to.have.length(2);
				for (const head of sent) {
					expect(head.map(([name]) => name).sort()).to.deep.equal(
						[...OWN, ...names].sort(),
					);
					expect(Object.fromEntries(head)).to.include({
						"switchhook-event-id": kept?.id,
						"switchhook-route": path.slice(1),
						"content-type": "application/json",
					});
				}
			}));

	it("are all that the inbox keeps of the sender's", () =>
		withService(async ({ router }) => {
			for (const path of ["/a", "/b"]) await say(router.url, path);
			const [first, second] = await router.kept();
			expect(JSON.parse(first?.envelope ?? "").headers).to.deep.equal({
				"content-type": "application/json",
			});
			expect(JSON.parse(second?.envelope ?? "").headers).to.deep.equal({
				"content-type": "application/json",
				"x-real-ip": "10.0.0.1",
				"x-shop": "1",
				"x-delivery": "2",
			});
		}));
});

// --- helpers ---

/** Names in lower case and values, in order: a name that came twice is there twice. */
type Head = readonly (readonly [name: string, value: string])[];

interface Ground {
	readonly router: InboxRouter;
	/** The head of each request that the service got, as it stood on the wire. */
	readonly sent: readonly Head[];
}

async function withService(use: (ground: Ground) => Promise<void>) {
	const sent: Head[] = [];
	const { url } = await serveRaw((socket) => {
		let text = "";
		socket.setEncoding("latin1").on("data", (chunk) => {
			text += chunk;
			const end = text.indexOf("\r\n\r\n");
			if (end === -1) return;
			sent.push(toHead(text.slice(0, end)));
			socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
		});
	});
	await withInboxFiles(
		ROUTES,
		{ UPSTREAM: url },
		async (start) => use({ router: await start(), sent }),
		{ "schemas/any.json": "{}" },
	);
}

function toHead(text: string): Head {
	return text
		.split("\r\n")
		.slice(1)
		.map((line) => {
			const [name = "", value = ""] = line.split(/: ?(.*)/);
			return [name.toLowerCase(), value] as const;
		});
}

/** Sends a webhook with all of these headers, byte for byte. */
async function say(url: string, path: string): Promise<void> {
	const { hostname, port } = new URL(url);
	const socket = connect(Number(port), hostname);
	const head = FORGED.replaceAll("\n", "\r\n");
	socket.write(
		`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n${head}\r\n\r\n{}`,
	);
	let answer = "";
	for await (const chunk of socket) answer += String(chunk);
	expect(answer).to.match(/^HTTP\/1\.1 200 /);
}
