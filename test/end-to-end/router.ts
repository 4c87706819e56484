import { fileURLToPath } from "node:url";
import type { HookEvent } from "../../src/event/webhook.ts";
import { formatFinding, hasErrors } from "../../src/finding/finding.ts";
import { createApp, type Visit } from "../../src/http/app.ts";
import { createVisitLog } from "../../src/http/log-visit.ts";
import { listen } from "../../src/http/server.ts";
import { createLog } from "../../src/observe/log.ts";
import { load } from "../../src/runtime/load.ts";
import { createVisits } from "../visits.ts";

/** A router that runs from files, in this process. */
export interface FileRouter {
	readonly url: string;
	/** Events that the plugin `collect` got. */
	readonly events: HookEvent[];
	/** Lines of the log, parsed. */
	readonly lines: Record<string, unknown>[];
	/** Resolves with what was answered last, once `count` requests were. */
	visited(count: number): Promise<Visit>;
	close(): Promise<void>;
}

export interface StartOptions {
	readonly env?: Readonly<Record<string, string>>;
	readonly logPayloads?: boolean;
}

/** Starts the configuration of a folder. Throws with all findings when it has errors. */
export async function startFrom(
	folder: string,
	{ env = {}, logPayloads = false }: StartOptions = {},
): Promise<FileRouter> {
	const events: HookEvent[] = [];
	const lines: Record<string, unknown>[] = [];
	const visits = createVisits();
	const log = createLog({
		payloads: logPayloads,
		destination: {
			write: (line) =>
				void lines.push(JSON.parse(line) as Record<string, unknown>),
		},
	});
	const { runtime, findings } = await load({
		configFile: `${folder}/routes.yaml`,
		env,
		setup: { log },
	});
	if (runtime === undefined || hasErrors(findings)) {
		throw new Error(findings.map(formatFinding).join("\n"));
	}
	(globalThis as { collected?: HookEvent[] }).collected = events;
	const logVisit = createVisitLog(log);
	const app = createApp({
		runtime: () => runtime,
		onVisit(visit) {
			logVisit(visit);
			visits.add(visit);
		},
		onFault: (error) => log.error({ err: error }, "fault"),
	});
	const listening = await listen(app, [
		{ kind: "tcp", host: "127.0.0.1", port: 0 },
	]);
	return {
		url: listening.addresses[0] as string,
		events,
		lines,
		visited: visits.nth,
		async close() {
			listening.closeNow();
			await listening.close();
			await runtime.close();
		},
	};
}

/** Absolute path of a folder beside this file. */
export function here(folder: string): string {
	return fileURLToPath(new URL(folder, import.meta.url));
}
