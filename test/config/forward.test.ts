import { expect } from "chai";
import { readRoutesSchema } from "../../src/config/read/shape.ts";
import type { ForwardSettings } from "../../src/handler/forward/settings.ts";
import { checkText } from "./case.ts";

describe("the settings of `forward`", () => {
	it("are the defaults for a URL alone", async () => {
		expect(await read('"http://127.0.0.1:3000/sms?a=b"')).to.deep.equal({
			type: "forward",
			origin: "http://127.0.0.1:3000",
			socket: undefined,
			path: "/sms?a=b",
			shown: "http://127.0.0.1:3000/sms?a=b",
			as: "original",
			headers: {},
			timeoutMs: undefined,
			connectTimeoutMs: 2000,
			successStatus: [{ from: 200, to: 299 }],
			retryStatus: [
				{ from: 408, to: 408 },
				{ from: 425, to: 425 },
				{ from: 429, to: 429 },
				{ from: 500, to: 599 },
			],
			keys: [],
			ca: undefined,
			maxBodyBytes: 1_000_000,
			keepAliveMs: 4000,
			connections: 64,
		});
	});

	it("are what is written", async () => {
		const settings = await read(`
      url: https://app.example
      as: cloudevent
      headers: { X-Team: support, Host: inside.example }
      timeout: 1s500ms
      connectTimeout: 300ms
      successStatus: [200, 204, 409]
      retryStatus: 500-504
      secret: \${HOOK_SECRET}
      ca: tls/ca.pem
      maxBody: 64KiB
      keepAlive: 0s
      connections: 8`);
		expect(settings).to.deep.equal({
			type: "forward",
			origin: "https://app.example",
			socket: undefined,
			path: "/",
			shown: "https://app.example/",
			as: "cloudevent",
			headers: { "x-team": "support", host: "inside.example" },
			timeoutMs: 1500,
			connectTimeoutMs: 300,
			successStatus: [200, 204, 409].map((status) => ({
				from: status,
				to: status,
			})),
			retryStatus: [{ from: 500, to: 504 }],
			keys: [Uint8Array.from(Buffer.from("0123456789abcdef0123456789abcdef"))],
			ca: "/config/tls/ca.pem",
			maxBodyBytes: 65_536,
			keepAliveMs: 0,
			connections: 8,
		});
	});

	for (const [text, socket, path] of [
		["unix:/run/app.sock:/sms?a=b", "/run/app.sock", "/sms?a=b"],
		["http://unix:/run/app.sock:/sms", "/run/app.sock", "/sms"],
		["unix:/run/app.sock", "/run/app.sock", "/"],
		["unix:run/app.sock:/sms", "/config/run/app.sock", "/sms"],
	] as const) {
		it(`take ${text} for a Unix socket`, async () => {
			expect(await read(`"${text}"`)).to.include({
				origin: "http://localhost",
				socket,
				path,
			});
		});
	}

	it("have the defaults that the schema names", async () => {
		const { $defs } = readRoutesSchema() as {
			$defs: { forward: { properties: Record<string, { default?: unknown }> } };
		};
		const written = Object.entries($defs.forward.properties).flatMap(
			([key, { default: value }]) =>
				value === undefined ? [] : [`${key}: ${JSON.stringify(value)}`],
		);
		expect(written).to.have.length(8);
		const url = "url: http://127.0.0.1:3000/sms";
		expect(await read(`{ ${[url, ...written].join(", ")} }`)).to.deep.equal(
			await read("http://127.0.0.1:3000/sms"),
		);
	});
});

// --- helpers ---

const KEY = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

async function read(forward: string): Promise<ForwardSettings> {
	const { settings, lines } = await checkText(
		`version: 1
defaults: { firewall: [vonage], signature: none }
routes:
  - name: a
    path: /a
    kind: sms.inbound
    level: account
    handler:
     forward: ${forward}
`,
		{ HOOK_SECRET: KEY },
	);
	expect(lines).to.deep.equal([]);
	const handler = settings?.routes[0]?.handler;
	if (handler?.type !== "forward") throw new Error("it is no forward");
	return handler as unknown as ForwardSettings;
}
