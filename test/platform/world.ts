import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	createPlatformMock,
	type PlatformMock,
	type PlatformMockOptions,
} from "../../src/platform/mock/mock.ts";
import { type Ran, runCli } from "../cli/cli.ts";
import { PROGRAM } from "../program.ts";

/** An account at a mock of the platform, and a folder with a configuration for it. */
export interface World {
	readonly mock: PlatformMock;
	readonly folder: string;
	/** The public URL of the routes, which answers 200 to everything. */
	readonly hooks: string;
	/** Runs `switchhook platform …` in the folder. */
	platform(...args: readonly string[]): Promise<Ran>;
	/** Writes another routes.yaml. */
	configure(text: string): Promise<void>;
	/** The requests that changed something, without those that only read. */
	writes(): readonly string[];
}

/** The ids of the applications. */
export const MAIN = "78d335fa-323d-0114-9c3d-d6f0d48968cf";
export const FOREIGN = "aaaaaaaa-0000-4000-8000-000000000001";

export const SECRET = "s3cret-of-the-account";

/** Numbers: one for support, one that is forwarded, one of somebody else's application. */
export const SUPPORT = "447700900001";
export const FORWARDED = "447700900002";
export const LINKED = "447700900003";

/** An account with wrong URLs, a foreign application, a number that is forwarded to SIP, and an unsigned application. */
export const ACCOUNT = {
	apiKey: "abcd1234",
	apiSecret: SECRET,
	settings: {
		moCallBackUrl: "https://old.example/sms",
		drCallBackUrl: "https://old.example/dlr",
	},
	numbers: [
		{
			country: "GB",
			msisdn: SUPPORT,
			moHttpUrl: "https://old.example/support",
			app_id: MAIN,
		},
		{
			country: "GB",
			msisdn: FORWARDED,
			app_id: MAIN,
			voiceCallbackType: "sip",
			voiceCallbackValue: "sip:desk@example.com",
		},
		{ country: "US", msisdn: LINKED, app_id: FOREIGN },
	],
	applications: [
		{
			id: MAIN,
			name: "Main",
			capabilities: {
				"x-Odd": { Keep: [1, { me: true }] },
				voice: {
					webhooks: {
						answer_url: {
							address: "https://old.example/answer",
							http_method: "GET",
							connect_timeout: 500,
						},
						event_url: {
							address: "https://old.example/event",
							http_method: "POST",
						},
					},
					signed_callbacks: false,
					region: "eu-west",
				},
				network_apis: { redirect_uri: "https://redirect.example" },
			},
			keys: { public_key: "-----BEGIN PUBLIC KEY-----" },
			privacy: { improve_ai: true },
		},
		{
			id: FOREIGN,
			name: "Somebody else's",
			capabilities: {
				voice: {
					webhooks: {
						answer_url: { address: "https://other.example/answer" },
						event_url: { address: "https://other.example/event" },
					},
				},
			},
		},
	],
};

/** The routes that the account does not fit. */
export function routesFor(
	mock: Pick<PlatformMock, "url">,
	hooks: string,
): string {
	return `version: 1
server: { publicUrl: "${hooks}" }
platform:
  apiKey: \${VONAGE_API_KEY}
  apiSecret: \${VONAGE_API_SECRET}
  applications: { main: ${MAIN} }
  hosts: { rest: "${mock.url}", api: "${mock.url}" }
  pace: 999/s
defaults: { firewall: [vonage], signature: none }
routes:
  - name: inbound
    path: /sms
    kind: sms.inbound
    handler: none
  - name: receipts
    path: /dlr
    kind: sms.dlr
    handler: none
  - name: support
    path: /support
    kind: sms.inbound
    level: number
    match: { to: "${SUPPORT}" }
    handler: none
  - name: answer
    path: /answer
    kind: voice.answer
    signature: { scheme: vonage-jwt, secret: "\${VONAGE_SIGNATURE_SECRET}" }
    handler: { ncco: [{ action: talk, text: Hello. }] }
  - name: event
    path: /event
    kind: voice.event
    signature: { scheme: vonage-jwt, secret: "\${VONAGE_SIGNATURE_SECRET}" }
    handler: none
`;
}

/** Starts a mock and what stands for the router, writes a configuration, and takes all away afterwards. */
export async function withWorld(
	use: (world: World) => Promise<void>,
	options: Partial<PlatformMockOptions> = {},
	routes: typeof routesFor = routesFor,
): Promise<void> {
	const router = createServer((_request, response) => response.end());
	const hooks = await listen(router);
	const mock = await createPlatformMock({
		accounts: [ACCOUNT],
		pace: false,
		...options,
	});
	const folder = await mkdtemp(join(tmpdir(), "switchhook-platform-"));
	const configure = (text: string): Promise<void> =>
		writeFile(join(folder, "routes.yaml"), text);
	try {
		await configure(routes(mock, hooks));
		await use({
			...{ mock, folder, configure, hooks },
			platform: (...args) => runCli(["platform", ...args], folder, CREDENTIALS),
			writes: () =>
				mock.requests
					.filter(
						({ method, body }) =>
							method === "PUT" || (method === "POST" && body !== ""),
					)
					.map(({ method, path }) => `${method} ${path}`),
		});
	} finally {
		await mock.close();
		router.closeAllConnections();
		router.close();
		await rm(folder, { recursive: true });
	}
}

/** The variables that name the account to the commands. */
export const CREDENTIALS = {
	VONAGE_API_KEY: ACCOUNT.apiKey,
	VONAGE_API_SECRET: SECRET,
};

/** Runs `switchhook platform …` in a process of its own, so that it can be killed. `onOutput` gets all that it wrote so far. */
export function spawnPlatform(
	folder: string,
	args: readonly string[],
	onOutput: (output: string, child: ChildProcess) => void = () => {},
): ChildProcess {
	const [program = "", ...words] = [...PROGRAM, "platform", ...args];
	const child = spawn(program, words, {
		cwd: folder,
		stdio: ["ignore", "pipe", "pipe"],
		env: { ...process.env, ...CREDENTIALS },
	});
	let output = "";
	for (const stream of [child.stdout, child.stderr])
		stream.setEncoding("utf8").on("data", (text: string) => {
			output += text;
			onOutput(output, child);
		});
	return child;
}

// --- helpers ---

function listen(server: Server): Promise<string> {
	return new Promise((resolve) => {
		server.listen(0, "127.0.0.1", () => {
			const { port } = server.address() as AddressInfo;
			resolve(`http://127.0.0.1:${port}`);
		});
	});
}
