import {
	mkdir,
	readdir,
	readFile,
	rm,
	symlink,
	writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { installPacked, type Packed } from "../packed.ts";
import { SHORT_LIVED, UNCOUNTED } from "../program.ts";
import { runTsc } from "../tsc.ts";
import { startProgram } from "./process.ts";

const CLI = "dist/cli/main.js";
const TYPES = "plugins/types.d.ts";

/** As `npm init -y` of npm 11 writes it, without what differs from folder to folder. */
const NPM_INIT = {
	name: "my-router",
	version: "1.0.0",
	main: "index.js",
	scripts: { test: 'echo "Error: no test specified" && exit 1' },
	license: "ISC",
	type: "commonjs",
};

describe("a project that `init` of the package writes", function () {
	this.timeout(120_000);
	let packed: Packed;
	/** The commands of the package, in this process. */
	let run: typeof import("../../src/cli/program.ts").run;
	before(async () => {
		packed = await installPacked();
		const program = join(packed.home, "dist/cli/program.js");
		({ run } = await import(pathToFileURL(program).href));
	});
	after(() => packed.remove());

	/** A folder of its own, with the package beside the others' in it. */
	const project = async (
		name: string,
		files: Readonly<Record<string, string>> = {},
	) => {
		const folder = join(packed.folder, name);
		await mkdir(folder);
		await symlink(
			join(packed.folder, "node_modules"),
			join(folder, "node_modules"),
		);
		for (const [file, text] of Object.entries(files))
			await writeFile(join(folder, file), text);
		const switchhook = async (...args: string[]) => {
			const said = { stdout: "", stderr: "" };
			const write = (stream: keyof typeof said) => (text: string) =>
				(said[stream] += text);
			const code = await run(args, {
				stdout: { write: write("stdout") },
				stderr: { write: write("stderr") },
				env: { ...process.env },
				cwd: folder,
				isTTY: false,
			});
			if (code !== 0)
				throw Object.assign(new Error(said.stderr), said, { code });
			return said;
		};
		const json = async () =>
			JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
		return { folder, switchhook, json };
	};

	it("passes its check and the compiler after `npm init -y`", async () => {
		const { folder, switchhook, json } = await project("npm", {
			"package.json": JSON.stringify(NPM_INIT, null, 2),
		});
		const { stdout } = await switchhook("init");
		expect(stdout).to.match(/^ {2}package\.json +scripts start, check, test$/m);
		expect((await readdir(folder)).sort()).to.deep.equal([
			".env.example",
			".gitignore",
			"nccos",
			"node_modules",
			"package.json",
			"plugins",
			"routes.yaml",
			"schemas",
			"tests",
			"tsconfig.json",
		]);
		const { stdout: checked } = await switchhook("check", "--strict");
		expect(checked).to.match(/^3 routes, 0 errors, 0 warnings/m);
		expect(runTsc(folder)).to.equal("");
		const { stdout: tested } = await switchhook("test");
		expect(tested).to.match(/^3 passed, 0 failed in/m);
		const { stdout: typed } = await switchhook("types", "--out", TYPES);
		expect(typed).to.equal(`Wrote ${TYPES}.\n`);
		expect(runTsc(folder)).to.equal("");
		expect(await json()).to.deep.equal({
			...NPM_INIT,
			scripts: {
				start: "switchhook serve",
				check: "switchhook check",
				test: "switchhook test",
			},
		});
		expect(await readFile(join(folder, "package.json"), "utf8")).to.match(
			/^\{\n {2}"name"/,
		);
		// The strictest settings too, with a field of the payload that may be missing in an action.
		await writeFile(
			join(folder, "plugins/menu.ts"),
			`import { definePlugin } from "switchhook";
export default definePlugin({
	name: "menu",
	on: {
		"ncco.input": (event, { url }) =>
			event.payload.dtmf?.digits === "1"
				? [{ action: "connect", from: event.payload.to, endpoint: [{ type: "phone", number: "447700900001" }] }]
				: [{ action: "input", type: ["dtmf"], eventUrl: [url("menu")] }],
	},
});
`,
		);
		expect(
			runTsc(
				folder,
				"--exactOptionalPropertyTypes",
				"--noUncheckedIndexedAccess",
				"--skipLibCheck",
				"false",
			),
		).to.equal("");
		// A mistake in the plugin is one for the compiler, so that it looks at the plugins at all.
		await writeFile(
			join(folder, "plugins/wrong.ts"),
			'import { definePlugin } from "switchhook";\nexport default definePlugin({ name: "w", on: { "voice.anwser": () => {} } });\n',
		);
		expect(runTsc(folder)).to.include("voice.anwser");
		await rm(join(folder, "plugins/wrong.ts"));
	});

	it("serves what `send` sends, by the scripts of its package.json", async () => {
		const { folder, switchhook, json } = await project("served", {
			"package.json": JSON.stringify(NPM_INIT, null, 2),
		});
		await switchhook("init");
		const { scripts } = await json();
		const script = (name: string, ...args: string[]) => {
			const [program, ...words] = String(scripts[name]).split(" ");
			expect(program).to.equal("switchhook");
			return [
				process.execPath,
				...SHORT_LIVED,
				join(packed.home, CLI),
				...words,
				...args,
			];
		};
		const router = startProgram(
			script("start", "--listen", "127.0.0.1:0"),
			folder,
			{ env: UNCOUNTED },
		);
		try {
			await router.says(/switchhook listens on/);
			const heard = await switchhook("send", "voice.answer");
			expect(heard.stdout).to.include("Hello. You are calling 447700900000.");
			const sms = await switchhook("send", "sms.inbound");
			expect(sms.stdout).to.match(
				/received: the route `inbound-sms` stored it in the inbox/,
			);
			await router.says(/"outcome":"delivered"/);
			await router.says(/"plugin":"greeter"/);
			const event = await switchhook("send", "voice.event");
			expect(event.stdout).to.include("handled: the route `events`");
		} finally {
			router.child.kill("SIGTERM");
		}
		expect(await router.ended).to.equal(0);
		for (const [name, pattern] of [
			["check", /^3 routes, 0 errors, 0 warnings/m],
			["test", /^3 passed, 0 failed in/m],
		] as const) {
			const run = startProgram(script(name), folder);
			expect(await run.ended, run.stderr()).to.equal(0);
			expect(run.stdout()).to.match(pattern);
		}
	});

	it("keeps what a project has, and adds what is missing", async () => {
		const own = {
			name: "shop",
			scripts: { start: "node server.js", lint: "eslint" },
		};
		const { folder, switchhook, json } = await project("own", {
			"package.json": `${JSON.stringify(own, null, "\t")}\n`,
			"server.js": "module.exports = 1;\n",
			".gitignore": "dist\n/node_modules\n.env",
			"tsconfig.json": "{}\n",
		});
		const { stdout } = await switchhook("init");
		expect(stdout).to.match(/^ {2}\.gitignore +added data\/$/m);
		expect(stdout).to.match(/^Left as it is: tsconfig\.json$/m);
		expect(await readFile(join(folder, ".gitignore"), "utf8")).to.equal(
			"dist\n/node_modules\n.env\ndata/\n",
		);
		expect(await json()).to.deep.equal({
			name: "shop",
			scripts: {
				start: "node server.js",
				lint: "eslint",
				check: "switchhook check",
				test: "switchhook test",
			},
		});
		const again = await switchhook("init").then(
			() => undefined,
			(error: { code: number; stderr: string }) => error,
		);
		expect(again).to.include({ code: 2 });
		expect(again?.stderr).to.include("  routes.yaml\n");
	});

	it("writes a package.json into an empty folder, as modules, and nothing where one is broken", async () => {
		const empty = await project("empty");
		await empty.switchhook("init");
		expect(await empty.json()).to.deep.include({
			private: true,
			type: "module",
		});
		expect(runTsc(empty.folder)).to.equal("");
		const broken = await project("broken", { "package.json": "{" });
		const failed = await broken.switchhook("init").then(
			() => undefined,
			(error: { code: number; stderr: string }) => error,
		);
		expect(failed?.stderr).to.include("package.json is not valid JSON");
		expect((await readdir(broken.folder)).sort()).to.deep.equal([
			"node_modules",
			"package.json",
		]);
	});
});
