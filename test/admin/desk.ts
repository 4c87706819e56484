import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { stopJobs } from "../../src/admin/api/deliveries/jobs.ts";
import { DELIVERIES } from "../../src/admin/api/deliveries/operations.ts";
import type { AdminAnswer, AdminScope } from "../../src/admin/operation.ts";
import { AdminProblem } from "../../src/admin/problem.ts";
import type { AdminRouter } from "../../src/admin/router.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import { openSqlite } from "../../src/inbox/sqlite/open.ts";
import { createLog } from "../../src/observe/log.ts";
import { load } from "../../src/runtime/load.ts";
import { withFolder } from "../cli/cli.ts";
import { INBOX_FILES, ROOM } from "../cli/inbox-ground.ts";

/** What an operation is called with, besides the router. */
export interface Call {
	readonly params?: Readonly<Record<string, string>>;
	readonly query?: Readonly<Record<string, unknown>>;
	readonly body?: unknown;
	readonly scopes?: readonly AdminScope[];
}

/** A router with an inbox, whose operations are called without a listener. */
export interface DeskSite {
	readonly store: InboxStore;
	readonly log: readonly Record<string, unknown>[];
	/** Calls an operation by its id, and holds its answer to its schema. */
	call(id: string, call?: Call): Promise<AdminAnswer & { readonly json: Json }>;
	/** The code and the sentence of the problem that a call throws. */
	problem(id: string, call?: Call): Promise<string>;
	/** Ends the jobs, as the router does at its stop. */
	stop(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: an answer is looked into by its test
export type Json = any;

/** Runs `use` with a router over the configuration of the inbox tests. */
export function withDesk<T>(
	use: (site: DeskSite) => Promise<T>,
	open: (folder: string) => Promise<InboxStore> = (folder) =>
		openSqlite(join(folder, "inbox.db"), { quarantine: ROOM }),
	files: Readonly<Record<string, string>> = INBOX_FILES,
): Promise<T> {
	return withFolder(files, async (folder) => {
		const lines: Record<string, unknown>[] = [];
		const log = createLog({
			destination: { write: (line) => lines.push(JSON.parse(line)) },
		});
		const { runtime, settings } = await load({
			configFile: join(folder, "routes.yaml"),
			env: {},
			setup: false,
		});
		if (runtime === undefined || settings === undefined)
			throw new Error("the configuration has errors");
		const store = await open(folder);
		// The operations of deliveries use no other part.
		const parts: Partial<AdminRouter> = {
			settings: () => settings,
			runtime: () => runtime,
			store,
			log,
		};
		const router = parts as AdminRouter;
		const call = callsOf(router);
		try {
			return await use({
				store,
				log: lines,
				call,
				stop: () => stopJobs(router),
				async problem(id, sent) {
					try {
						await call(id, sent);
					} catch (error) {
						if (error instanceof AdminProblem)
							return `${error.code}: ${error.message}`;
						throw error;
					}
					throw new Error(`${id} threw no problem`);
				},
			});
		} finally {
			await store.close();
			await runtime.close();
		}
	});
}

// --- helpers ---

const ajv = new Ajv2020({ strict: false, allErrors: true });

function callsOf(router: AdminRouter): DeskSite["call"] {
	return async (id, { params = {}, query = {}, body, scopes } = {}) => {
		const operation = DELIVERIES.find((one) => one.id === id);
		if (operation === undefined) throw new Error(`no operation ${id}`);
		if (operation.body !== undefined) {
			const isBody = ajv.compile(operation.body);
			isBody(body ?? {});
			expect(isBody.errors, `the body of ${id}`).to.equal(null);
		}
		const answer = await operation.handle({
			params,
			query,
			body,
			headers: {},
			scopes: new Set(scopes ?? ["read", "operate"]),
			actor: "ann",
			router,
			signal: new AbortController().signal,
		} as Parameters<typeof operation.handle>[0]);
		const json: Json =
			answer.body === undefined
				? undefined
				: JSON.parse(JSON.stringify(answer.body));
		const schema = operation.answers[answer.status ?? 200]?.schema;
		if (answer.stream === undefined && schema !== undefined) {
			const fits = ajv.compile(schema);
			fits(json);
			expect(fits.errors, `${id}: ${JSON.stringify(json)}`).to.equal(null);
		}
		return { ...answer, json };
	};
}
