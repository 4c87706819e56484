import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { generateAll } from "../scripts/generated.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The floor of each folder; the innermost that is named counts. */
const FLOORS: Readonly<Record<string, number>> = {
	"errors.ts": 0,
	event: 0,
	finding: 0,
	generated: 0,
	"inputs.ts": 0,
	"is-alive.ts": 0,
	"memo.ts": 0,
	"start-thread.ts": 0,
	"turns.ts": 0,
	"within.ts": 0,
	config: 1,
	gate: 1,
	kind: 1,
	observe: 1,
	plugin: 1,
	route: 1,
	table: 1,
	// Certificates: the configuration checks them, both listeners use them.
	tls: 1,
	// A plugin may import this one: it re-exports the public face.
	"index.ts": 1,
	// What the inbox takes and gives: handlers and the configuration may name it.
	"inbox/port": 1,
	frame: 2,
	handler: 2,
	inbox: 2,
	"plugin/loader": 2,
	// Talks to the platform about the settings; the mock in it needs not even these.
	platform: 3,
	runtime: 3,
	// What people do with stored deliveries, for the commands and the admin API.
	desk: 3,
	http: 4,
	// Plays the platform against a router, over a line that a floor above gives it.
	phone: 3,
	// The second user of Koa: the listener for operators.
	admin: 4,
	cli: 5,
	// Plays what the commands play: the requests of `send`.
	// The processes of a router: the supervisor hands connections to the servers of its workers.
	workers: 4,
	testing: 5,
	"testing.ts": 5,
};

const FUNCTION_LINES_MAX = 80;
const CLASS_LINES_MAX = 220;
const FILE_LINES_MAX = 400;
/** A folder with more files than this is a list, and no longer shows what belongs together. */
const FOLDER_FILES_MAX = 24;

/** Blocks that may be longer, each with the reason. */
const LONG_BLOCKS: Readonly<Record<string, string>> = {};

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

	it("has no file, function or class that is too long", () => {
		const folders = ["src", "plugins", "bench", "scripts"];
		const long = folders
			.flatMap((folder) => listFiles(join(ROOT, folder), ".ts"))
			.filter((file) => !file.includes("/generated/"))
			.flatMap((file) => tooLong(relative(ROOT, file), read(file)));
		expect(long).to.deep.equal([]);
	});

	it("has no folder that is a long list of files", () => {
		const counts = new Map<string, number>();
		for (const file of files) {
			counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
		}
		const long = [...counts].filter(([, count]) => count > FOLDER_FILES_MAX);
		expect(long).to.deep.equal([]);
	});

	it("reports short files that only their neighbor imports", () => {
		const importers = new Map<string, string[]>();
		for (const [file, others] of imports) {
			for (const other of others) {
				importers.set(other, [...(importers.get(other) ?? []), file]);
			}
		}
		const short = files.filter((file) => {
			const [only, ...rest] = importers.get(file) ?? [];
			return (
				only !== undefined &&
				rest.length === 0 &&
				dirname(only) === dirname(file) &&
				read(join(ROOT, "src", file)).split("\n").length <= 50
			);
		});
		// A report, not a rule: half an idea is to be seen, and sometimes is a whole one.
		if (process.env.SWITCHHOOK_HOUSE_REPORT) console.log(short.join("\n"));
		expect(short).to.be.an("array");
	});

	it("says in each doc comment what a thing does, and begins none with What", () => {
		const riddles = files.filter((file) =>
			/\/\*\*\s+(?:\* )?What\b/.test(read(join(ROOT, "src", file))),
		);
		expect(riddles).to.deep.equal([]);
	});

	it("keeps Koa to src/http and src/admin, but for the router's patterns", () => {
		const users = files.filter((file) =>
			/from "(koa|@koa\/|koa-)/.test(read(join(ROOT, "src", file))),
		);
		expect(
			users.filter((file) => !/^(?:http|admin)\//.test(file)),
		).to.deep.equal(["route/patterns.ts"]);
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
	for (let path = file; path !== "."; path = dirname(path)) {
		const floor = FLOORS[path];
		if (floor !== undefined) return floor;
	}
	throw new Error(`${file} is on no floor`);
}

/** A line that opens a class, a function or a method; the formatter ends its block at the same indentation. */
const CLASS = /^(\t*)(?:export )?(?:default )?(?:abstract )?class\b/;
const FUNCTION =
	/^(\t*)(?:(?:export |default |async )*function\b|(?:(?:private|static|async|get|set|override|readonly) )*[#\w]+(?:<.*>)?\((?:.*\{)?$)/;
const ARROW = /^(\t*).*=> \{$/;
const STATEMENT =
	/^\t*(?:if|for|while|switch|return|catch|throw|await|expect)\b/;

/** The blocks of a file that exceed their bound, and the file where it does. */
function tooLong(file: string, text: string): string[] {
	const lines = text.split("\n");
	const found =
		lines.length > FILE_LINES_MAX + 1 ? [`${file} has ${lines.length}`] : [];
	for (const [index, line] of lines.entries()) {
		const isClass = CLASS.test(line);
		const opens =
			CLASS.exec(line) ??
			(STATEMENT.test(line) ? null : (FUNCTION.exec(line) ?? ARROW.exec(line)));
		if (opens === null) continue;
		const indentation = opens[1] as string;
		const length = blockLength(lines, index, indentation);
		const name = /[#\w]+(?= ?[({=]| \w+ \{| \{)/.exec(line.trim())?.[0];
		const max = isClass ? CLASS_LINES_MAX : FUNCTION_LINES_MAX;
		if (length > max && LONG_BLOCKS[`${file} ${name}`] === undefined) {
			found.push(`${file}:${index + 1} ${line.trim()} has ${length}`);
		}
	}
	return found;
}

/** Lines from the opening one to the `}` of the same indentation. */
function blockLength(
	lines: readonly string[],
	start: number,
	indentation: string,
): number {
	for (let index = start + 1; index < lines.length; index++) {
		const line = lines[index] as string;
		if (line === "") continue;
		if (!line.startsWith(indentation)) return 0;
		const rest = line.slice(indentation.length);
		if (rest.startsWith("}") && !rest.endsWith("{")) return index - start + 1;
		// Of a call that spans lines: no block follows.
		if (rest.startsWith(")") && !rest.endsWith("{")) return 0;
	}
	return 0;
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
