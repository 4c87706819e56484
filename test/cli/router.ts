import { join } from "node:path";
import { createApp, type Visit } from "../../src/http/app.ts";
import { type Listening, listen } from "../../src/http/server.ts";
import { createLog } from "../../src/observe/log.ts";
import { load } from "../../src/runtime/load.ts";
import { withFolder } from "./cli.ts";

/** A router on the socket `router.sock` of a folder, and on a TCP port. */
export interface Running {
	readonly folder: string;
	readonly origin: string;
	readonly visits: readonly Visit[];
}

/** Runs the router of a folder's routes.yaml; the socket is made in a folder of its own where one is named. */
export async function withRouterOf(
	folder: string,
	use: (running: Running) => Promise<void>,
	socketFolder = folder,
): Promise<void> {
	const { runtime, findings } = await load({
		configFile: join(folder, "routes.yaml"),
		env: {},
		setup: { log: createLog({ destination: { write: () => {} } }) },
	});
	if (runtime === undefined) throw new Error(JSON.stringify(findings));
	const visits: Visit[] = [];
	let listening: Listening | undefined;
	try {
		const app = createApp({
			runtime: () => runtime,
			onVisit: (visit) => visits.push(visit),
			onFault: (error) => {
				throw error;
			},
		});
		listening = await listen(app, [
			{ kind: "tcp", host: "127.0.0.1", port: 0 },
			{ kind: "unix", path: join(socketFolder, "router.sock") },
		]);
		const [origin = ""] = listening.addresses;
		await use({ folder, origin, visits });
	} finally {
		await listening?.close();
		await runtime.close();
	}
}

/** Writes the files into a folder of their own and runs the router of it. */
export function withRouter(
	files: Readonly<Record<string, string>>,
	use: (running: Running) => Promise<void>,
): Promise<void> {
	return withFolder(files, (folder) => withRouterOf(folder, use));
}
