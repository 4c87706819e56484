import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { runCli } from "../cli/cli.ts";
import type { Command } from "../end-to-end/process.ts";
import { stopRouter, useRouters } from "../serving/serve.ts";
import { RECIPES, withExample } from "./example.ts";

describe("the commands of a recipe's README", function () {
	this.timeout(60_000);
	const startRouter = useRouters();

	for (const name of RECIPES) {
		it(`work one after the other: ${name}`, () =>
			withExample(name, async ({ folder }) => {
				const readme = await readFile(join(folder, "README.md"), "utf8");
				const commands = commandsOf(readme);
				expect(commands).to.not.deep.equal([]);
				let router: Command | undefined;
				try {
					for (const args of commands) {
						// `examples.test.ts` runs the tests.
						if (args[0] === "test") continue;
						if (args[0] === "serve") {
							await stop(router);
							await takeFreePort(join(folder, configOf(args)));
							router = startRouter(folder, args.slice(1));
							await router.says(/listens on http/);
							continue;
						}
						const { code, out, err } = await runCli(args, folder);
						const said = out + err;
						// Some show what a caller hears when a handler fails; `send` exits 1 then.
						const isFallback = said.includes("\nfallback: ");
						expect(code, said).to.equal(isFallback ? 1 : 0);
					}
				} finally {
					await stop(router);
				}
			}));
	}
});

// --- helpers ---

/** The arguments of each `npx switchhook` in the blocks for a shell. */
function commandsOf(readme: string): readonly (readonly string[])[] {
	return [...readme.matchAll(/```sh\n([\s\S]*?)```/g)]
		.flatMap(([, block = ""]) => block.split("\n"))
		.filter((line) => line.startsWith("npx switchhook "))
		.map((line) =>
			[...line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)]
				.slice(2)
				.map(([word]) => word.replaceAll(/["']/g, "")),
		);
}

function configOf(args: readonly string[]): string {
	const at = args.indexOf("--config");
	return at < 0 ? "routes.yaml" : (args[at + 1] as string);
}

async function takeFreePort(file: string): Promise<void> {
	const text = await readFile(file, "utf8");
	await writeFile(file, text.replace("127.0.0.1:8080", "127.0.0.1:0"));
}

async function stop(command: Command | undefined): Promise<void> {
	await stopRouter(command);
}
