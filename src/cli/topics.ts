import { readFile } from "node:fs/promises";
import { type Io, writeLines } from "./io.ts";
import { packageFile } from "./package.ts";

/** The pages of the documentation that `switchhook help` prints, by topic. */
export const TOPICS: Readonly<Record<string, string>> = {
	commands: "docs/commands.md",
	"routes.yaml": "docs/routes-yaml.md",
	plugins: "docs/plugins.md",
	nccos: "docs/nccos.md",
	templates: "docs/templates.md",
	match: "docs/match.md",
	tables: "docs/tables.md",
	testing: "docs/testing.md",
	phone: "docs/phone.md",
	copies: "docs/listen.md",
	log: "docs/log.md",
	kinds: "docs/kinds.md",
	firewall: "docs/networks.md",
	signatures: "docs/signatures.md",
	forward: "docs/forward.md",
	"inbox.store": "docs/inbox.md",
	pace: "docs/pace.md",
	"inbox-commands": "docs/inbox-commands.md",
	agents: "docs/agents.md",
	errors: "docs/errors.md",
	security: "docs/security.md",
};

/** Prints a page of the package, and its path. */
export async function printTopic(
	io: Pick<Io, "stdout" | "stderr">,
	topic: string,
): Promise<void> {
	const file = packageFile(TOPICS[topic] ?? "");
	const text = await readFile(file, "utf8");
	// Comments are for editors of the page.
	const shown = text.replace(/^<!--[\s\S]*?-->\n+/gm, "").trimEnd();
	writeLines(io.stdout, [shown]);
	writeLines(io.stderr, ["", `This page is ${file}`]);
}
