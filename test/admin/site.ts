import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readAdminFile } from "../../src/cli/admin/file.ts";
import { withFolder } from "../cli/cli.ts";
import { type Command, startCommand } from "../end-to-end/process.ts";
import { type Called, type CallOptions, callAdmin } from "./listener.ts";

/** A router in a process of its own, in a folder of its own, with its admin listener. */
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

/** Runs a router for as long as `use` runs. */
export function withSite(
	use: (site: AdminSite) => Promise<void>,
	{
		config = SITE,
		args = [],
		files = {},
	}: {
		readonly config?: string;
		readonly args?: readonly string[];
		readonly files?: Readonly<Record<string, string>>;
	} = {},
): Promise<void> {
	return withFolder({ "routes.yaml": config, ...files }, async (folder) => {
		const command = startCommand(["serve", ...args], folder);
		try {
			const [, origin = ""] = await command.says(
				/listens on (http:\/\/[\d.:]+)/,
			);
			const found = await readAdminFile(join(folder, "data", "admin.json"));
			const port = Number(found === undefined ? 0 : new URL(found.url).port);
			const token = found?.token ?? "";
			await use({
				...{ folder, command, origin, port, token },
				call: (path, options = {}) =>
					callAdmin(port, path, { token, ...options }),
				configure: (text) => writeFile(join(folder, "routes.yaml"), text),
				read: (name) => readFile(join(folder, name), "utf8"),
			});
		} finally {
			command.child.kill("SIGKILL");
			await command.ended;
			await rm(join(folder, "data"), { recursive: true, force: true });
		}
	});
}
