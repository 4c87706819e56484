import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readAdminFile } from "../../src/cli/admin/file.ts";
import { type Command, startCommand } from "../end-to-end/process.ts";
import { type StartRouter, stopRouter } from "../serving/serve.ts";
import { type Called, type CallOptions, callAdmin } from "./listener.ts";

/** A router in a folder of its own, with its admin listener. */
export interface AdminSite {
	readonly folder: string;
	readonly command: Command;
	/** The origin of webhooks. */
	readonly origin: string;
	readonly port: number;
	readonly token: string;
	call(path: string, options?: CallOptions): Promise<Called>;
	/** Replaces routes.yaml. */
	configure(text: string): Promise<void>;
	/** Reads a file of the folder. */
	read(name: string): Promise<string>;
}

/** Two levels on one path, a call, a handler that fails, and an inbox in a file. */
export const SITE = `version: 1
server: { listen: 127.0.0.1:0 }
networks: { office: [203.0.113.0/24] }
defaults: { firewall: [office], signature: none }
routes:
  - { name: inbound, path: /sms, kind: sms.inbound, level: account, handler: { plugin: log } }
  - { name: support, path: /sms, kind: sms.inbound, level: number, match: { to: "447700900001" }, handler: { plugin: log } }
  - { name: answer, path: /answer, kind: voice.answer, handler: { ncco: [{ action: talk, text: hello }] } }
  - { name: failing, path: /failing, kind: sms.dlr, retry: [1h], handler: { forward: "http://127.0.0.1:9/x" } }
`;

export interface SiteOptions {
	/** Starts it. Default: in a process of its own. */
	readonly start?: StartRouter;
	readonly config?: string;
	readonly args?: readonly string[];
	/** More files of its folder. */
	readonly files?: Readonly<Record<string, string>>;
}

/** Runs a router for as long as `use` runs. */
export async function withSite(
	use: (site: AdminSite) => Promise<void>,
	options: SiteOptions = {},
): Promise<void> {
	const site = await openSite(options);
	try {
		await use(site);
	} finally {
		await site.close();
	}
}

/** Starts a router. The caller MUST close it. */
export async function openSite({
	config = SITE,
	args = [],
	files = {},
	start = (cwd, args = []) => startCommand(["serve", ...args], cwd),
}: SiteOptions = {}): Promise<AdminSite & { close(): Promise<void> }> {
	const folder = await mkdtemp(join(tmpdir(), "switchhook-admin-"));
	for (const [name, text] of Object.entries({
		"routes.yaml": config,
		...files,
	})) {
		await mkdir(dirname(join(folder, name)), { recursive: true });
		await writeFile(join(folder, name), text);
	}
	const command = start(folder, args);
	const close = async (): Promise<void> => {
		await stopRouter(command);
		await rm(folder, { recursive: true, force: true });
	};
	try {
		const [, origin = ""] = await command.says(/listens on (http:\/\/[\d.:]+)/);
		const found = await readAdminFile(join(folder, "data", "admin.json"));
		const port = Number(found === undefined ? 0 : new URL(found.url).port);
		const token = found?.token ?? "";
		return {
			...{ folder, command, origin, port, token, close },
			call: (path, options = {}) =>
				callAdmin(port, path, { token, ...options }),
			configure: (text) => writeFile(join(folder, "routes.yaml"), text),
			read: (name) => readFile(join(folder, name), "utf8"),
		};
	} catch (error) {
		await close();
		throw error;
	}
}
