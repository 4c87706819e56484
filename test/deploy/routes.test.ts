import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { runCli } from "../cli/cli.ts";
import {
	createOutside,
	DEPLOY,
	listFiles,
	type Outside,
	readDeployed,
} from "./outside.ts";

describe("the configurations of deploy/", () => {
	let outside: Outside;
	before(async () => {
		outside = await createOutside();
	});
	after(() => outside.remove());

	it("pass `switchhook check --strict`, with the secrets that they read", async () => {
		const files = (await listFiles(DEPLOY)).filter((file) =>
			file.endsWith("routes.yaml"),
		);
		expect(files).to.deep.equal([
			"compose/router/routes.yaml",
			"kubernetes/postgres/routes.yaml",
			"kubernetes/sidecar/routes.yaml",
		]);
		for (const file of files) {
			const text = outside.map(await readDeployed(file));
			for (const [, secret = ""] of text.matchAll(/\$\{file:([^}]+)\}/g)) {
				await mkdir(dirname(secret), { recursive: true });
				await writeFile(secret, SECRETS[secret.split("/").at(-1) ?? ""] ?? HEX);
			}
			const folder = join(outside.folder, dirname(file));
			await mkdir(join(folder, "nccos"), { recursive: true });
			await writeFile(join(folder, "routes.yaml"), text);
			for (const ncco of (await listFiles(join(DEPLOY, dirname(file)))).filter(
				(name) => name.startsWith("nccos/"),
			))
				await writeFile(
					join(folder, ncco),
					await readDeployed(dirname(file), ncco),
				);
			const { code, out } = await runCli(["check", "--strict"], folder, {
				PUBLIC_URL: "https://hooks.example.com",
			});
			expect(code, `${file}\n${out}`).to.equal(0);
		}
	});
});

// --- helpers ---

const HEX = "0123456789abcdef".repeat(4);

/** Secrets that are no random text. */
const SECRETS: Readonly<Record<string, string>> = {
	"database-url": "postgres://switchhook:secret@db.example.com/switchhook",
};
