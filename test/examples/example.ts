import { generateKeyPairSync } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { copyFile, cp, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { packageFile } from "../../src/cli/package.ts";
import { withFolder } from "../cli/cli.ts";

const ROOT = packageFile("examples");

/** The folders that have a routes.yaml, such as `github` or `from-express/step-1`. */
export const EXAMPLES: readonly string[] = readdirSync(ROOT, {
	recursive: true,
	encoding: "utf8",
})
	.filter((file) => /(?:^|\/)routes\.yaml$/.test(file))
	.map(dirname)
	.toSorted();

/** The folders that have a page, for one example or several. */
export const RECIPES: readonly string[] = [
	...new Set(EXAMPLES.map((name) => name.split("/", 1)[0] as string)),
];

/** A copy of an example, made ready as its README says. */
export interface Ground {
	/** The recipe's folder, where its commands are run. */
	readonly folder: string;
	/** The arguments that name its configuration and its variables; none for the usual places. */
	readonly args: readonly string[];
}

/** Copies an example, with its `.env` and, where it needs one, a private key. */
export function withExample<T>(
	name: string,
	use: (ground: Ground) => Promise<T>,
): Promise<T> {
	const [recipe = "", ...inner] = name.split("/");
	return withFolder({}, async (folder) => {
		await cp(join(ROOT, recipe), folder, { recursive: true });
		const env = join(folder, ".env");
		if (existsSync(`${env}.example`)) await copyFile(`${env}.example`, env);
		const config = join(...inner, "routes.yaml");
		if (recipe === "recordings")
			await writeFile(join(folder, "private.key"), PRIVATE_KEY);
		const envArgs = existsSync(env) ? ["--env-file", ".env"] : [];
		const args = inner.length === 0 ? [] : ["--config", config, ...envArgs];
		return use({ folder, args });
	});
}

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
	modulusLength: 2048,
});

/** The key of the application in each copy. */
export const PUBLIC_KEY = publicKey;

/** And its other half, as PEM. */
export const PRIVATE_KEY = privateKey.export({ type: "pkcs8", format: "pem" });
