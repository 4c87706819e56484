import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { controlSocketOf, openControl } from "../../src/cli/control.ts";
import { packageFile } from "../../src/cli/package.ts";
import { createApp, type Visit } from "../../src/http/app.ts";
import { type Listening, listen } from "../../src/http/server.ts";
import { createLog } from "../../src/observe/log.ts";
import { load } from "../../src/runtime/load.ts";
import { withFolder } from "./cli.ts";

/** A router on a TCP port, and on the control socket of its folder. */
export interface Running {
	readonly folder: string;
	readonly origin: string;
	/** The control socket. */
	readonly socket: string;
	readonly visits: readonly Visit[];
}

/** Runs the router of a folder's routes.yaml. */
export async function withRouterOf(
	folder: string,
	use: (running: Running) => Promise<void>,
): Promise<void> {
	const log = createLog({ destination: { write: () => {} } });
	const { runtime, settings, findings } = await load({
		configFile: join(folder, "routes.yaml"),
		env: {},
		setup: { log },
	});
	if (runtime === undefined || settings === undefined)
		throw new Error(JSON.stringify(findings));
	const visits: Visit[] = [];
	const options = {
		runtime: () => runtime,
		onVisit: (visit: Visit) => visits.push(visit),
		onFault: (error: unknown) => {
			throw error;
		},
	};
	const open: Listening[] = [];
	try {
		const port = { kind: "tcp", host: "127.0.0.1", port: 0 } as const;
		const ports = await listen(createApp(options), [port]);
		open.push(ports);
		const socket = controlSocketOf(settings);
		const app = createApp({ ...options, isControl: true });
		const control = await openControl(app, socket, log);
		if (control !== undefined) open.push(control);
		const [origin = ""] = ports.addresses;
		await use({ folder, origin, socket, visits });
	} finally {
		await Promise.all(open.map((one) => one.close()));
		await runtime.close();
	}
}

/** Runs the router of the repository's own configuration, with a folder of its own for what it writes. */
export function withOwnRouter(
	use: (running: Running) => Promise<void>,
): Promise<void> {
	return withFolder({}, async (folder) => {
		for (const name of ["routes.yaml", "plugins", "nccos", "audio", "schemas"])
			await symlink(packageFile(name), join(folder, name));
		await withRouterOf(folder, use);
	});
}

/** Writes the files into a folder of their own and runs the router of it. */
export function withRouter(
	files: Readonly<Record<string, string>>,
	use: (running: Running) => Promise<void>,
): Promise<void> {
	return withFolder(files, (folder) => withRouterOf(folder, use));
}
