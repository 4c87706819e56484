import {
	mkdir,
	readdir,
	rename,
	rm,
	symlink,
	writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { useBuild } from "../build.ts";
import { copyProgram } from "../copy-program.ts";
import type { Command } from "../end-to-end/process.ts";
import { ask } from "../http/router.ts";
import { SHORT_LIVED } from "../program.ts";
import {
	createOutside,
	type Outside,
	readDeployed,
	startUnprivileged,
} from "./outside.ts";
import { runTool } from "./tool.ts";

describe("a router whose configuration is a mounted config map", () => {
	const main = useBuild();
	let outside: Outside;
	/** The program, where the user can read it. */
	let program: string;
	let router: Command;
	let url: string;
	let config: string;
	let text: string;
	let container: Container;

	before(async () => {
		outside = await createOutside();
		program = await copyProgram(main(), outside.folder);
		text = outside.map(
			await readDeployed("kubernetes", "sidecar", "routes.yaml"),
		);
		// The port of the manifest may be taken on this machine.
		text = text.replace("0.0.0.0:8081", "127.0.0.1:0");
		for (const [, file = ""] of text.matchAll(/\$\{file:([^}]+)\}/g)) {
			await mkdir(dirname(file), { recursive: true });
			await writeFile(file, `secret-of-${file.length}-characters-or-more`);
		}
		container = await readContainer();
		const mountOf = (name: string) =>
			container.volumeMounts.find((each) => each.name === name)?.mountPath;
		config = outside.map(mountOf("config") ?? "");
		const data = outside.map(mountOf("data") ?? "");
		// It lies in the mount of the config map, which is never cleared.
		expect(dirname(data)).to.equal(config);
		await mkdir(data, { recursive: true });
		await runTool(["chown", "1000:1000", data]);
		await mount(config, { "routes.yaml": text });
		router = startUnprivileged(
			[
				process.execPath,
				...SHORT_LIVED,
				program,
				...container.args,
				"--listen",
				"127.0.0.1:0",
			],
			config,
			{ NODE_ENV: "production" },
		);
		[, url = ""] = await router.says(/listens on (http:\/\/[\d.:]+)/);
	});
	after(async () => {
		router.child.kill("SIGTERM");
		await router.ended;
		await outside.remove();
	});

	/** Resolves once the log has this many reloads. */
	const reloads = (count: number) =>
		router.says(new RegExp(`(?:reloaded[\\s\\S]*){${count}}`));

	const statusOf = async (path: string) => (await ask(`${url}${path}`)).status;

	it("serves it", async () => {
		// The firewall denies this machine; there is a route, then.
		expect(await statusOf("/webhooks/events")).to.equal(403);
		expect(await statusOf("/webhooks/recordings")).to.equal(404);
	});

	it("answers the probes of the manifest", async () => {
		const [, admin = ""] = await router.says(/"admin":"([^"]+)"/);
		const { startupProbe, livenessProbe, readinessProbe } = container;
		for (const { httpGet } of [startupProbe, livenessProbe, readinessProbe])
			expect((await ask(`${admin}${httpGet.path}`)).status).to.equal(200);
	});

	it("reloads it when the kubelet swaps `..data`, again and again, and keeps the old one while the new has errors", async () => {
		const renamed = text.replace("/webhooks/events", "/webhooks/recordings");
		await mount(config, { "routes.yaml": renamed });
		await reloads(1);
		expect(await statusOf("/webhooks/recordings")).to.equal(403);
		expect(await statusOf("/webhooks/events")).to.equal(404);

		await mount(config, {
			"routes.yaml": renamed.replace("kind: voice.event", "kind: voice.evnt"),
		});
		await router.says(/"line":"reload".*voice\.evnt/);
		expect(await statusOf("/webhooks/recordings")).to.equal(403);

		await mount(config, { "routes.yaml": text, "more.yaml": "routes: []\n" });
		await reloads(2);
		expect(await statusOf("/webhooks/events")).to.equal(403);
		expect(await statusOf("/webhooks/recordings")).to.equal(404);
	});
});

// --- helpers ---

interface Probe {
	readonly httpGet: { readonly path: string };
}

interface Container {
	readonly name: string;
	readonly args: readonly string[];
	readonly volumeMounts: readonly {
		readonly name: string;
		readonly mountPath: string;
	}[];
	readonly startupProbe: Probe;
	readonly livenessProbe: Probe;
	readonly readinessProbe: Probe;
}

/** Reads the container of the router in the sidecar's manifest. */
async function readContainer(): Promise<Container> {
	const { spec } = parse(
		await readDeployed("kubernetes", "sidecar", "stateful-set.yaml"),
	) as { spec: { template: { spec: { containers: Container[] } } } };
	const { containers } = spec.template.spec;
	const router = containers.find(({ name }) => name === "router");
	if (router === undefined) throw new Error("there is no container `router`");
	return router;
}

let versions = 0;

/**
 * Writes a volume as the kubelet does (pkg/volume/util/atomic_writer.go): the files lie in a new folder, to which the link `..data`
 * is renamed in one step; each visible name is a link through `..data`; the folder before is removed.
 */
async function mount(
	folder: string,
	files: Readonly<Record<string, string>>,
): Promise<void> {
	versions += 1;
	const version = `..2026_01_01_00_00_00.${versions}`;
	const others = (await readdir(folder)).filter((name) => /^\.\.\d/.test(name));
	await mkdir(join(folder, version));
	for (const [name, content] of Object.entries(files))
		await writeFile(join(folder, version, name), content);
	await symlink(version, join(folder, "..data_tmp"));
	await rename(join(folder, "..data_tmp"), join(folder, "..data"));
	for (const name of Object.keys(files))
		await symlink(join("..data", name), join(folder, name)).catch(() => {});
	for (const other of others)
		await rm(join(folder, other), { recursive: true });
}
