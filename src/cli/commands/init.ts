import { constants } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { Command } from "commander";
import { createCommand, withConfigFile } from "../command.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import { exists } from "../load.ts";
import { packageFile } from "../package.ts";
import { planIgnores } from "../project/gitignore.ts";
import { planScripts } from "../project/package-json.ts";
import { listRecipe, readRecipeFile } from "../project/recipe.ts";
import { formatTable } from "../table.ts";

/** `switchhook init`: writes a first configuration with a plugin, an NCCO and tests. Never overwrites. */
export function initCommand(io: Io): Command {
	const command = createCommand(
		"init",
		"Writes a commented routes.yaml with a plugin, an NCCO and tests to start from. It overwrites nothing.",
		[
			"init",
			"init my-router",
			"init --config staging/hooks.yaml",
			"init sms --recipe two-way-sms",
		],
	);
	return withConfigFile(command)
		.argument("[folder]", "where to", ".")
		.option(
			"--recipe <name>",
			"write this recipe instead: a folder of `examples/` in the package, such as two-way-sms",
		)
		.action(async (folder: string, { config, recipe }: InitOptions) => {
			const place = join(folder, dirname(config));
			if (recipe === undefined)
				return init(io, place, basename(config), TEMPLATES);
			const templates = await toTemplates(recipe);
			return init(io, place, basename(config), templates, recipe);
		});
}

// --- helpers ---

interface InitOptions {
	readonly config: string;
	readonly recipe?: string;
}

/** A file to write: its source in the package, its destination and its description. */
interface Template {
	readonly from: string;
	readonly to: string;
	readonly about: string;
	/** True for a file that a project may already have, which is not changed. */
	readonly isSpare?: true;
	/** True for a file of a recipe, which is adapted to its destination. */
	readonly isRecipe?: true;
}

/** npm omits a `.gitignore` from a package, so the package contains the names without the dot. */
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

/** Returns the files of a recipe, and the common files of a project. */
async function toTemplates(recipe: string): Promise<readonly Template[]> {
	const files = (await listRecipe(recipe)).map(
		(file): Template => ({
			...file,
			about: ABOUT[file.to] ?? "",
			isRecipe: true,
			...(SPARE.has(file.to) && { isSpare: true }),
		}),
	);
	const own = new Set(files.map(({ to }) => to));
	const hasCalls = files.some(({ to }) => to.startsWith("calls/"));
	const schemas = hasCalls ? [TESTS_SCHEMA, CALL_SCHEMA] : [TESTS_SCHEMA];
	const common = [...TEMPLATES, ...schemas].filter(
		({ from, to }) => !own.has(to) && !/^templates\/(?!tsconfig)/.test(from),
	);
	return [...files, ...common];
}

const ABOUT: Readonly<Record<string, string>> = {
	"README.md": "what it does and how to try it: start here",
	"routes.yaml": "the routes",
	".env.example": "the variables: copy it to .env",
};

/** Lists the files that a project may already have. */
const SPARE: ReadonlySet<string> = new Set(["README.md", ".env.example"]);

const TESTS_SCHEMA: Template = {
	from: "schemas/tests.schema.json",
	to: "schemas/tests.schema.json",
	about: "and tests",
};

const CALL_SCHEMA: Template = {
	from: "schemas/call.schema.json",
	to: "schemas/call.schema.json",
	about: "and scenarios of the phone",
};

/** Writes into a folder; the configuration gets the name `config`. */
async function init(
	io: Io,
	folder: string,
	config: string,
	files: readonly Template[],
	recipe?: string,
): Promise<void> {
	const target = resolve(io.cwd, folder);
	const templates = files.map((each) =>
		each.to === "routes.yaml" ? { ...each, to: config } : each,
	);
	const there = await listThere(target, templates);
	refuseToOverwrite(
		folder,
		templates.filter(({ to, isSpare }) => there.has(to) && !isSpare),
	);
	const named = config === "routes.yaml" ? "" : ` --config ${config}`;
	// Checked before anything is written: an unreadable package.json must not leave half of a project.
	const changes = [await planIgnores(target), await planScripts(target, named)];
	const fresh = templates.filter(({ to }) => !there.has(to));
	try {
		for (const template of fresh) await writeTemplate(template, target);
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
		...formatTable(recipe === undefined ? nextOf(named) : nextOfRecipe(named)),
	]);
}

async function writeTemplate(
	template: Template,
	target: string,
): Promise<void> {
	const { from, to, isRecipe } = template;
	const file = join(target, to);
	await mkdir(dirname(file), { recursive: true });
	if (isRecipe) {
		const text = await readRecipeFile(template, target);
		await writeFile(file, text, { flag: "wx" });
	} else await copyFile(packageFile(from), file, constants.COPYFILE_EXCL);
}

const nextOf = (named: string): readonly (readonly string[])[] => [
	[`  npx switchhook serve${named}`, "start the router"],
	[
		`  npx switchhook send voice.answer${named}`,
		"call it, from another terminal",
	],
	[`  npx switchhook test${named}`, "run the tests"],
];

const nextOfRecipe = (named: string): readonly (readonly string[])[] => [
	["  cp .env.example .env", "and replace its values later"],
	[`  npx switchhook test${named}`, "run the tests"],
	["  less README.md", "how to try it, and to make it yours"],
];

/** Returns the templates whose file already exists. */
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
