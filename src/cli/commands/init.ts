import { constants } from "node:fs";
import { copyFile, mkdir, readdir } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { Command } from "commander";
import { createCommand, withConfigFile } from "../command.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import { exists } from "../load.ts";
import { packageFile } from "../package.ts";
import { formatTable } from "../table.ts";

/** `switchhook init`: writes a first configuration with a plugin and an NCCO. Never overwrites. */
export function initCommand(io: Io): Command {
	const command = createCommand(
		"init",
		"Writes a commented routes.yaml with one plugin and one NCCO to start from; overwrites nothing.",
		["init", "init my-router", "init --config staging/hooks.yaml"],
	);
	return withConfigFile(command)
		.argument("[folder]", "where to", ".")
		.action((folder: string, { config }: { readonly config: string }) =>
			init(io, join(folder, dirname(config)), basename(config)),
		);
}

// --- helpers ---

/** A file to be written: where it is copied from, where it goes, what it is. */
interface Template {
	readonly from: string;
	readonly to: string;
}

const ABOUT: Readonly<Record<string, string>> = {
	"routes.yaml": "the routes: start here",
	"plugins/greeter.ts": "a plugin",
	"nccos/welcome.yaml": "what a caller hears",
	"schemas/routes.schema.json":
		"lets your editor complete and check routes.yaml",
};

/** Writes into a folder; the configuration gets the name `config`. */
async function init(io: Io, folder: string, config: string): Promise<void> {
	const target = resolve(io.cwd, folder);
	const templates = (await listTemplates()).map(
		({ from, to }): Template & { about: string } => ({
			from,
			to: to === "routes.yaml" ? config : to,
			about: ABOUT[to] ?? "",
		}),
	);
	await refuseToOverwrite(target, folder, templates);
	try {
		for (const { from, to } of templates) {
			const file = join(target, to);
			await mkdir(dirname(file), { recursive: true });
			await copyFile(from, file, constants.COPYFILE_EXCL);
		}
	} catch (error) {
		throw new CannotRun(
			`${folder} cannot be written: ${(error as Error).message}`,
		);
	}
	const files = templates.map(({ to, about }) => [`  ${to}`, about]);
	const named = config === "routes.yaml" ? "" : ` --config ${config}`;
	writeLines(io.stdout, [
		`Wrote to ${folder === "." ? "this folder" : folder}:`,
		...formatTable(files),
		"",
		"Next:",
		...(target === io.cwd ? [] : [`  cd ${relative(io.cwd, target)}`]),
		...formatTable([
			[`  npx switchhook check${named}`, "is all in order?"],
			[
				`  npx switchhook routes${named}`,
				"which URL goes where at the platform",
			],
			[`  npx switchhook serve${named}`, "start the router"],
			[
				`  npx switchhook send voice.answer${named}`,
				"call it, from another terminal",
			],
		]),
	]);
}

async function listTemplates(): Promise<Template[]> {
	const folder = packageFile("templates");
	const entries = await readdir(folder, {
		recursive: true,
		withFileTypes: true,
	});
	const files = entries
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.map((from) => ({ from, to: relative(folder, from) }));
	const schema = "schemas/routes.schema.json";
	const all = [...files, { from: packageFile(schema), to: schema }];
	const order = Object.keys(ABOUT);
	return all.sort((a, b) => order.indexOf(a.to) - order.indexOf(b.to));
}

async function refuseToOverwrite(
	target: string,
	folder: string,
	templates: readonly Template[],
): Promise<void> {
	const there: string[] = [];
	for (const { to } of templates) {
		if (await exists(join(target, to))) there.push(to);
	}
	if (there.length === 0) return;
	const names = there.map((name) => `  ${name}`).join("\n");
	const place = folder === "." ? "this folder" : folder;
	throw new CannotRun(
		`${place} has files that would be overwritten:\n${names}\nmove them, or name another folder: switchhook init my-router`,
	);
}
