import { parentPort, workerData } from "node:worker_threads";
import { isInboxOpenError } from "../port/open-error.ts";
import { SqliteCore } from "./core.ts";
import { type Database, loadDriver, resultCode } from "./driver.ts";
import type { Request, Response, ThreadData } from "./messages.ts";
import { openFile } from "./open-file.ts";
import { createOperations } from "./operations.ts";
import { openAsOwner, openBeside } from "./own-file.ts";
import type { OwnerLock } from "./owner-lock.ts";

// The entry of a worker thread: the one file beside cli/main.ts that does something when it is loaded.
if (parentPort !== null) serve(parentPort, workerData as ThreadData);

// --- helpers ---

function serve(
	port: NonNullable<typeof parentPort>,
	{ file, isOwner, mustExist, quarantine, maxBytes, now }: ThreadData,
): void {
	const driver = loadDriver();
	const send = (response: Response, transfer?: readonly ArrayBuffer[]) =>
		port.postMessage(response, transfer);
	let lock: OwnerLock | undefined;
	let core: SqliteCore;
	try {
		let first: Database | undefined;
		if (isOwner)
			({ db: first, lock } = openAsOwner(driver, file, { mustExist }));
		else first = openBeside(driver, file, { mustExist });
		core = new SqliteCore({
			open: () => {
				const db = first ?? openFile(driver, file, { mustExist: true });
				first = undefined;
				return db;
			},
			quarantine,
			maxBytes,
			isOwner,
			now,
		});
	} catch (error) {
		lock?.release();
		send({ id: 0, error: toFault(error), fill: [] });
		port.close();
		return;
	}
	const operations = createOperations(core);
	/** What goes with each answer. */
	const news = () => {
		const evicted = core.takeEvicted();
		const fill = core.reportFill();
		return evicted.length > 0 ? { fill, evicted } : { fill };
	};
	send({ id: 0, value: driver.name, ...news() });

	port.on("message", (request: Request) => {
		const { id, name, args } = request;
		try {
			if (name === "close") {
				try {
					core.close();
				} finally {
					lock?.release();
				}
				send({ id, value: undefined, fill: [] });
				port.close();
				return;
			}
			// The client's types hold name and arguments together; here they are only a list.
			const operation = operations[name] as (...given: unknown[]) => {
				readonly value: unknown;
				readonly routes?: readonly string[];
				readonly transfer?: readonly ArrayBuffer[];
			};
			const { value, routes, transfer } = operation(...args);
			send({ id, value, routes, ...news() }, transfer);
		} catch (error) {
			send({ id, error: toFault(error), ...news() });
			if (name === "close") port.close();
		}
	});
}

/** An error of this thread as the other side can raise it again. */
function toFault(error: unknown): NonNullable<Response["error"]> {
	const { message, stack, name } =
		error instanceof Error ? error : new Error(String(error));
	const code = isInboxOpenError(error) ? error.code : undefined;
	return { message, stack, name, code, errcode: resultCode(error) };
}
