import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageFile } from "../../../src/cli/package.ts";
import type { RouteSettings } from "../../../src/config/settings.ts";
import { load } from "../../../src/runtime/load.ts";
import { withFolder } from "../../cli/cli.ts";
import { type FileRouter, startFrom } from "../../end-to-end/router.ts";

/** The variables that the examples read. */
export const SECRETS: Readonly<Record<string, string>> = {
	VONAGE_SIGNATURE_SECRET: "Vp3c8Yk1Zr5Tq9Wm2Xs7Lf4Hd6Jb0Ng",
	SMS_SIGNATURE_SECRET: "Qa7We3Rt9Yu2Io5Pl8Kj4Hg6Fd1Sz0X",
	BILLING_SECRET: "Mn6Bv2Cx8Zl4Kj9Hg3Fd7Sa1Po5Iu0Y",
};

/** Stands for an address of the platform: this machine has no other ones. */
export const PLATFORM = "127.0.0.77";

/** An example that runs, with `PLATFORM` for the platform's network. */
export interface Setup {
	readonly router: FileRouter;
	/** A webhook for the route `answer` as bytes, with these headers besides. */
	webhook(isSigned: boolean, headers?: string): string;
}

/** Runs the example of a set-up. */
export function withSetup(
	name: string,
	use: (setup: Setup) => Promise<void>,
): Promise<void> {
	return withFolder({}, async (folder) => {
		await cp(packageFile(`examples/security/${name}`), folder, {
			recursive: true,
		});
		const configFile = join(folder, "routes.yaml");
		const text = await readFile(configFile, "utf8");
		await writeFile(configFile, text.replace("[vonage]", `[${PLATFORM}]`));
		const given = { configFile, env: SECRETS, setup: false } as const;
		const { settings } = await load(given);
		const answer = settings?.routes.find((route) => route.name === "answer");
		const router = await startFrom(folder, { env: SECRETS });
		try {
			const webhook: Setup["webhook"] = (isSigned, headers = "") =>
				toBytes(answer as RouteSettings, isSigned, headers);
			await use({ router, webhook });
		} finally {
			await router.close();
		}
	});
}

// --- helpers ---

let nonce = 0;

function toBytes(
	{ path, signature: [scheme] }: RouteSettings,
	isSigned: boolean,
	headers: string,
): string {
	const raw = Buffer.from(
		JSON.stringify({
			from: "447700900000",
			to: "447700900001",
			uuid: "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
			conversation_uuid: "CON-aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
		}),
	);
	const bare = {
		method: "POST",
		path: path ?? "/",
		query: "",
		headers: {},
		raw,
	};
	const signed =
		isSigned && scheme !== undefined
			? scheme.sign(bare, {
					now: Date.now(),
					nonce: `nonce-${++nonce}`,
					claims: {},
				})
			: bare;
	const own = Object.entries(signed.headers)
		.map(([header, value]) => `${header}: ${value}\r\n`)
		.join("");
	return `POST ${path} HTTP/1.1\r\nHost: hooks.example.com\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${raw.length}\r\n${own}${headers}\r\n${raw}`;
}
