import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { isInboxOpenError } from "../../port/open-error.ts";
import { type Hub, openHub, UNASKED } from "../channel/hub.ts";
import { createTogether } from "../channel/together.ts";
import { SqliteCore } from "../core.ts";
import { type Database, loadDriver, resultCode } from "../driver.ts";
import { type OwnerLock, openAsOwner, openBeside, openFile } from "../file.ts";
import { monotonicMs } from "./monotonic.ts";
import { createRunner } from "./operations.ts";
import {
	buffersOf,
	type Fault,
	type News,
	type Request,
	type Response,
	type ThreadData,
} from "./wire.ts";

// The entry of a worker thread: the one file beside cli/main.ts that does something when it is loaded.
if (parentPort !== null && workerData !== null)
	serve(parentPort, workerData as ThreadData);

/** Opens a file and does what a port asks for, until the port is closed. */
export function serve(port: MessagePort, data: ThreadData): void {
	const send = (response: Response, transfer?: readonly ArrayBuffer[]) =>
		port.postMessage(response, transfer);
	let opened: ReturnType<typeof openCore>;
	try {
		opened = openCore(data);
	} catch (error) {
		send({ id: 0, error: toFault(error), fill: [] });
		port.close();
		return;
	}
	const { core, lock } = opened;
	const run = createRunner(core);
	const hub = data.hub === undefined ? undefined : open(data.hub);
	const news = (): News => hub?.share(core.takeNews()) ?? core.takeNews();
	send({ id: 0, ...news() });

	/** Lets the workers of this router use the file too. */
	function open(path: string): Hub {
		const base = data.now - data.nowAt;
		const now = (): number => Math.round(base + monotonicMs());
		return openHub({
			path,
			now,
			run: createTogether(core),
			takeNews: () => core.takeNews(),
			allNews: () => core.allNews(now()),
			release: (guest) => core.release(guest, now()),
			toFault,
			tellHost: (told) => send({ id: UNASKED, ...told }),
		});
	}

	port.on("message", (request: Request) => {
		const { id } = request;
		try {
			if (request.name !== "close") {
				const value = run(request, request.name);
				send({ id, value, ...news() }, buffersOf([value]));
				return;
			}
			hub?.close();
			try {
				core.close();
			} finally {
				lock?.release();
			}
			send({ id, fill: [] });
			port.close();
		} catch (error) {
			send({ id, error: toFault(error), ...news() });
			if (request.name === "close") port.close();
		}
	});
}

// --- helpers ---

/** Opens the file as its owner or beside it. Throws InboxOpenError. */
function openCore({
	file,
	mustExist,
	isReader = false,
	...options
}: ThreadData): {
	readonly core: SqliteCore;
	readonly lock: OwnerLock | undefined;
} {
	const driver = loadDriver();
	let lock: OwnerLock | undefined;
	let first: Database | undefined;
	if (options.isOwner)
		({ db: first, lock } = openAsOwner(driver, file, { mustExist }));
	else first = openBeside(driver, file, { mustExist, isReader });
	const open = () => {
		const db = first ?? openFile(driver, file, { mustExist: true });
		first = undefined;
		return db;
	};
	try {
		return { core: new SqliteCore({ ...options, open }), lock };
	} catch (error) {
		lock?.release();
		throw error;
	}
}

/** An error of this thread as the other side can raise it again. */
function toFault(error: unknown): Fault {
	const { message, stack, name } =
		error instanceof Error ? error : new Error(String(error));
	const isExplained = isInboxOpenError(error);
	return { message, stack, name, errcode: resultCode(error), isExplained };
}
