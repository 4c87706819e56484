import { type Dirent, existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { didYouMean, listWords } from "../../finding/suggest.ts";
import { CannotRun } from "../io.ts";
import { packageFile } from "../package.ts";

/** A file of a recipe: its source in the package, and its destination. */
export interface RecipeFile {
	readonly from: string;
	readonly to: string;
}

/** Lists the files of a recipe. Throws CannotRun for an unknown recipe. */
export async function listRecipe(name: string): Promise<readonly RecipeFile[]> {
	const names = await listRecipes();
	if (!names.includes(name)) {
		const near = didYouMean(name, names);
		throw new CannotRun(
			`there is no recipe ${name}${near === undefined ? "" : `, ${near}`}\nThe recipes are ${listWords(names)}.`,
		);
	}
	const root = packageFile(`examples/${name}`);
	return (await listFiles(root))
		.map((file) => relative(root, file))
		.filter((file) => !LEFT_BEHIND.test(file))
		.map((to) => ({ from: `examples/${name}/${to}`, to }))
		.toSorted((a, b) => a.to.localeCompare(b.to));
}

/**
 * Adapts a file of a recipe for a project: an editor finds the schemas that `init` writes, and links of the README lead to the
 * package.
 */
export async function readRecipeFile(
	{ from, to }: RecipeFile,
	folder: string,
): Promise<string> {
	const text = await readFile(packageFile(from), "utf8");
	if (extname(to) === ".yaml")
		return text.replace(
			/^(# yaml-language-server: \$schema=)\.\.\/\.\.\/(?=(\.\.\/)?)/,
			(_, line: string, up?: string) => (up ? line : `${line}./`),
		);
	if (to !== "README.md") return text;
	const pages = relative(folder, packageFile("docs"));
	return text.replaceAll("](../../docs/", `](${pages}/`);
}

// --- helpers ---

/** Lists the files that a run leaves in a checkout. */
const LEFT_BEHIND =
	/(?:^|\/)(?:data|recordings|node_modules)\/|(?:^|\/)\.env$|private\.key$/;

async function listRecipes(): Promise<readonly string[]> {
	const names = await readdir(packageFile("examples"));
	// A folder without one contains several configurations for reading, not for starting.
	return names
		.filter((name) => existsSync(packageFile(`examples/${name}/routes.yaml`)))
		.toSorted();
}

async function listFiles(root: string): Promise<readonly string[]> {
	const entries: readonly Dirent[] = await readdir(root, {
		recursive: true,
		withFileTypes: true,
	});
	return entries
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) => join(parentPath, name));
}
