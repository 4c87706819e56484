import { expect } from "chai";
import { checkText } from "./case.ts";

/** The findings but for those of plain text, which another host is sent. */
async function linesOf(text: string): Promise<readonly string[]> {
	const { lines } = await checkText(text);
	return lines.filter((line) => !line.includes("in plain text"));
}

describe("checkLoops", () => {
	/** Which of the URLs are found to be the router's own, where it listens so. */
	const ownOf = async (listen: string, urls: readonly string[]) => {
		const own = [];
		for (const url of urls) {
			const lines = await linesOf(`version: 1
server: { listen: ${JSON.stringify(listen)} }
defaults: { firewall: [vonage], signature: none }
routes:
  - { name: a, path: /a, kind: sms.inbound, handler: { forward: ${JSON.stringify(url)} } }
`);
			const isOwn = lines.some((line) => line.includes("this router's own"));
			expect(lines, url).to.have.length(isOwn ? 1 : 0);
			if (isOwn) own.push(url);
		}
		return own;
	};
	const urls = [
		"http://127.0.0.1:8080/a",
		"http://127.0.0.2:8080/a",
		"http://localhost:8080/a",
		"http://[::1]:8080/a",
		"http://10.0.0.5:8080/a",
	];

	for (const [listen, own] of [
		[":8080", [0, 1, 2, 3]],
		["0.0.0.0:8080", [0, 1, 2]],
		["127.0.0.1:8080", [0, 2]],
		["localhost:8080", [0, 1, 2, 3]],
		["[::1]:8080", [2, 3]],
		["10.0.0.5:8080", [4]],
		["127.0.0.1:0", []],
		["unix:hooks.sock", []],
	] as const) {
		it(`knows the router's own address where it listens on ${listen}`, async () => {
			expect(await ownOf(listen, urls)).to.deep.equal(
				own.map((at) => urls[at]),
			);
		});
	}

	it("leaves alone what is elsewhere, or no route of the router", async () => {
		expect(
			await ownOf("127.0.0.1:8080", [
				"http://127.0.0.1:3000/a",
				"http://127.0.0.1/a",
				"https://127.0.0.1:8080/a",
				"http://127.0.0.1:8080/A",
				"http://127.0.0.1:8080/a/b",
				"http://sms.example:8080/a",
				"unix:hooks.sock:/a",
			]),
		).to.deep.equal([]);
	});

	it("only warns where another route of the path may be meant", async () => {
		const lines = await linesOf(`version: 1
defaults: { firewall: [vonage], signature: none }
routes:
  - { name: in, path: /a, methods: [GET], kind: sms.inbound, handler: { forward: { url: "http://localhost:8080/a", as: json } } }
  - { name: on, path: /a, methods: [POST], kind: sms.inbound, handler: { forward: http://sms.example/a } }
`);
		expect(lines).to.have.length(1);
		expect(lines[0]).to.match(/:4:\d+: warning: the URL is this router's own/);
	});

	it("shows no URL that came from the environment", async () => {
		const { lines } = await checkText(
			`version: 1
defaults: { firewall: [vonage], signature: none }
routes:
  - { name: a, path: /a, kind: sms.inbound, handler: { forward: "\${URL}" } }
`,
			{ URL: "http://localhost:8080/a?key=hidden" },
		);
		expect(lines).to.have.length(1);
		expect(lines[0]).to.match(/:4:65: error: the URL is this router's own/);
		expect(lines[0]).to.not.contain("hidden");
	});
});
