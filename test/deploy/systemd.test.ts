import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { useBuild } from "../build.ts";
import { copyProgram } from "../copy-program.ts";
import { ask } from "../http/router.ts";
import { SHORT_LIVED } from "../program.ts";
import {
	createOutside,
	type Outside,
	readDeployed,
	startUnprivileged,
} from "./outside.ts";
import { isInstalled, itWith, runTool } from "./tool.ts";

const UNITS = ["switchhook.service", "switchhook.socket"];

/** systemd-analyze scores from 0, safe, to 100. A network service of usual settings has more than 90. */
const EXPOSURE_MAX = "20";

describe("deploy/systemd", () => {
	const main = useBuild();
	let outside: Outside;
	/** The program, where the user can read it. */
	let program: string;
	let service: Unit;
	before(async () => {
		outside = await createOutside();
		program = await copyProgram(main(), outside.folder);
		service = parseUnit(await readDeployed("systemd", "switchhook.service"));
	});
	after(() => outside.remove());

	/** Writes the units with a program that exists on this machine. */
	const writeUnits = async () => {
		const folder = join(outside.folder, "units");
		await mkdir(folder, { recursive: true });
		for (const name of UNITS) {
			const text = await readDeployed("systemd", name);
			const known = text.replace("ExecStart=switchhook", "ExecStart=env");
			await writeFile(join(folder, name), known);
		}
		return folder;
	};

	itWith("systemd-analyze", "passes systemd-analyze verify", async () => {
		const folder = await writeUnits();
		const paths = UNITS.map((name) => join(folder, name));
		const { code, output } = await runTool([
			"systemd-analyze",
			"verify",
			...paths,
		]);
		expect({ code, output }).to.deep.equal({ code: 0, output: "" });
		// It finds a wrong key, so its silence says something.
		await writeFile(
			join(folder, "switchhook.service"),
			"[Service]\nExecStart=env\nProtectSytem=strict\n",
		);
		const wrong = await runTool(["systemd-analyze", "verify", paths[0] ?? ""]);
		expect(wrong.output).to.include("ProtectSytem");
	});

	itWith(
		"systemd-analyze",
		"is hardened by the score of systemd-analyze security",
		async () => {
			const folder = await writeUnits();
			const { code, output } = await runTool([
				"systemd-analyze",
				"security",
				"--offline=yes",
				`--threshold=${EXPOSURE_MAX}`,
				join(folder, "switchhook.service"),
			]);
			expect(code, output).to.equal(0);
		},
	);

	itWith("systemd-sysusers", "makes its user", async () => {
		const text = await readDeployed("systemd", "switchhook.sysusers.conf");
		const file = join(outside.folder, "switchhook.conf");
		await writeFile(file, text);
		const { code, output } = await runTool([
			"systemd-sysusers",
			"--dry-run",
			file,
		]);
		expect(code, output).to.equal(0);
		const [, user] = /^u (\S+)/m.exec(text) ?? [];
		expect(service.get("User")).to.equal(user);
	});

	it("needs no program but the router and those of every system", () => {
		expect(service.get("ExecStart")).to.match(
			/^switchhook serve --config \S+$/,
		);
		const [program = ""] = (service.get("ExecReload") ?? "").split(" ");
		expect(isInstalled(program), program).to.equal(true);
	});

	it("starts the router with one writable folder, reloads it, and stops it", async () => {
		const state = join(
			outside.folder,
			"var/lib",
			service.get("StateDirectory") ?? "",
		);
		const project = outside.map(service.get("WorkingDirectory") ?? "");
		for (const folder of [state, project])
			await mkdir(folder, { recursive: true });
		await writeFile(join(project, "routes.yaml"), ROUTES);
		const { output } = await runTool(["chown", "1000:1000", state]);
		if (process.getuid?.() === 0) expect(output).to.equal("");
		const [, ...words] = outside.map(service.get("ExecStart") ?? "").split(" ");
		const router = startUnprivileged(
			[
				process.execPath,
				...SHORT_LIVED,
				program,
				...words,
				"--listen",
				"127.0.0.1:0",
			],
			project,
			{ STATE_DIRECTORY: state, NODE_ENV: "production" },
		);
		try {
			const [, url = ""] = await router.says(/listens on (http:\/\/[\d.:]+)/);
			expect((await ask(`${url}/a`)).status).to.equal(200);
			await writeFile(join(project, "routes.yaml"), ROUTES.replace("/a", "/b"));
			const [signal] =
				/(?<=^kill -)\w+/.exec(service.get("ExecReload") ?? "") ?? [];
			router.child.kill(`SIG${signal}` as NodeJS.Signals);
			await router.says(/reloaded/);
			expect((await ask(`${url}/b`)).status).to.equal(200);
		} finally {
			router.child.kill("SIGTERM");
		}
		expect(await router.ended).to.equal(0);
	});

	it("does not start again after an error in the configuration, which has this exit code", async () => {
		const folder = join(outside.folder, "broken");
		await mkdir(folder);
		await writeFile(join(folder, "routes.yaml"), "version: 2\n");
		const router = startUnprivileged(
			[process.execPath, ...SHORT_LIVED, program, "serve"],
			folder,
		);
		expect(String(await router.ended)).to.equal(
			service.get("RestartPreventExitStatus"),
		);
		expect(service.get("Restart")).to.equal("on-failure");
	});

	it("waits longer for the end than the router for its requests", () => {
		expect(service.get("TimeoutStopSec")).to.equal("30s");
		expect(service.get("KillMode")).to.equal("mixed");
	});
});

// --- helpers ---

const ROUTES = `version: 1
inbox: { store: "sqlite:\${STATE_DIRECTORY}/inbox.db" }
defaults: { firewall: any, signature: none }
routes:
  - { name: a, path: /a, handler: { static: { status: 200 } } }
`;

/** The settings of a unit by name; of those that repeat, the last. */
type Unit = ReadonlyMap<string, string>;

function parseUnit(text: string): Unit {
	return new Map(
		[...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [
			name,
			value,
		]),
	);
}
