import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";

/** The folder with `prometheus` and `promtool`, as Debian's package `prometheus` installs them. Undefined if there is none. */
export function findPrometheus(): string | undefined {
	const { SWITCHHOOK_PROMETHEUS: own, PATH = "" } = process.env;
	const folders = own === undefined ? PATH.split(delimiter) : [own];
	return folders.find((folder) =>
		["prometheus", "promtool"].every((name) => isRunnable(join(folder, name))),
	);
}

/** Runs promtool, and returns its exit code and its words. */
export function promtool(
	folder: string,
	args: readonly string[],
	options: { readonly cwd?: string; readonly input?: string } = {},
): { readonly code: number | null; readonly words: string } {
	const { status, stdout, stderr } = spawnSync(join(folder, "promtool"), args, {
		encoding: "utf8",
		...options,
	});
	return { code: status, words: stdout + stderr };
}

/** A Prometheus that runs. */
export interface Prometheus {
	/** Runs an instant query. Throws the server's error. */
	query(expr: string): Promise<readonly unknown[]>;
	/** Returns the alerts that are pending or fire. */
	alerts(): Promise<readonly string[]>;
	stop(): Promise<void>;
}

/** Starts Prometheus on a free port of loopback, with its data in a folder. It scrapes a target every half second. */
export async function startPrometheus(
	bin: string,
	folder: string,
	{ target, rules }: { readonly target: string; readonly rules: string },
): Promise<Prometheus> {
	writeFileSync(
		join(folder, "prometheus.yml"),
		`global: { scrape_interval: 500ms, evaluation_interval: 500ms }
rule_files: [${JSON.stringify(rules)}]
scrape_configs:
  - job_name: switchhook
    static_configs: [{ targets: [${JSON.stringify(target)}] }]
`,
	);
	const port = await freePort();
	const child = spawn(
		join(bin, "prometheus"),
		[
			`--config.file=${join(folder, "prometheus.yml")}`,
			`--storage.tsdb.path=${join(folder, "data")}`,
			`--web.listen-address=127.0.0.1:${port}`,
		],
		{ stdio: "ignore" },
	);
	const url = `http://127.0.0.1:${port}`;
	await ready(child, url);
	return {
		async query(expr) {
			const response = await fetch(`${url}/api/v1/query`, {
				method: "POST",
				body: new URLSearchParams({ query: expr }),
			});
			const { status, error, data } = (await response.json()) as Answer;
			if (status !== "success") throw new Error(error);
			return data.result ?? [];
		},
		async alerts() {
			const response = await fetch(`${url}/api/v1/alerts`);
			const { data } = (await response.json()) as Answer;
			return (data.alerts ?? []).map(({ labels }) => labels.alertname ?? "");
		},
		async stop() {
			if (child.exitCode !== null) return;
			child.kill("SIGKILL");
			await once(child, "exit");
		},
	};
}

// --- helpers ---

interface Answer {
	readonly status: string;
	readonly error?: string;
	readonly data: {
		readonly result?: readonly unknown[];
		readonly alerts?: readonly {
			readonly labels: Readonly<Record<string, string>>;
		}[];
	};
}

function isRunnable(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/** Prometheus 2.42 does not say which port it got for 0. */
async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	server.close();
	await once(server, "close");
	return typeof address === "object" ? (address?.port ?? 0) : 0;
}

async function ready(child: ChildProcess, url: string): Promise<void> {
	for (let left = 1200; ; left--) {
		if (child.exitCode !== null || left === 0)
			throw new Error("prometheus ended, or does not get ready");
		const isReady = await fetch(`${url}/-/ready`).then(
			({ ok }) => ok,
			() => false,
		);
		if (isReady) return;
		await new Promise((done) => setTimeout(done, 50));
	}
}
