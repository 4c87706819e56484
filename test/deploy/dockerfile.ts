/** One instruction of a Dockerfile. */
export interface Instruction {
	readonly keyword: string;
	readonly text: string;
}

/** One stage of a Dockerfile. */
export interface Stage {
	/** The text after FROM. */
	readonly from: string;
	readonly instructions: readonly Instruction[];
}

/** Parses the instructions of a Dockerfile, stage by stage, without those before the first FROM. */
export function parseDockerfile(text: string): readonly Stage[] {
	const lines = text
		.split("\n")
		.filter((line) => !/^\s*#/.test(line))
		.join("\n")
		.replaceAll(/\\\n\s*/g, "")
		.split("\n")
		.filter((line) => line.trim() !== "");
	const stages: { from: string; instructions: Instruction[] }[] = [];
	for (const line of lines) {
		const [, keyword = "", rest = ""] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
		if (keyword === "FROM") stages.push({ from: rest, instructions: [] });
		else stages.at(-1)?.instructions.push({ keyword, text: rest });
	}
	return stages;
}

/** The text of each instruction of a stage with this keyword. */
export function textsOf(stage: Stage, keyword: string): readonly string[] {
	return stage.instructions
		.filter((each) => each.keyword === keyword)
		.map(({ text }) => text);
}

/** Returns which paths of a context are sent to a build: of the patterns that fit a path or a folder above it, the last decides. */
export function parseIgnore(text: string): (path: string) => boolean {
	const patterns = text
		.split("\n")
		.filter((line) => line !== "" && !line.startsWith("#"))
		.map((line) => {
			const isKept = line.startsWith("!");
			return { isKept, fits: toRegExp(isKept ? line.slice(1) : line) };
		});
	return (path) =>
		patterns.findLast(({ fits }) => fits.test(path))?.isKept ?? true;
}

// --- helpers ---

/** `*` is any name, a leading folder `**` any depth. Whatever is below a path that fits, fits too. */
function toRegExp(pattern: string): RegExp {
	const source = pattern
		.replaceAll(/[.+^$()|[\]{}]/g, "\\$&")
		.replace(/^\*\*\//, "(?:.*/)?")
		.replaceAll(/(?<!\.)\*/g, "[^/]*");
	return new RegExp(`^${source}(?:/|$)`);
}
