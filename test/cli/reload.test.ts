import { writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { expect } from "chai";
import { countReloads } from "../../src/cli/serve/reload/count.ts";
import {
	createServing,
	loadFrom,
	type Reloaded,
} from "../../src/cli/serve/reload/reload.ts";
import { createLog } from "../../src/observe/log.ts";
import type { Metrics } from "../../src/observe/metrics/metrics.ts";
import type { Runtime } from "../../src/runtime/runtime.ts";
import { createServices } from "../../src/runtime/services.ts";
import { garbageCollector } from "../collect-garbage.mjs";
import { withFolder } from "./cli.ts";

const FILES = {
	"routes.yaml": routes(),
	"plugins/one.ts": plugin("one"),
	"plugins/two.ts": `import "./lib.ts"; ${plugin("two")}`,
	"plugins/lib.ts": "export const a = 1;",
	"nccos/hi.yaml": "- { action: talk, text: Hi }\n",
	"ours.txt": "127.0.0.1\n",
};

describe("a reload", () => {
	const cases: Readonly<
		Record<
			string,
			readonly [file: string, text: string, changes: Partial<Changes>]
		>
	> = {
		"the settings of one route": [
			"routes.yaml",
			routes({ a: "timeout: 3s, " }),
			{ changed: ["a"] },
		],
		"the defaults of all": [
			"routes.yaml",
			routes({ defaults: "bodyLimit: 10KB, " }),
			{ changed: ["a", "b", "answer"] },
		],
		"a route that is new, and one that is gone": [
			"routes.yaml",
			routes().replace("name: b,", "name: c,"),
			{ added: ["c"], removed: ["b"] },
		],
		"a plugin": ["plugins/one.ts", plugin("uno"), { changed: ["a"] }],
		"a file that a plugin imports": [
			"plugins/lib.ts",
			"export const a = 2;",
			{ changed: ["b"] },
		],
		"an NCCO": [
			"nccos/hi.yaml",
			"- { action: talk, text: Ho }\n",
			{ changed: ["answer"] },
		],
		"the list of a network": ["ours.txt", "127.0.0.2\n", { changed: ["b"] }],
		"a comment": ["routes.yaml", `${routes()}# comment\n`, {}],
	};
	for (const [title, [file, text, changes]] of Object.entries(cases)) {
		it(`says which routes changed with ${title}`, () =>
			withServing(async ({ write, reload }) => {
				await write(file, text);
				const reloaded = await reload();
				expect(reloaded?.changes).to.deep.equal({
					added: [],
					changed: [],
					removed: [],
					...changes,
				});
				expect(reloaded?.files).to.deep.equal([`${file} changed`]);
				const again = await reload();
				expect(again?.files).to.deep.equal([]);
				expect(again?.changes.changed).to.deep.equal([]);
			}));
	}

	it("names each setting that needs a restart, at every reload until it is taken back", () =>
		withServing(async ({ write, reload }) => {
			const changed = routes({
				listen: "127.0.0.1:9",
				server:
					"headLimit: 8KiB, maxConnections: 7, drainTimeout: 1s, bodyLimit: 9KB, ",
			});
			const keys = [
				"server.listen",
				"server.headLimit",
				"server.maxConnections",
			];
			for (const [text, expected] of [
				[changed, keys],
				[changed, keys],
				[routes({ listen: "127.0.0.1:9" }), ["server.listen"]],
				[routes(), []],
				[
					routes({
						inbox:
							'store: "sqlite:x.db", retention: 9d, deadRetention: 90d, bodyRetention: 1d, maxBacklog: 9, maxSize: 9GB, quarantine: { maxCount: 3 }',
					}),
					[
						"inbox.store",
						"inbox.retention",
						"inbox.deadRetention",
						"inbox.bodyRetention",
						"inbox.maxBacklog",
						"inbox.maxSize",
						"inbox.quarantine",
					],
				],
				[routes(), []],
			] as const) {
				await write("routes.yaml", text);
				expect((await reload())?.restart).to.deep.equal(expected);
			}
		}));

	it("says nothing of `server.listen` where `--listen` takes its place", () =>
		withServing(
			async ({ write, reload }) => {
				await write("routes.yaml", routes({ listen: "127.0.0.1:9" }));
				expect((await reload())?.restart).to.deep.equal([]);
			},
			{ isListenTaken: false },
		));

	it("names all files that changed since the configuration that serves was read", () =>
		withServing(async ({ write, reload, refused }) => {
			await write("routes.yaml", "routes: [");
			expect(await reload()).to.equal(undefined);
			await write("plugins/one.ts", plugin("uno"));
			await write("routes.yaml", "routes: ]");
			expect(await reload()).to.equal(undefined);
			await write("routes.yaml", routes());
			const reloaded = await reload();
			expect(refused()).to.equal(2);
			expect(reloaded?.changes.changed).to.deep.equal([]);
			expect(reloaded?.files).to.deep.equal(["routes.yaml changed"]);
			await write("plugins/one.ts", plugin("eins"));
			expect((await reload())?.changes.changed).to.deep.equal(["a"]);
		}));

	it("keeps nothing of the configurations before, once they are closed", () =>
		withServing(async ({ write, reload, runtimes }) => {
			for (const a of ["timeout: 3s, ", "timeout: 4s, ", "", "timeout: 5s, "]) {
				await write("routes.yaml", routes({ a }));
				await write("plugins/one.ts", plugin(`one${a.length}`));
				await reload();
			}
			const collectGarbage = garbageCollector();
			const findKept = async (): Promise<readonly boolean[]> => {
				// A weak reference is kept until the end of the turn that read it.
				await new Promise((done) => setImmediate(done));
				collectGarbage();
				return runtimes.map((old) => old.deref() !== undefined);
			};
			const expected = [false, false, false, true];
			let kept = await findKept();
			for (let tries = 1; tries < 10 && `${kept}` !== `${expected}`; tries++)
				kept = await findKept();
			expect(kept).to.deep.equal(expected);
		}));

	it("counts the results, continues the counters of a route, and ends those of a removed one", () =>
		withServing(async ({ write, reload, metrics }) => {
			const served = () => metrics.served.map(({ route }) => route.name);
			expect(served()).to.deep.equal(["a", "b", "answer"]);
			const [a] = metrics.served;
			await write("routes.yaml", "routes: [");
			await reload();
			expect(served()).to.deep.equal(["a", "b", "answer"]);
			expect(metrics.isReloadOk).to.equal(false);
			await write("routes.yaml", routes().replace(/.*name: b.*\n/, ""));
			await reload();
			expect(served()).to.deep.equal(["a", "answer"]);
			expect(metrics.served[0]).to.equal(a);
			expect(metrics.isReloadOk).to.equal(true);
			expect(metrics.reloads).to.deep.equal({ ok: 1, refused: 1, failed: 0 });
		}));
});

// --- helpers ---

type Changes = Reloaded["changes"];

interface Ground {
	write(file: string, text: string): Promise<void>;
	/** What the listener heard; undefined where the configuration was refused. */
	reload(): Promise<
		| (Omit<Reloaded, "files"> & { readonly files: readonly string[] })
		| undefined
	>;
	refused(): number;
	/** Every configuration that a reload brought. */
	readonly runtimes: readonly WeakRef<Runtime>[];
	readonly metrics: Metrics;
}

function withServing(
	use: (ground: Ground) => Promise<void>,
	{ isListenTaken = true } = {},
): Promise<void> {
	return withFolder(FILES, async (folder) => {
		const log = createLog({ destination: { write: () => {} } });
		const services = createServices();
		const given = { configFile: join(folder, "routes.yaml"), env: {} };
		const setup = { log, open: async () => services };
		const { loaded, reading } = await loadFrom({ ...given, setup });
		const { settings, runtime } = loaded;
		if (settings === undefined || runtime === undefined)
			throw new Error(JSON.stringify(loaded.findings));
		const heard: Reloaded[] = [];
		const runtimes: WeakRef<Runtime>[] = [];
		let refused = 0;
		const serving = createServing(
			{ settings, runtime, reading },
			{
				log,
				services,
				load: given,
				listener: countReloads(
					{
						reloaded(reloaded) {
							heard.push(reloaded);
						},
						refused() {
							refused += 1;
						},
						failed(error) {
							throw error;
						},
					},
					services.metrics,
				),
				started: { ...settings, isListenTaken, isAdminTaken: true },
				onSwap: (swapped) => void runtimes.push(new WeakRef(swapped)),
			},
		);
		try {
			await use({
				write: (file, text) => writeFile(join(folder, file), text),
				async reload() {
					heard.length = 0;
					await serving.reload();
					const [first] = heard;
					if (first === undefined) return undefined;
					const files = first.files.map(
						({ file, what }) => `${relative(folder, file)} ${what}`,
					);
					return { ...first, files };
				},
				refused: () => refused,
				runtimes,
				metrics: services.metrics,
			});
		} finally {
			await serving.close();
		}
	});
}

function routes({
	listen = "127.0.0.1:0",
	server = "",
	inbox = "store: none",
	defaults = "",
	a = "",
} = {}): string {
	return `version: 1
server: { ${server}listen: "${listen}", publicUrl: "http://localhost:1" }
inbox: { ${inbox} }
networks: { ours: { file: ours.txt } }
defaults: { ${defaults}firewall: [loopback], signature: none }
routes:
  - { name: a, path: /a, ${a}kind: sms.inbound, level: account, handler: { plugin: one } }
  - { name: b, path: /b, kind: sms.inbound, level: account, firewall: [ours], handler: { plugin: ./plugins/two.ts } }
  - { name: answer, path: /answer, kind: voice.answer, level: app, handler: { ncco: hi } }
`;
}

function plugin(name: string): string {
	return `export default { name: "${name}", on: { "*"() {} } };`;
}
