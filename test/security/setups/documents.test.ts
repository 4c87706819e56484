import { readFileSync } from "node:fs";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { packageFile } from "../../../src/cli/package.ts";
import { withFolder } from "../../cli/cli.ts";
import { startFrom } from "../../end-to-end/router.ts";
import { STRANGER, sendBytes } from "../proxies/proxy.ts";
import {
	type Behind,
	behindForwarder,
	behindNothing,
	behindTunnel,
	portOf,
} from "./fronts.ts";

const read = (name: string): string => readFileSync(packageFile(name), "utf8");

/** What a newcomer copies, with the folder of its plugins and NCCOs. */
const DOCUMENTS: readonly [name: string, text: string, folder: string][] = [
	["switchhook init", read("templates/routes.yaml"), "templates"],
	["the repository's own routes.yaml", read("routes.yaml"), ""],
	[
		"README's example",
		/```yaml\n(.*?)```/s.exec(read("README.md"))?.[1] ?? "",
		"",
	],
];

const FRONTS: readonly [name: string, behind: Behind][] = [
	["nothing", behindNothing],
	["a proxy that names the client", behindTunnel],
	["plain TCP", behindForwarder],
];

/** An address of the platform, and this machine: what a stranger would like to be. */
const FORGED = ["", "216.147.0.1", "127.0.0.1"].flatMap((address) =>
	address === ""
		? [""]
		: [`X-Forwarded-For: ${address}\r\n`, `Forwarded: for=${address}\r\n`],
);

const BODY = JSON.stringify({
	msisdn: "447700900001",
	to: "447700900000",
	messageId: "0A0000001234567B",
	type: "text",
	text: "forged",
	"message-timestamp": "2020-01-01 12:00:00",
});

describe("what a newcomer copies", () => {
	for (const [name, text, source] of DOCUMENTS) {
		for (const [front, behind] of FRONTS) {
			it(`lets no stranger in behind ${front}: ${name}`, () =>
				withFolder({}, async (folder) => {
					await writeFile(join(folder, "routes.yaml"), text);
					for (const part of ["plugins", "nccos", "schemas", "audio"]) {
						await symlink(join(packageFile(source), part), join(folder, part));
					}
					const router = await startFrom(folder);
					try {
						await behind(portOf(router.url), async (port) => {
							for (const headers of FORGED) {
								const bytes = `POST /webhooks/inbound-sms HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n${headers}\r\n${BODY}`;
								expect(
									await sendBytes(port, bytes, STRANGER),
									headers,
								).to.equal(403);
							}
						});
					} finally {
						await router.close();
					}
				}));
		}
	}
});
