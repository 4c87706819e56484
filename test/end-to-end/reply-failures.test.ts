import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { IN_MEMORY_BYTES } from "../../src/handler/static/content.ts";
import { withFolder } from "../cli/cli.ts";
import { closeAll, serve, serveRaw } from "../handler/forward-tools.ts";
import { ask } from "../http/router.ts";
import { startFrom } from "./router.ts";

const CALL = `from=447700900001&to=447700900000&uuid=${"a".repeat(32)}&conversation_uuid=CON-1`;
const SORRY = '[{"action":"talk","text":"Sorry"}]';

/** Handlers that fail, as they are written in routes.yaml, and the code that the log has. */
const PLUGINS: Readonly<Record<string, [body: string, code: string]>> = {
	throws: ["{ throw new Error('oops'); }", "HANDLER_FAILED"],
	rejects: ["Promise.reject(new Error('oops'))", "HANDLER_FAILED"],
	gives: ["{ throw giveUp('never'); }", "HANDLER_FAILED"],
	waits: ["{ throw retryLater('not now'); }", "HANDLER_FAILED"],
	hangs: ["new Promise(() => {})", "HANDLER_TIMEOUT"],
	says: ["'OK'", "HANDLER_REPLY"],
	quiet: ["undefined", "HANDLER_REPLY"],
	empty: ["[]", "NCCO_INVALID"],
	slips: ["[{ action: 'tlak' }]", "NCCO_INVALID"],
};

describe("a call whose handler fails", () => {
	afterEach(closeAll);

	/** What each handler's caller hears, and why, without and with a fallback. */
	const heardFrom = (
		handlers: Readonly<Record<string, string>>,
		files: Readonly<Record<string, string>> = {},
		started: (folder: string) => Promise<void> = async () => {},
	) =>
		withFolder(
			{ "routes.yaml": routesFor(handlers), ...files },
			async (folder) => {
				const router = await startFrom(folder);
				await started(folder);
				const heard: Record<string, unknown> = {};
				try {
					for (const name of Object.keys(handlers)) {
						const bare = await ask(`${router.url}/bare/${name}?${CALL}`);
						const safe = await ask(`${router.url}/safe/${name}?${CALL}`);
						const lines = router.lines.slice(-2);
						const codes = lines.map(
							({ reason }) => String(reason).split(":")[0],
						);
						expect(codes[0]).to.equal(codes[1]);
						expect([safe.status, safe.body]).to.deep.equal([200, SORRY]);
						heard[name] = `${bare.status} ${bare.body}${codes[0]}`;
					}
				} finally {
					await router.close();
				}
				return heard;
			},
		);

	it("hears the fallback, else 503, whatever a plugin does wrong", async () => {
		const names = Object.keys(PLUGINS);
		const heard = await heardFrom(
			Object.fromEntries(names.map((name) => [name, `{ plugin: ${name} }`])),
			Object.fromEntries(
				Object.entries(PLUGINS).map(([name, [body]]) => [
					`plugins/${name}.js`,
					`import { giveUp, retryLater } from "switchhook";\nexport default { name: "${name}", on: { "*": () => ${body} } };\n`,
				]),
			),
		);
		expect(heard).to.deep.equal(
			Object.fromEntries(
				Object.entries(PLUGINS).map(([name, [, code]]) => [
					name,
					`503 ${code}`,
				]),
			),
		);
	});

	it("hears the fallback, else 503, whatever a service answers but a 2xx with an NCCO", async () => {
		const handlers: Record<string, string> = {};
		const codes: Record<string, string> = {};
		for (const status of [302, 400, 404, 429, 500, 502, 503]) {
			handlers[`s${status}`] = `{ forward: "${(await serve(status)).url}" }`;
			codes[`s${status}`] = "503 UPSTREAM_FAILED";
		}
		const closing = await serveRaw((socket) => socket.destroy());
		const silent = await serveRaw(() => {});
		const text = await serve((response) => response.end("OK"));
		const slip = await serve((response) => response.end('[{"action":"tlak"}]'));
		handlers.closes = `{ forward: "${closing.url}" }`;
		codes.closes = "503 UPSTREAM_FAILED";
		handlers.late = `{ forward: { url: "${silent.url}", timeout: 20ms } }`;
		codes.late = "503 UPSTREAM_FAILED";
		handlers.text = `{ forward: "${text.url}" }`;
		codes.text = "503 HANDLER_REPLY";
		handlers.slip = `{ forward: "${slip.url}" }`;
		codes.slip = "503 NCCO_INVALID";
		expect(await heardFrom(handlers)).to.deep.equal(codes);
	});

	it("hears the fallback, else 503, when a template fails or a file is gone", async () => {
		const heard = await heardFrom(
			{
				invalid:
					'{ ncco: [{ action: talk, text: "{{ payload.custom_data }}" }] }',
				gone: "{ static: { status: 404, file: big.json } }",
			},
			{ "big.json": " ".repeat(IN_MEMORY_BYTES + 1) },
			(folder) => rm(join(folder, "big.json")),
		);
		expect(heard).to.deep.equal({
			invalid: "503 NCCO_INVALID",
			gone: "503 HANDLER_FAILED",
		});
	});
});

// --- helpers ---

function routesFor(handlers: Readonly<Record<string, string>>): string {
	const entries = Object.entries(handlers).flatMap(([name, handler]) =>
		["bare", "safe"].map(
			(sort) =>
				`  - { name: ${sort}-${name}, path: /${sort}/${name}, kind: voice.answer, level: app, timeout: ${name === "hangs" ? "10ms" : "1m"}, handler: ${handler}${sort === "safe" ? `, fallback: { ncco: ${SORRY} }` : ""} }\n`,
		),
	);
	return `version: 1
defaults: { firewall: [loopback], signature: none }
inbox: { store: none }
routes:
${entries.join("")}`;
}
