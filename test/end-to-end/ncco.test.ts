import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { runCli, withFolder } from "../cli/cli.ts";
import { loadNccoSamples } from "../handler/ncco-samples.ts";
import { ask } from "../http/router.ts";
import { startFrom } from "./router.ts";

const samples = loadNccoSamples().filter(
	({ warnings, errors }) => warnings !== undefined || errors !== undefined,
);

describe("an NCCO of a real application", () => {
	it("is sent, or refused, alike from a plugin, a service, a file and a template", async () => {
		const upstream = await serveSamples();
		await withFolder(files(upstream.url), async (folder) => {
			const router = await startFrom(folder);
			for (const { name, body, valid } of samples) {
				const sent = valid ? body : FALLBACK;
				for (const route of ["plugin", "forward"]) {
					const url = `${router.url}/${route}?${CALL}&sample=${name}`;
					const heard = await ask(url);
					const what = `${name} by ${route}`;
					expect(heard.status, what).to.equal(200);
					expect(JSON.parse(heard.body), what).to.deep.equal(sent);
				}
			}
			for (const route of ["file", "template"]) {
				const heard = await ask(`${router.url}/${route}?${CALL}`);
				expect(JSON.parse(heard.body)).to.deep.equal([
					{ action: "input", timeOut: 30, eventMethod: "post" },
					{
						action: "connect",
						endpoint: [{ type: "phone", number: "+447700900001" }],
					},
				]);
			}
			await router.close();
			const advice = router.lines.filter(({ msg }) =>
				String(msg).startsWith("an NCCO is sent as it is, but: "),
			);
			// A static one was checked when it was loaded.
			expect(advice.map(({ route }) => route)).to.have.members([
				"plugin",
				"forward",
				"template",
			]);
		});
		await upstream.close();
	});

	it("has its warnings from check, which passes", () =>
		withFolder(files("http://127.0.0.1:9"), async (folder) => {
			const { code, out } = await runCli(["check"], folder);
			expect(code).to.equal(0);
			for (const [line, option] of [
				[1, "`input.timeOut` is 30. Expected a number from 0 to 10 seconds."],
				[1, "`input.eventMethod` is `post`"],
				[2, "`connect.endpoint[0].number` is text"],
			] as const) {
				const place = `^nccos/file\\.yaml:${line}:\\d+: warning: `;
				expect(out).to.match(
					new RegExp(place + option.replace(/[[\]().]/g, "\\$&"), "m"),
				);
			}
		}));
});

// --- helpers ---

const CALL = "to=447700900000&from=447700900001&uuid=1";
const FALLBACK = [{ action: "talk", text: "Sorry" }];

function files(upstream: string): Record<string, string> {
	const table = Object.fromEntries(
		samples.map(({ name, body }) => [name, body]),
	);
	const ncco = (number: string) =>
		`- { action: input, timeOut: 30, eventMethod: post }\n- { action: connect, endpoint: [{ type: phone, number: "${number}" }] }\n`;
	const route = (name: string, handler: string) =>
		`  - { name: ${name}, path: /${name}, kind: voice.answer, level: app, handler: ${handler} }\n`;
	return {
		"routes.yaml": `version: 1
server: { listen: "127.0.0.1:0" }
defaults: { firewall: [loopback], signature: none, fallback: { ncco: [{ action: talk, text: Sorry }] } }
routes:
${route("plugin", "{ plugin: samples }")}${route("forward", `{ forward: "${upstream}/" }`)}${route("file", "{ ncco: file.yaml }")}${route("template", "{ ncco: template.yaml }")}`,
		"plugins/samples.mjs": `const table = ${JSON.stringify(table)};
export default { on: { "voice.answer": ({ payload }) => table[payload.sample] } };\n`,
		"nccos/file.yaml": ncco("+447700900001"),
		"nccos/template.yaml": ncco("+{{ payload.from }}"),
	};
}

/** A service that answers with the sample that it is asked for. */
async function serveSamples() {
	const server = createServer((request, response) => {
		let text = "";
		request.setEncoding("utf8");
		request.on("data", (part: string) => {
			text += part;
		});
		request.on("end", () => {
			const asked = `${request.url} ${text}`;
			const sample = samples.find(({ name }) => asked.includes(name));
			response.end(JSON.stringify(sample?.body));
		});
	});
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		close: () =>
			new Promise<void>((done) => {
				server.close(() => done());
				server.closeAllConnections();
			}),
	};
}
