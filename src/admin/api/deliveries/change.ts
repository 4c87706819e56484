import { createCopier, readCopyUrl } from "../../../desk/copy.ts";
import { type Edit, editDelivery } from "../../../desk/edit.ts";
import { findAll } from "../../../desk/filter.ts";
import { groupsOf } from "../../../desk/groups.ts";
import type { JobAction } from "../../../desk/jobs.ts";
import { createNumberSearch } from "../../../desk/number.ts";
import { parseRate, RATE_FORM } from "../../../desk/pace.ts";
import type { Step } from "../../../desk/run.ts";
import {
	copyStep,
	dropStep,
	editStep,
	redactStep,
	releaseStep,
	replayStep,
} from "../../../desk/steps.ts";
import type { Payload } from "../../../event/webhook.ts";
import type {
	DeliveryDetail,
	DeliveryRow,
	DeliveryState,
	Note,
} from "../../../inbox/port/delivery.ts";
import { maskText } from "../../../observe/mask.ts";
import { ruleOn } from "../../../runtime/inbox/release.ts";
import type { AdminAnswer, AdminRequest } from "../../operation.ts";
import { AdminProblem } from "../../problem.ts";
import { reveal } from "../../reveal.ts";
import {
	expectStore,
	readFilter,
	readText,
	type SentFilter,
} from "./filter.ts";
import { unknownDelivery } from "./find.ts";
import { jobsOf, toJobView } from "./jobs.ts";

/** The bodies of all changes. Each operation's schema admits some of it. */
export interface SentChange {
	readonly ids?: readonly string[];
	readonly filter?: SentFilter;
	readonly max?: number;
	readonly rate?: string;
	readonly reason?: string;
	readonly dryRun?: boolean;
	readonly to?: string;
	readonly set?: Readonly<Record<string, unknown>>;
	readonly payload?: Payload;
	readonly unsigned?: boolean;
}

/** A change of deliveries, prepared for one request. */
export interface Change {
	readonly action: JobAction;
	readonly step: Step;
	/** Says what would become of a delivery, for a dry run. Default: it stays with its route. */
	preview?(detail: DeliveryDetail): {
		readonly route?: string;
		readonly why?: string;
	};
	/** Called at the end. Returns sentences for the person. */
	finish?(): Promise<readonly string[]>;
	/** Releases connections, at the end or after a dry run. */
	close?(): Promise<void>;
}

/** A kind of change. */
export interface ChangeType {
	/** The states of a filter that names none. Undefined demands that it names them. */
	readonly states: readonly DeliveryState[] | undefined;
	/** The states that are changed unless a filter names others. Those in other states are spared, and counted. Default: all. */
	readonly only?: readonly DeliveryState[];
	prepare(
		request: AdminRequest,
		sent: SentChange,
		note: Note,
	): Change | Promise<Change>;
}

/** Changes a selection, or one delivery where the path has its id. */
export async function change(
	request: AdminRequest,
	type: ChangeType,
): Promise<AdminAnswer> {
	const { params, actor, router } = request;
	const sent = (request.body ?? {}) as SentChange;
	const { reason, dryRun } = sent;
	const rate = readText("rate", sent.rate, parseRate, RATE_FORM);
	const { id } = params;
	const { rows, spared } = await choose(request, sent, type);
	const prepared = await type.prepare(request, sent, { actor, reason });
	const chosen = {
		chosen: rows.length,
		...(spared > 0 && { spared }),
		groups: groupsOf(rows),
	};
	if (dryRun === true) {
		const preview = await previewOf(request, rows, prepared);
		await prepared.close?.();
		return { body: { ...chosen, preview } };
	}
	router.log.info(
		{ actor, action: prepared.action, count: rows.length, reason },
		"deliveries were changed through the admin API",
	);
	const job = await jobsOf(router).start(
		{
			action: prepared.action,
			ids: rows.map((row) => row.id),
			rate,
			note: { actor, reason },
			step: prepared.step,
			finish: prepared.finish?.bind(prepared),
			close: prepared.close?.bind(prepared),
		},
		WAIT_MS,
	);
	const [kept] = job.kept;
	if (id !== undefined && job.state === "done" && kept !== undefined)
		throw new AdminProblem("conflict", `${sentence(maskText(kept.why))}`);
	if (job.state === "failed")
		throw new AdminProblem("unavailable", sentence(job.error ?? "it failed"));
	return {
		status: job.state === "running" ? 202 : 200,
		headers: { Location: `/api/v1/jobs/${job.id}` },
		body: { ...chosen, job: toJobView(job) },
	};
}

/** Replays, sends copies, or makes new events. */
export const REPLAY: ChangeType = {
	states: ["dead"],
	async prepare(request, sent, note) {
		const store = expectStore(request);
		const { router } = request;
		const runtime = router.runtime();
		const { to, set, payload } = sent;
		if ([to, set, payload].filter((one) => one !== undefined).length > 1)
			throw new AdminProblem(
				"bad-request",
				"Only one of `to`, `set` and `payload` can be used.",
			);
		if (to !== undefined) {
			const url = readCopyUrl(to);
			if (typeof url === "string")
				throw new AdminProblem("bad-request", `"to": ${url}.`);
			// A copy shows the service everything.
			reveal(request, `copies of deliveries to ${url.origin}`);
			const copier = await createCopier(
				url,
				runtime.routes,
				runtime.publicUrl(),
			);
			return {
				action: "copy",
				step: copyStep(store, copier, note),
				close: () => copier.close(),
			};
		}
		const edit = readEdit(sent);
		if (edit === undefined)
			return { action: "replay", step: replayStep(store, note) };
		return {
			action: "edit",
			step: editStep(store, runtime, { edit, note }),
			preview(detail) {
				const edited = editDelivery(runtime, detail, edit, Date.now());
				return edited.as === "kept"
					? { why: maskText(edited.why) }
					: { route: edited.delivery.route };
			},
		};
	},
};

