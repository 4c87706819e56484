import { createRequire } from "node:module";
import type { Wording } from "../../finding/finding.ts";
import type { Driver } from "./driver.ts";

/** Reports a client that is not installed, or that does not run here. */
export function findMissing(
	{ product, packages, node }: Pick<Driver, "product" | "packages" | "node">,
	resolve: (name: string) => string = createRequire(import.meta.url).resolve,
	version: string = process.versions.node,
): Wording | undefined {
	if (node !== undefined && isOlder(version, node)) {
		return {
			what: `the client of ${product} needs Node.js ${node} or newer, and this is ${version}`,
			todo: "update Node.js",
		};
	}
	const missing = packages.filter(({ name }) => !canResolve(name, resolve));
	if (missing.length === 0) return undefined;
	const names = packages.map(({ name, major }) => `${name}@${major}`);
	return {
		what: `\`url\` names ${product}, and the package \`${missing[0]?.name}\` is not installed`,
		todo: `install it: \`npm install ${names.join(" ")}\``,
	};
}

// --- helpers ---

function canResolve(name: string, resolve: (name: string) => string): boolean {
	try {
		resolve(name);
		return true;
	} catch (error) {
		// A package may have no entry for `require`, and is there nevertheless.
		return (
			(error as NodeJS.ErrnoException).code === "ERR_PACKAGE_PATH_NOT_EXPORTED"
		);
	}
}

function isOlder(version: string, than: string): boolean {
	return version.localeCompare(than, "en", { numeric: true }) < 0;
}
