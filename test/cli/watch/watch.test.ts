import { type FSWatcher, watch } from "node:fs";
import {
	appendFile,
	mkdir,
	readFile,
	rename,
	rm,
	symlink,
	unlink,
	utimes,
	writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { waitMs } from "../../../src/cli/watch/watch.ts";
import { type Watched, withWatched } from "./ground.ts";

const FILES = {
	"routes.yaml": "routes",
	"nccos/a.yaml": "a",
	"plugins/x.ts": "x",
	"plugins/lib/y.ts": "y",
	"other.txt": "other",
};
const READS = [
	"routes.yaml",
	"nccos/a.yaml",
	"nccos/late.yaml",
	"more/deep/late.yaml",
	"plugins/x.ts",
	"plugins/lib/y.ts",
	".env",
];

/** What somebody does to the files, in steps, and the reload that each of them leads to. */
interface Case {
	readonly title: string;
	readonly steps: readonly (readonly [
		act: (at: (path: string) => string) => Promise<unknown>,
		changes: readonly string[],
	])[];
}

const CASES: readonly Case[] = [
	{
		title: "a file that is written in place, again and again",
		steps: [
			[(at) => writeFile(at("routes.yaml"), "1"), ["routes.yaml changed"]],
			[(at) => appendFile(at("routes.yaml"), "2"), ["routes.yaml changed"]],
			[(at) => writeFile(at("routes.yaml"), "3"), ["routes.yaml changed"]],
		],
	},
	{
		title: "a file that is replaced by another (JetBrains, `sed -i`)",
		steps: [
			[(at) => replace(at("routes.yaml"), "1"), ["routes.yaml changed"]],
			[(at) => replace(at("routes.yaml"), "2"), ["routes.yaml changed"]],
			[(at) => writeFile(at("routes.yaml"), "3"), ["routes.yaml changed"]],
		],
	},
	{
		title: "a file that is moved away and written anew (vim)",
		steps: ["1", "2"].map((text) => [
			async (at) => {
				await rename(at("routes.yaml"), at("routes.yaml~"));
				await writeFile(at("routes.yaml"), text);
				await unlink(at("routes.yaml~"));
			},
			["routes.yaml changed"],
		]),
	},
	{
		title: "a file that comes, goes and comes again",
		steps: [
			[
				(at) => writeFile(at("nccos/late.yaml"), "1"),
				["nccos/late.yaml created"],
			],
			[(at) => unlink(at("nccos/late.yaml")), ["nccos/late.yaml removed"]],
			[
				(at) => replace(at("nccos/late.yaml"), "1"),
				["nccos/late.yaml created"],
			],
		],
	},
	{
		title: "folders that are made later, one in another",
		steps: [
			[
				async (at) => {
					await mkdir(at("more"));
					await mkdir(at("more/deep"));
					await writeFile(at("more/deep/late.yaml"), "1");
				},
				["more/deep/late.yaml created"],
			],
			[
				(at) => writeFile(at("more/deep/late.yaml"), "2"),
				["more/deep/late.yaml changed"],
			],
			[
				(at) => rm(at("more"), { recursive: true }),
				["more/deep/late.yaml removed"],
			],
		],
	},
	{
		title: "a folder that is replaced by another of the same name",
		steps: ["1", "2"].map((text) => [
			async (at) => {
				await mkdir(at("new/lib"), { recursive: true });
				await writeFile(at("new/x.ts"), text);
				await writeFile(at("new/lib/y.ts"), text);
				await rename(at("plugins"), at("old"));
				await rename(at("new"), at("plugins"));
				await rm(at("old"), { recursive: true });
			},
			["plugins/lib/y.ts changed", "plugins/x.ts changed"],
		]),
	},
	{
		title: "another branch that is checked out: files and folders go and come",
		steps: [
			[
				async (at) => {
					await rm(at("plugins"), { recursive: true });
					await unlink(at("nccos/a.yaml"));
					await writeFile(at("nccos/late.yaml"), "1");
					await mkdir(at("plugins/lib"), { recursive: true });
					await writeFile(at("plugins/x.ts"), "other");
					await writeFile(at("plugins/lib/y.ts"), "y");
					await writeFile(at("routes.yaml"), "other");
				},
				[
					"nccos/a.yaml removed",
					"nccos/late.yaml created",
					"plugins/x.ts changed",
					"routes.yaml changed",
				],
			],
			[
				(at) => writeFile(at("plugins/lib/y.ts"), "1"),
				["plugins/lib/y.ts changed"],
			],
		],
	},
	{
		title: "a `.env` that is made",
		steps: [[(at) => writeFile(at(".env"), "A=1"), [".env created"]]],
	},
];

describe("a watcher", () => {
	for (const { title, steps } of CASES) {
		it(`follows ${title}`, () =>
			withWatched({ files: FILES, reads: READS, polls: false }, (watched) =>
				follow(watched, steps),
			));

		it(`follows ${title}, where the system has no more watches`, () =>
			withWatched(
				{ files: FILES, reads: READS, watch: noWatch("ENOSPC") },
				async (watched) => {
					await follow(watched, steps);
					expect(watched.incomplete).to.deep.equal(["ENOSPC"]);
				},
			));
	}

	it("sees nothing in a touch, in the same content written again, and in files that nobody reads", () =>
		withWatched({ files: FILES, reads: READS }, async (watched) => {
			const { folder, reloads, until, looks } = watched;
			const file = join(folder, "routes.yaml");
			for (const act of [
				() => utimes(file, 1, 1),
				() => writeFile(file, "routes"),
				() => replace(file, "routes"),
				() => writeFile(join(folder, "other.txt"), "1"),
				() => writeFile(join(folder, "nccos/.a.yaml.swp"), "1"),
			]) {
				await act();
				const before = looks();
				await until(() => looks() > before + 2);
			}
			await writeFile(file, "1");
			await until(() => reloads.length > 0);
			expect(reloads).to.deep.equal([["routes.yaml changed"]]);
		}));

	it("waits for a file that is gone or empty for a moment", () =>
		withWatched({ files: FILES, reads: READS }, async (watched) => {
			const { folder, reloads, until, looks, watcher, clock } = watched;
			const file = join(folder, "routes.yaml");
			for (const lose of [() => unlink(file), () => writeFile(file, "")]) {
				reloads.length = 0;
				const before = looks();
				await lose();
				watcher.nudge();
				clock.advance(80);
				await until(() => looks() > before);
				await writeFile(file, `${before}`);
				await until(() => reloads.length > 0);
				expect(reloads).to.deep.equal([["routes.yaml changed"]]);
			}
		}));

	it("takes a file that stays empty for what it is", () =>
		withWatched({ files: FILES, reads: READS }, async (watched) => {
			await writeFile(join(watched.folder, "routes.yaml"), "");
			await watched.until(() => watched.reloads.length > 0);
			expect(watched.reloads).to.deep.equal([["routes.yaml emptied"]]);
		}));

	it("reloads once for what changes during a reload, and once for a burst", () =>
		withWatched({ files: FILES, reads: READS }, async (watched) => {
			const { folder, reloads, until, hold, looks } = watched;
			const release = hold();
			await writeFile(join(folder, "routes.yaml"), "1");
			await until(() => reloads.length === 1);
			// Read already, and read before the reload ends: both are seen afterwards.
			for (const text of ["2", "3", "4"]) {
				await writeFile(join(folder, "routes.yaml"), text);
				await writeFile(join(folder, "nccos/a.yaml"), text);
			}
			release();
			await until(() => reloads.length === 2);
			const before = looks();
			await until(() => looks() > before + 2);
			expect(reloads).to.deep.equal([
				["routes.yaml changed"],
				["nccos/a.yaml changed", "routes.yaml changed"],
			]);
		}));

	it("ends a burst that does not end by itself", () =>
		withWatched(
			{ files: FILES, reads: READS, polls: false },
			async ({ folder, reloads, watcher, until }) => {
				await writeFile(join(folder, "routes.yaml"), "1");
				await until(() => {
					watcher.nudge();
					return reloads.length > 0;
				});
			},
		));

	it("waits longer where reload after reload finds something different, as one that writes what it reads", () => {
		for (const [lastedMs, restless, ms] of [
			[0, 0, 80],
			[990, 0, 10],
			[1500, 5, 0],
			[0, 6, 5000],
			[1000, 6, 4000],
			[6000, 6, 0],
		] as const)
			expect(waitMs(lastedMs, restless)).to.equal(ms);
	});

	it("follows a mounted ConfigMap, whose link `..data` is swapped", () =>
		withWatched(
			{
				files: { "..1/routes.yaml": "1", "..2/routes.yaml": "2" },
				reads: ["routes.yaml"],
				polls: false,
				async prepare(folder) {
					await symlink("..1", join(folder, "..data"));
					await symlink("..data/routes.yaml", join(folder, "routes.yaml"));
				},
			},
			({ folder, reloads, until }) =>
				(async () => {
					const swap = async (to: string): Promise<void> => {
						await symlink(to, join(folder, "..tmp"));
						await rename(join(folder, "..tmp"), join(folder, "..data"));
					};
					for (const to of ["..2", "..1"]) {
						const before = reloads.length;
						await swap(to);
						await until(() => reloads.length > before);
					}
					await writeFile(join(folder, "..1/routes.yaml"), "3");
					await until(() => reloads.length === 3);
					expect(reloads.flat()).to.deep.equal(
						Array(3).fill("routes.yaml changed"),
					);
				})(),
		));

	it("follows a pattern: files that come, go and are renamed, in folders that are new", () =>
		withWatched(
			{
				files: { "routes.yaml": "", "parts/a.yaml": "a" },
				reads: ["routes.yaml"],
				pattern: "parts/**/*.yaml",
				polls: false,
			},
			(watched) =>
				follow(watched, [
					[
						(at) => writeFile(at("parts/b.yaml"), "b"),
						["parts/b.yaml created"],
					],
					[
						async (at) => {
							await mkdir(at("parts/c"));
							await writeFile(at("parts/c/d.yaml"), "d");
						},
						["parts/c/d.yaml created"],
					],
					[
						(at) => rename(at("parts/b.yaml"), at("parts/c/b.yaml")),
						["parts/b.yaml removed", "parts/c/b.yaml created"],
					],
					[
						(at) => writeFile(at("parts/c/b.yaml"), "1"),
						["parts/c/b.yaml changed"],
					],
					[
						(at) => rm(at("parts"), { recursive: true }),
						[
							"parts/a.yaml removed",
							"parts/c/b.yaml removed",
							"parts/c/d.yaml removed",
						],
					],
					[
						async (at) => {
							await mkdir(at("parts"));
							await writeFile(at("parts/e.yaml"), "e");
						},
						["parts/e.yaml created"],
					],
				]),
		));

	it("has as many watches after 200 reloads as before, and none at its end", async () => {
		const open = new Set<FSWatcher>();
		const counting = ((folder: string, options: object) => {
			const watcher = watch(folder, options);
			open.add(watcher);
			watcher.on("close", () => open.delete(watcher));
			return watcher;
		}) as typeof watch;
		await withWatched(
			{ files: FILES, reads: READS, watch: counting },
			async (watched) => {
				const before = open.size;
				expect(before).to.be.greaterThan(3);
				for (let count = 1; count <= 200; count += 1) {
					const write = count % 2 === 0 ? replace : writeFile;
					await write(join(watched.folder, "plugins/x.ts"), `${count}`);
					await watched.until(() => watched.reloads.length === count);
				}
				expect(open.size).to.equal(before);
				expect(await countWatches()).to.be.lessThan(before + 20);
			},
		);
		expect(open.size).to.equal(0);
	});
});

// --- helpers ---

async function follow(
	{ folder, reloads, until }: Watched,
	steps: Case["steps"],
): Promise<void> {
	const at = (path: string): string => join(folder, path);
	for (const [act, changes] of steps) {
		reloads.length = 0;
		await act(at);
		// A slow machine may see a step in two parts.
		await until(() => changes.every((one) => reloads.flat().includes(one)));
		expect(new Set(reloads.flat())).to.deep.equal(new Set(changes));
	}
}

/** Writes beside a file and puts that in its place. */
async function replace(file: string, text: string): Promise<void> {
	await writeFile(`${file}.tmp`, text);
	await rename(`${file}.tmp`, file);
}

function noWatch(code: string): typeof watch {
	return (() => {
		throw Object.assign(new Error(code), { code });
	}) as unknown as typeof watch;
}

/** The inotify watches of this process; none on other systems. */
async function countWatches(): Promise<number> {
	const { readdir } = await import("node:fs/promises");
	const folder = "/proc/self/fdinfo";
	const files = await readdir(folder).catch(() => []);
	const texts = await Promise.all(
		files.map((file) => readFile(join(folder, file), "utf8").catch(() => "")),
	);
	return texts.join("\n").match(/^inotify wd/gm)?.length ?? 0;
}
