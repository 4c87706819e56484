import { dirname, resolve } from "node:path";
import type { KindCatalog } from "../../kind/kind.ts";
import { loadKinds } from "../../kind/load.ts";
import type { Io } from "../io.ts";
import { writeFindings } from "../load.ts";
import { packageFile } from "../package.ts";

/** Reads the built-in kinds and those of `schemas/` beside the configuration, which need not exist. */
export async function loadCatalog(
	io: Io,
	config: string,
): Promise<KindCatalog> {
	const own = resolve(io.cwd, dirname(config), "schemas");
	const { kinds, findings } = await loadKinds([packageFile("schemas"), own], {
		schemes: io.schemes,
	});
	const errors = findings.filter(({ severity }) => severity === "error");
	await writeFindings(io, "stderr", errors);
	return kinds;
}
