import { constants } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { Command } from "commander";
import { createCommand, withConfigFile } from "../command.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import { exists } from "../load.ts";
import { packageFile } from "../package.ts";
import { planIgnores } from "../project/gitignore.ts";
import { planScripts } from "../project/package-json.ts";
import { formatTable } from "../table.ts";

/** `switchhook init`: writes a first configuration with a plugin, an NCCO and tests. Never overwrites. */
export function initCommand(io: Io): Command {
	const command = createCommand(
		"init",
		"Writes a commented routes.yaml with a plugin, an NCCO and tests to start from. It overwrites nothing.",
		["init", "init my-router", "init --config staging/hooks.yaml"],
	);
	return withConfigFile(command)
		.argument("[folder]", "where to", ".")
		.action((folder: string, { config }: { readonly config: string }) =>
			init(io, join(folder, dirname(config)), basename(config)),
		);
}

// --- helpers ---

/** A file to be written: where it is copied from in the package, where it goes, what it is. */
interface Template {
	readonly from: string;
	readonly to: string;
	readonly about: string;
	/** True for a file that a project may well have: it stays as it is. */
	readonly isSpare?: true;
}

/** npm leaves a `.gitignore` out of a package, so that names without the dot are used there. */
const TEMPLATES: readonly Template[] = [
	{
		from: "templates/routes.yaml",
		to: "routes.yaml",
		about: "the routes: start here",
	},
	{
		from: "templates/plugins/greeter.ts",
		to: "plugins/greeter.ts",
		about: "a plugin",
	},
	{
		from: "templates/nccos/welcome.yaml",
		to: "nccos/welcome.yaml",
		about: "what a caller hears",
	},
	{
		from: "templates/tests/first.yaml",
		to: "tests/first.yaml",
		about: "tests of the routes",
	},
	{
		from: "schemas/routes.schema.json",
		to: "schemas/routes.schema.json",
		about: "lets your editor complete and check routes.yaml",
	},
	{
		from: "schemas/ncco.schema.json",
		to: "schemas/ncco.schema.json",
		about: "and NCCO files",
	},
	{
		from: "templates/tsconfig.json",
		to: "tsconfig.json",
		about: "types of plugins, for your editor",
		isSpare: true,
	},
	{
		from: "templates/env.example",
		to: ".env.example",
		about: "the variables: copy it to .env",
		isSpare: true,
	},
];

/** Writes into a folder; the configuration gets the name `config`. */
async function init(io: Io, folder: string, config: string): Promise<void> {
	const target = resolve(io.cwd, folder);
	const templates = TEMPLATES.map((each) =>
		each.to === "routes.yaml" ? { ...each, to: config } : each,
	);
	const there = await listThere(target, templates);
	refuseToOverwrite(
		folder,
		templates.filter(({ to, isSpare }) => there.has(to) && !isSpare),
	);
	const named = config === "routes.yaml" ? "" : ` --config ${config}`;
	// Looked at before anything is written: a package.json that cannot be read must leave no half of a project.
	const changes = [await planIgnores(target), await planScripts(target, named)];
	const fresh = templates.filter(({ to }) => !there.has(to));
	try {
		for (const { from, to } of fresh) {
			const file = join(target, to);
			await mkdir(dirname(file), { recursive: true });
			await copyFile(packageFile(from), file, constants.COPYFILE_EXCL);
		}
		for (const change of changes) await change?.write();
	} catch (error) {
		throw new CannotRun(
			`${folder} cannot be written: ${(error as Error).message}`,
		);
	}
	const written = [...fresh, ...changes.filter((each) => each !== undefined)];
	const kept = templates.filter(({ to }) => there.has(to));
	writeLines(io.stdout, [
		`Wrote to ${folder === "." ? "this folder" : folder}:`,
		...formatTable(written.map(({ to, about }) => [`  ${to}`, about])),
		...(kept.length === 0
			? []
			: [`Left as it is: ${kept.map(({ to }) => to).join(", ")}`]),
		"",
		"Next:",
		...(target === io.cwd ? [] : [`  cd ${relative(io.cwd, target)}`]),
		...formatTable([
			[`  npx switchhook serve${named}`, "start the router"],
			[
				`  npx switchhook send voice.answer${named}`,
				"call it, from another terminal",
			],
			[`  npx switchhook test${named}`, "run the tests"],
		]),
	]);
}

/** The templates of which there is a file already. */
async function listThere(
	target: string,
	templates: readonly Template[],
): Promise<ReadonlySet<string>> {
	const there = new Set<string>();
	for (const { to } of templates) {
		if (await exists(join(target, to))) there.add(to);
	}
	return there;
}

function refuseToOverwrite(folder: string, there: readonly Template[]): void {
	if (there.length === 0) return;
	const names = there.map(({ to }) => `  ${to}`).join("\n");
	const place = folder === "." ? "this folder" : folder;
	throw new CannotRun(
		`${place} has files that would be overwritten:\n${names}\nMove them, or name another folder: switchhook init my-router`,
	);
}
