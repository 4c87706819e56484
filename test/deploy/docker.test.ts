import { execFile } from "node:child_process";
import {
	chmod,
	cp,
	mkdir,
	readdir,
	readFile,
	stat,
	symlink,
	writeFile,
} from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { validate } from "dockerfile-utils";
import { ask } from "../http/router.ts";
import { UNCOUNTED } from "../program.ts";
import { unprivileged } from "../unprivileged.ts";
import {
	parseDockerfile,
	parseIgnore,
	type Stage,
	textsOf,
} from "./dockerfile.ts";
import {
	createOutside,
	type Outside,
	ROOT,
	readDeployed,
	startUnprivileged,
} from "./outside.ts";
import { runTool } from "./tool.ts";

const run = promisify(execFile);

describe("deploy/docker/Dockerfile", function () {
	// It packs, and installs the dependencies from npm's cache.
	this.timeout(180_000);
	let text: string;
	let build: Stage;
	let image: Stage;
	let isSent: (path: string) => boolean;
	before(async () => {
		text = await readDeployed("docker", "Dockerfile");
		const stages = parseDockerfile(text);
		expect(stages).to.have.length(2);
		[build, image] = stages as [Stage, Stage];
		isSent = parseIgnore(
			await readDeployed("docker", "Dockerfile.dockerignore"),
		);
	});

	it("passes dockerfile-utils", () => {
		const problems = validate(text).map(({ message }) => message);
		expect(problems).to.deep.equal([]);
	});

	it("is not linted by hadolint, which neither npm nor Debian has, nor built, which takes a container engine", () => {
		// What hadolint would hold: https://github.com/hadolint/hadolint#rules (DL3000, DL3002, DL3006, DL3020, DL3025, DL4003).
		for (const stage of [build, image]) {
			for (const folder of textsOf(stage, "WORKDIR"))
				expect(folder).to.match(/^\//);
			expect(textsOf(stage, "ADD")).to.deep.equal([]);
		}
		for (const keyword of ["ENTRYPOINT", "CMD", "VOLUME"])
			for (const words of textsOf(image, keyword))
				expect(JSON.parse(words), keyword).to.be.an("array");
	});

	it("builds and runs on the slim image of Node 24, and not as root", () => {
		expect(text).to.match(/^ARG NODE=24-bookworm-slim$/m);
		expect([build.from, image.from]).to.deep.equal([
			`node:\${NODE} AS build`,
			`node:\${NODE}`,
		]);
		expect(textsOf(image, "USER")).to.deep.equal(["1000:1000"]);
	});

	it("gets no secret of the checkout, and nothing that the package does not need", () => {
		for (const path of [
			".env",
			"examples/github/.env",
			"deploy/compose/secrets/admin-token",
			"data/inbox.db",
			"examples/github/data/inbox.db",
			".git/config",
			"node_modules/koa/package.json",
			"test/house.test.ts",
		])
			expect(isSent(path), path).to.equal(false);
		for (const path of ["src/index.ts", "examples/github/.env.example"])
			expect(isSent(path), path).to.equal(true);
	});

	describe("whose commands run in a folder", () => {
		let outside: Outside;
		const shell = async (command: string, cwd: string) => {
			const mapped = outside.map(command);
			// Only root can give a folder away.
			const known = unprivileged()
				? mapped
				: mapped.replace("-o 1000 -g 1000", "");
			await run("sh", ["-euc", known], {
				cwd,
				env: { ...UNCOUNTED, npm_config_prefer_offline: "true" },
			});
		};

		before(async () => {
			outside = await createOutside();
			for (const folder of ["src", "opt", "usr/local/bin", "srv/switchhook"])
				await mkdir(join(outside.folder, folder), { recursive: true });
			await copyContext(join(outside.folder, "src"), isSent);
			let cwd = outside.folder;
			for (const { keyword, text } of build.instructions) {
				if (keyword === "WORKDIR") cwd = outside.map(text);
				if (keyword !== "RUN") continue;
				// The packages of the repository are what this command installs.
				const isInstall = text.startsWith("npm ci ");
				await shell(isInstall ? `${text} --dry-run` : text, cwd);
				if (isInstall)
					await symlink(join(ROOT, "node_modules"), join(cwd, "node_modules"));
			}
			for (const command of textsOf(image, "RUN"))
				await shell(command, outside.folder);
		});
		after(() => outside.remove());

		const pathIn = (...path: readonly string[]) =>
			join(outside.folder, ...path);

		it("make a program that is small, and has the driver of PostgreSQL in the locked version", async () => {
			const lock = JSON.parse(
				await readFile(join(ROOT, "package-lock.json"), "utf8"),
			);
			const installed = await listInstalled(pathIn("opt/switchhook"));
			expect(installed.get("pg")).to.be.a("string");
			for (const [name, version] of installed)
				expect(lock.packages[`node_modules/${name}`].version, name).to.equal(
					version,
				);
			expect(await sizeOf(pathIn("opt/switchhook"))).to.be.below(65_000_000);
		});

		it("serve a project that the router cannot write, with one writable folder, and are found healthy", async () => {
			const project = pathIn("srv/switchhook");
			await writeFile(
				join(project, "routes.yaml"),
				"version: 1\nadmin: { listen: 127.0.0.1:0 }\ndefaults: { firewall: any, signature: none }\nroutes:\n  - { name: sms, path: /sms, kind: sms.inbound, handler: { plugin: log } }\n",
			);
			const [writable = ""] = JSON.parse(textsOf(image, "VOLUME")[0] ?? "[]");
			expect((await stat(outside.map(writable))).mode & 0o777).to.equal(0o700);
			await chmod(project, 0o555);
			const [entry = "", ...words] = [
				...JSON.parse(textsOf(image, "ENTRYPOINT")[0] ?? ""),
				...JSON.parse(textsOf(image, "CMD")[0] ?? ""),
			] as string[];
			const router = startUnprivileged(
				[pathIn("usr/local/bin", entry), ...words, "--listen", "127.0.0.1:0"],
				project,
				{ NODE_ENV: "production" },
			);
			try {
				const [, url = ""] = await router.says(/listens on (http:\/\/[\d.:]+)/);
				const sms = new URLSearchParams({
					msisdn: "447700900001",
					to: "447700900000",
					messageId: "1",
					text: "hello",
					type: "text",
					"message-timestamp": "2026-01-01 00:00:00",
				});
				expect((await ask(`${url}/sms?${sms}`)).status).to.equal(200);
				expect(await readdir(join(project, "data"))).to.include("inbox.db");
				const [, admin] = await router.says(/"admin":"([^"]+)"/);
				expect(await checkHealth(image, `${admin}/healthz`)).to.equal(0);
			} finally {
				router.child.kill("SIGTERM");
			}
			expect(await router.ended).to.equal(0);
		});
	});

	it("has a sibling in the docs, for a project that installs the package, which runs the same program", async () => {
		const page = await readFile(join(ROOT, "docs/deployment.md"), "utf8");
		const [, block = ""] = /^```dockerfile\n([\s\S]*?)^```$/m.exec(page) ?? [];
		expect(validate(block).map(({ message }) => message)).to.deep.equal([]);
		const own = parseDockerfile(block).at(-1);
		if (own === undefined) throw new Error("no stage");
		for (const keyword of ["USER", "VOLUME", "EXPOSE"])
			expect(textsOf(own, keyword)).to.deep.equal(textsOf(image, keyword));
		const [program, main = "", ...words] = JSON.parse(
			textsOf(own, "CMD")[0] ?? "",
		);
		const manifest = await readFile(join(ROOT, "package.json"), "utf8");
		expect(program).to.equal("node");
		expect(main).to.equal(
			`node_modules/switchhook/${JSON.parse(manifest).bin.switchhook}`,
		);
		expect(words).to.deep.equal(JSON.parse(textsOf(image, "CMD")[0] ?? ""));
	});

	it("has a health check that fails where nobody answers, or with another status than 200", async () => {
		const [, url = ""] = /HEALTH_URL=(\S+)/.exec(text) ?? [];
		expect(new URL(url).pathname).to.equal("/healthz");
		const ready = { status: 200 };
		const server = createServer((_, response) =>
			response.writeHead(ready.status).end(),
		);
		await new Promise<void>((done) =>
			server.listen(0, "127.0.0.1", () => done()),
		);
		const { port } = server.address() as AddressInfo;
		const check = () => checkHealth(image, `http://127.0.0.1:${port}/healthz`);
		expect(await check()).to.equal(0);
		ready.status = 503;
		expect(await check()).to.equal(1);
		server.closeAllConnections();
		server.close();
		expect(await check()).to.equal(1);
	});
});

