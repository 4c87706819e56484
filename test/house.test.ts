import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { generateAll } from "../scripts/generated.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The floor of a file; the first that fits counts. */
const FLOORS: readonly (readonly [path: RegExp, floor: number])[] = [
	[/^(errors\.ts|event\/)/, 0],
	[/^plugin\/(load|find|plugin|options|fault|shape|trace|within)\b/, 2],
	[/^(config|kind|gate|route|observe|plugin)\//, 1],
	// What the inbox takes and gives, and what only computes: handlers and the config may name it.
	[/^inbox\/(store|delivery|retry|keys|envelope|doubt|open-error)\b/, 1],
	[/^(handler|inbox)\//, 2],
	[/^runtime\//, 3],
	[/^http\//, 4],
	[/^cli\//, 5],
	// What a plugin may import.
	[/^index\.ts$/, 1],
];

describe("the house", () => {
	const files = listFiles(join(ROOT, "src"), ".ts").map((file) =>
		relative(join(ROOT, "src"), file),
	);
	const imports = new Map(files.map((file) => [file, importsOf(file)]));

	it("has every file on a floor, importing from its own floor and below", () => {
		const wrong = files.flatMap((file) =>
			(imports.get(file) ?? [])
				.filter((other) => floorOf(other) > floorOf(file))
				.map((other) => `${file} → ${other}`),
		);
		expect(wrong).to.deep.equal([]);
	});

	it("has no import cycle", () => {
		expect(findCycle(imports)).to.deep.equal([]);
	});

	it("has no file above 400 lines", () => {
		const folders = ["src", "plugins", "bench", "scripts"];
		const long = folders
			.flatMap((folder) => listFiles(join(ROOT, folder), ".ts"))
			.filter((file) => !file.endsWith(".generated.ts"))
			.filter((file) => read(file).split("\n").length > 401);
		expect(long).to.deep.equal([]);
	});

	it("keeps Koa to src/http, but for the router's patterns", () => {
		const users = files.filter((file) =>
			/from "(koa|@koa\/|koa-)/.test(read(join(ROOT, "src", file))),
		);
		expect(users.filter((file) => !file.startsWith("http/"))).to.deep.equal([
			"route/patterns.ts",
		]);
	});

	it("makes a verified webhook in one place", () => {
		const makers = files.filter((file) =>
			read(join(ROOT, "src", file)).includes("as VerifiedWebhook"),
		);
		expect(makers).to.deep.equal(["gate/signature.ts"]);
	});

	it("ends the process in one place", () => {
		const enders = files.filter((file) =>
			/process\.exit\(/.test(read(join(ROOT, "src", file))),
		);
		expect(enders).to.deep.equal(["cli/main.ts"]);
	});

	it("has fresh generated files", async () => {
		for (const [file, text] of await generateAll()) {
			expect(
				read(join(ROOT, file)),
				`${file} is stale: run npm run generate`,
			).to.equal(text);
		}
	});

	it("gives every dependency a reason, and installs none without one", () => {
		const page = read(join(ROOT, "docs/dependencies.md"));
		const { dependencies, devDependencies } = JSON.parse(
			read(join(ROOT, "package.json")),
		) as Record<string, Record<string, string>>;
		const named = [...page.matchAll(/`((?:@[\w-]+\/)?[\w.-]+)`/g)].map(
			([, name]) => name as string,
		);
		const installed = Object.keys({ ...dependencies, ...devDependencies });
		expect(installed.filter((name) => !named.includes(name))).to.deep.equal([]);
		const rows = [...page.matchAll(/^\| (.+?) \|/gm)].flatMap(([, cell]) =>
			[...(cell as string).matchAll(/`([^`]+)`/g)].map(
				([, name]) => name as string,
			),
		);
		expect(rows.filter((name) => !installed.includes(name))).to.deep.equal([]);
	});

	it("names no registry in any file", () => {
		const lock = read(join(ROOT, "package-lock.json"));
		expect(lock).to.not.match(/"resolved": "http/);
	});
});

// --- helpers ---

function read(file: string): string {
	return readFileSync(file, "utf8");
}

function listFiles(folder: string, ending: string): string[] {
	return readdirSync(folder, { recursive: true, encoding: "utf8" })
		.filter((name) => name.endsWith(ending))
		.map((name) => join(folder, name))
		.sort();
}

/** The own files that a file imports, as paths from src. */
function importsOf(file: string): string[] {
	const text = read(join(ROOT, "src", file));
	return [...text.matchAll(/(?:from|import) "(\.[^"]+)"/g)].map(([, path]) =>
		join(dirname(file), path as string),
	);
}

function floorOf(file: string): number {
	const found = FLOORS.find(([path]) => path.test(file));
	if (found === undefined) throw new Error(`${file} is on no floor`);
	return found[1];
}

/** The first cycle found, as the files on it. */
function findCycle(imports: ReadonlyMap<string, readonly string[]>): string[] {
	const done = new Set<string>();
	const walk = (file: string, trail: readonly string[]): string[] => {
		if (trail.includes(file))
			return [...trail.slice(trail.indexOf(file)), file];
		if (done.has(file)) return [];
		for (const next of imports.get(file) ?? []) {
			const cycle = walk(next, [...trail, file]);
			if (cycle.length > 0) return cycle;
		}
		done.add(file);
		return [];
	};
	for (const file of imports.keys()) {
		const cycle = walk(file, []);
		if (cycle.length > 0) return cycle;
	}
	return [];
}
