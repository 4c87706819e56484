import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ExitCode, Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/program.ts";

/** How a command ended, and what it wrote. */
export interface Ran {
	readonly code: ExitCode;
	readonly out: string;
	readonly err: string;
}

/** Runs a command in this process. */
export async function runCli(
	args: readonly string[],
	cwd: string,
	env: Readonly<Record<string, string>> = {},
	more: Partial<Pick<Io, "schemes" | "screens" | "readInput" | "edit">> = {},
): Promise<Ran> {
	let out = "";
	let err = "";
	const code = await run(args, {
		stdout: { write: (text: string) => (out += text) },
		stderr: { write: (text: string) => (err += text) },
		env,
		cwd,
		isTTY: false,
		...more,
	});
	return { code, out, err };
}

/** Makes a folder with these files, and removes it after `use`. */
export async function withFolder<T>(
	files: Readonly<Record<string, string>>,
	use: (folder: string) => Promise<T>,
): Promise<T> {
	const folder = await makeFolder(files);
	try {
		return await use(folder);
	} finally {
		await rm(folder, { recursive: true });
	}
}

/** Makes a folder with these files. The caller removes it. */
export async function makeFolder(
	files: Readonly<Record<string, string>>,
): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), "switchhook-cli-"));
	for (const [name, content] of Object.entries(files)) {
		const file = join(folder, name);
		await mkdir(dirname(file), { recursive: true });
		await writeFile(file, content);
	}
	return folder;
}

/** A configuration with two levels on one path, two kinds on another, and a call. */
export const ROUTES = `version: 1
server: { listen: "unix:router.sock", publicUrl: "https://hooks.example" }
defaults: { firewall: [loopback], signature: none }
routes:
  - name: inbound
    path: /sms
    kind: sms.inbound
    level: account
    handler: { plugin: silent }
  - name: support
    path: /sms
    kind: sms.inbound
    level: number
    match: { to: ["447700900001", "447700900002"] }
    handler: { plugin: silent }
  - name: answer
    path: /answer
    kind: voice.answer
    level: app
    handler: { ncco: [{ action: talk, text: "Hello {{ payload.to }}" }] }
    fallback: { ncco: [{ action: talk, text: Sorry }] }
  - name: events
    path: /events
    kind: voice.event
    level: app
    handler: { plugin: silent }
  - name: transfers
    path: /events
    kind: voice.transfer
    level: app
    handler: { plugin: silent }
  - name: paid
    path: /paid/:tenant
    schema: paid.json
    handler: { plugin: silent }
`;

/** The files of `ROUTES`. */
export const FILES: Readonly<Record<string, string>> = {
	"routes.yaml": ROUTES,
	"plugins/silent.mjs": `export default { name: "silent", on: { "*": () => {} } };\n`,
	"paid.json": `{ "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" } }, "examples": [{ "id": 12345678 }], "webhook": { "dedupe": ["id"] } }\n`,
};
