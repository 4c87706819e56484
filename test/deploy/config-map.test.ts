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
import type { Command } from "../end-to-end/process.ts";
import { ask } from "../http/router.ts";
import { PROGRAM } from "../program.ts";
import {
	createOutside,
	type Outside,
	readDeployed,
	startUnprivileged,
} from "./outside.ts";
import { runTool } from "./tool.ts";

describe("a router whose configuration is a mounted config map", () => {
	let outside: Outside;
	let router: Command;
	let url: string;
	let config: string;
	let text: string;

	before(async () => {
		outside = await createOutside();
		text = outside.map(
			await readDeployed("kubernetes", "sidecar", "routes.yaml"),
		);
		for (const [, file = ""] of text.matchAll(/\$\{file:([^}]+)\}/g)) {
			await mkdir(dirname(file), { recursive: true });
			await writeFile(file, `secret-of-${file.length}-characters-or-more`);
		}
		const data = outside.map("/srv/switchhook/data");
		await mkdir(data, { recursive: true });
		await runTool(["chown", "1000:1000", data]);
		const args = await argumentsOf("sidecar", outside);
		config = dirname(args.at(-1) ?? "");
		await mkdir(config, { recursive: true });
		await mount(config, { "routes.yaml": text });
		router = startUnprivileged(
			[...PROGRAM, ...args, "--listen", "127.0.0.1:0"],
			outside.folder,
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

/** The arguments of the container `router` of a set-up, with paths of the stand-in. */
async function argumentsOf(
	setup: string,
	outside: Outside,
): Promise<readonly string[]> {
	const { spec } = parse(
		await readDeployed("kubernetes", setup, "stateful-set.yaml"),
	) as {
		spec: {
			template: { spec: { containers: { name: string; args: string[] }[] } };
		};
	};
	const { containers } = spec.template.spec;
	const { args = [] } = containers.find(({ name }) => name === "router") ?? {};
	return args.map((word) => outside.map(word));
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