// --- helpers ---

/** Runs the health check of an image, and returns its exit code. */
async function checkHealth(image: Stage, url: string): Promise<number> {
	const [health = ""] = textsOf(image, "HEALTHCHECK");
	const words = JSON.parse(health.slice(health.indexOf("["))) as string[];
	const env = { ...process.env, HEALTH_URL: url };
	return (await runTool(words, { env })).code;
}

/** Copies what a build in the checkout gets. */
async function copyContext(
	folder: string,
	isSent: (path: string) => boolean,
): Promise<void> {
	const tops = (await readdir(ROOT)).filter(
		(name) => ![".git", "node_modules", "dist"].includes(name),
	);
	for (const top of tops) {
		await cp(join(ROOT, top), join(folder, top), {
			recursive: true,
			filter: async (source) =>
				isSent(relative(ROOT, source)) || (await stat(source)).isDirectory(),
		});
	}
}

async function listInstalled(
	folder: string,
): Promise<ReadonlyMap<string, string>> {
	const { stdout } = await run("npm", ["ls", "--depth=0", "--json"], {
		cwd: folder,
	});
	const { dependencies } = JSON.parse(stdout) as {
		dependencies: Record<string, { version: string }>;
	};
	return new Map(
		Object.entries(dependencies).map(([name, { version }]) => [name, version]),
	);
}

async function sizeOf(folder: string): Promise<number> {
	const entries = await readdir(folder, {
		recursive: true,
		withFileTypes: true,
	});
	let bytes = 0;
	for (const entry of entries)
		if (entry.isFile())
			bytes += (await stat(join(entry.parentPath, entry.name))).size;
	return bytes;
}