/** Releases quarantined ones. */
export const RELEASE: ChangeType = {
	states: ["quarantined"],
	prepare(request, { unsigned = false }, note) {
		const runtime = request.router.runtime();
		return {
			action: "release",
			step: releaseStep(expectStore(request), runtime, { unsigned, note }),
			preview(detail) {
				const ruling = ruleOn(runtime, detail, { unsigned });
				return ruling.as === "kept"
					? { why: maskText(ruling.why) }
					: { route: ruling.to.route };
			},
		};
	},
};

/** Removes deliveries for good. */
export const DROP: ChangeType = {
	states: undefined,
	prepare: (request, _sent, note) => ({
		action: "drop",
		step: dropStep(expectStore(request), note),
	}),
};

/** The states of deliveries that no handler gets without a person's word. */
const FINISHED: readonly DeliveryState[] = ["delivered", "dead", "quarantined"];

/** Removes the content of deliveries. */
export const REDACT: ChangeType = {
	states: FINISHED,
	only: FINISHED,
	prepare(request, { filter }, note) {
		const store = expectStore(request);
		const number =
			filter?.number === undefined
				? undefined
				: createNumberSearch(filter.number);
		const step = redactStep(store, note, filter?.state ?? FINISHED);
		return {
			action: "redact",
			step,
			async finish() {
				const told: string[] = [];
				const spared = step.spared();
				if (spared > 0)
					told.push(
						`${spared === 1 ? "1 child is" : `${spared} children are`} not handled yet and not redacted. Choose them by a filter with their \`state\`.`,
					);
				if (number !== undefined) {
					const entries = await store.redactState(
						(key, value) => number.isIn(key) || number.isIn(value),
					);
					told.push(
						entries === 1
							? "1 entry of plugin state was removed."
							: `${entries} entries of plugin state were removed.`,
					);
				}
				const left = await store.scrub();
				return left === undefined ? told : [...told, `${left}.`];
			},
		};
	},
};

// --- helpers ---

/** A change that takes longer is answered with 202 while it runs. */
const WAIT_MS = 2000;

/** The deliveries that a dry run looks at. */
const PREVIEWED = 20;

async function choose(
	request: AdminRequest,
	{ ids, filter, max = Number.POSITIVE_INFINITY }: SentChange,
	{ states, only }: ChangeType,
): Promise<{
	readonly rows: readonly DeliveryRow[];
	readonly spared: number;
}> {
	const store = expectStore(request);
	const { id } = request.params;
	const named = id === undefined ? ids : [id];
	if ((named === undefined) === (filter === undefined))
		throw new AdminProblem("bad-request", "Name `ids` or a `filter`.");
	if (named !== undefined) {
		const rows: DeliveryRow[] = [];
		for (const one of new Set(named)) {
			const row = await store.get(one);
			if (row === undefined) throw unknownDelivery(one);
			if (only !== undefined && !only.includes(row.state))
				throw new AdminProblem(
					"conflict",
					`The delivery ${one} is ${row.state}. Choose it by a filter with its \`state\`, if that is meant.`,
				);
			rows.push(row);
		}
		return { rows, spared: 0 };
	}
	if (states === undefined && filter?.state === undefined)
		throw new AdminProblem(
			"bad-request",
			"The filter must name the `state`. Without it, unfinished deliveries would be removed too.",
		);
	const spares = filter?.state === undefined ? only : undefined;
	const wanted = await readFilter(
		request,
		filter ?? {},
		spares === undefined ? states : undefined,
	);
	const found: DeliveryRow[] = [];
	let spared = 0;
	for await (const rows of findAll(store, wanted, request.signal))
		for (const row of rows)
			if (spares?.includes(row.state) === false) spared += 1;
			else found.push(row);
	return { rows: found.reverse().slice(0, max), spared };
}

async function previewOf(
	request: AdminRequest,
	rows: readonly DeliveryRow[],
	{ preview }: Change,
): Promise<readonly object[]> {
	const first = rows.slice(0, PREVIEWED);
	if (preview === undefined)
		return first.map(({ id, route }) => ({ id, route }));
	const previews: object[] = [];
	for (const { id } of first) {
		const detail = await expectStore(request).get(id);
		if (detail !== undefined) previews.push({ id, ...preview(detail) });
	}
	return previews;
}

function readEdit({ set, payload }: SentChange): Edit | undefined {
	if (payload !== undefined) return { payload };
	if (set === undefined) return undefined;
	return {
		set: Object.entries(set).map(([field, value]) => ({ field, value })),
	};
}

/** Writes a reason as a sentence. */
function sentence(text: string): string {
	const [first = "", ...rest] = text;
	const whole = `${first.toUpperCase()}${rest.join("")}`;
	return whole.endsWith(".") ? whole : `${whole}.`;
}
