import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where a proxy listens, and what stands behind it: ports of 127.0.0.1. */
export interface Ground {
	readonly port: number;
	readonly behind: number;
	/** A folder of its own. */
	readonly folder: string;
}

/** A proxy as its own documentation sets it up in front of a service. */
export interface FrontProxy {
	readonly name: string;
	readonly program: string;
	readonly config: (ground: Ground) => string;
	readonly args: (file: string) => readonly string[];
}

const isRoot = process.getuid?.() === 0;

/** The lines of docs/security.md for a proxy, with the places of a test in them. */
function fromPage(language: string, places: readonly Replacement[]): string {
	let [, lines = ""] =
		new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(PAGE) ?? [];
	for (const [written, used] of places) {
		const put = lines.replace(written, used);
		if (put === lines)
			throw new Error(`${language}: no ${written} in the page`);
		lines = put;
	}
	return lines;
}

/** What the page writes, and a test in its place. */
type Replacement = readonly [written: string | RegExp, used: string];

const PAGE = readFileSync(
	new URL("../../../docs/security.md", import.meta.url),
	"utf8",
);

const ROUTER = "127.0.0.1:8080";

/** The proxies of Debian 12, as the page sets them up; each may take as many headers as it can be told to. */
export const PROXIES: readonly FrontProxy[] = [
	{
		name: "caddy",
		program: "/usr/bin/caddy",
		config: ({ port, behind }) =>
			`{\n\tadmin off\n\tauto_https off\n}\n${fromPage("caddyfile", [
				["hooks.example.com {", `http://:${port} {\n\tbind 127.0.0.1`],
				[ROUTER, `127.0.0.1:${behind}`],
			])}`,
		args: (file) => ["run", "--adapter", "caddyfile", "--config", file],
	},
	{
		name: "haproxy",
		program: "/usr/sbin/haproxy",
		config: ({ port, behind }) => `global
  tune.http.maxhdr 2000
defaults
  timeout connect 5s
  timeout client 10s
  timeout server 10s
${fromPage("haproxy", [
	[/bind :443 .*/, `bind 127.0.0.1:${port}`],
	[ROUTER, `127.0.0.1:${behind}`],
])}`,
		args: (file) => ["-db", "-f", file],
	},
	{
		name: "nginx",
		program: "/usr/sbin/nginx",
		config: ({ port, behind, folder }) => `daemon off;
${isRoot ? "user root;" : ""}
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path ${folder};
  proxy_temp_path ${folder};
  fastcgi_temp_path ${folder};
  uwsgi_temp_path ${folder};
  scgi_temp_path ${folder};
${fromPage("nginx", [
	["listen 443 ssl;", `listen 127.0.0.1:${port};`],
	[/ {2}ssl_certificate .*\n {2}ssl_certificate_key .*\n/, ""],
	[ROUTER, `127.0.0.1:${behind}`],
])}}
`,
		args: (file) => ["-c", file, "-e", "stderr"],
	},
	{
		name: "apache",
		program: "/usr/sbin/apache2",
		config: ({ port, behind, folder }) => `ServerRoot ${folder}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${folder}/apache.pid
DefaultRuntimeDir ${folder}
ErrorLog ${folder}/error.log
${isRoot ? "User www-data\nGroup www-data" : ""}
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule headers_module /usr/lib/apache2/modules/mod_headers.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
LimitRequestFields 0
${fromPage("apache", [
	["*:443", `127.0.0.1:${port}`],
	[/ {2}SSL.*\n {2}SSL.*\n {2}SSL.*\n/, ""],
	[ROUTER, `127.0.0.1:${behind}`],
])}`,
		args: (file) => ["-DFOREGROUND", "-f", file],
	},
];

/** True where the proxy is on this machine. */
export function isInstalled({ program }: FrontProxy): boolean {
	return existsSync(program);
}

/** Runs a proxy in front of a port, and ends it afterwards. */
export async function withProxy(
	proxy: FrontProxy,
	behind: number,
	use: (port: number) => Promise<void>,
): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), "switchhook-proxy-"));
	const port = await freePort();
	const file = join(folder, "proxy.conf");
	await writeFile(file, proxy.config({ port, behind, folder }));
	const child = spawn(proxy.program, proxy.args(file), {
		cwd: folder,
		env: { PATH: process.env.PATH, HOME: folder, XDG_DATA_HOME: folder },
		stdio: ["ignore", "ignore", "pipe"],
	});
	let errors = "";
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		errors += text;
	});
	const ended = once(child, "exit");
	try {
		await listening(child, port, () => errors);
		await use(port);
	} finally {
		child.kill("SIGTERM");
		await ended;
		await rm(folder, { recursive: true, force: true });
	}
}

/** Who asks: the stranger is in no network, and the friend is. */
export const STRANGER = "127.0.0.66";
export const FRIEND = "127.0.0.1";

/** What clients send, by the name of the case. */
export const CASES: Readonly<
	Record<string, { readonly from: string; readonly headers: string }>
> = {
	friend: { from: FRIEND, headers: "" },
	plain: { from: STRANGER, headers: "" },
	"forged-hop": { from: STRANGER, headers: "X-Forwarded-For: 127.0.0.1\r\n" },
	"empty-headers": { from: STRANGER, headers: "a:\r\n".repeat(1100) },
	"many-names": {
		from: STRANGER,
		headers: Array.from({ length: 1100 }, (_, index) => `a${index}:\r\n`).join(
			"",
		),
	},
};

/** Sends a case to a port and returns the status that comes back; undefined for none. */
export function sendCase(
	port: number,
	name: string,
): Promise<number | undefined> {
	const { from, headers } = CASES[name] as (typeof CASES)[string];
	return sendBytes(
		port,
		`POST /hook HTTP/1.1\r\nHost: hooks.example\r\nConnection: close\r\n${headers}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
		from,
	);
}

/** Sends bytes and returns the status that comes back; undefined for none. */
export function sendBytes(
	port: number,
	bytes: string | Uint8Array,
	localAddress: string,
): Promise<number | undefined> {
	return new Promise((resolve) => {
		const socket = connect({ port, host: "127.0.0.1", localAddress });
		let heard = "";
		socket.on("error", () => {});
		socket.setEncoding("latin1").on("data", (text: string) => {
			heard += text;
			if (heard.includes("\r\n\r\n")) socket.destroy();
		});
		socket.on("close", () => {
			const status = /^HTTP\/1\.\d (\d{3})/.exec(heard)?.[1];
			resolve(status === undefined ? undefined : Number(status));
		});
		socket.write(bytes);
	});
}

// --- helpers ---

async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, "close");
	return port;
}

/** Resolves when something listens there; rejects when the program ends before. */
async function listening(
	child: ChildProcess,
	port: number,
	errors: () => string,
): Promise<void> {
	for (;;) {
		if (child.exitCode !== null) throw new Error(errors());
		const socket = connect(port, "127.0.0.1");
		const isOpen = await new Promise<boolean>((done) => {
			socket.once("connect", () => done(true));
			socket.once("error", () => done(false));
		});
		socket.destroy();
		if (isOpen) return;
		await new Promise((done) => setTimeout(done, 20));
	}
}
