import type { RouteSettings, Settings } from "../config/settings.ts";
import { isRecord } from "../event/is-record.ts";
import { createNccoPrivacy } from "../handler/ncco/privacy.ts";
import { parentIdOf } from "../inbox/port/child.ts";
import type { DeliveryDetail, DeliveryRow } from "../inbox/port/delivery.ts";
import type { KeyField } from "../kind/kind.ts";
import { hideAll } from "../observe/hide-all.ts";
import { maskText } from "../observe/mask.ts";
import { maskAny, maskPayload } from "../observe/mask-payload.ts";
import { OF_CLAIMS, UNKNOWN } from "../observe/privacy.ts";
import { revealPrivate } from "../observe/private-text.ts";
import { toFieldValue } from "../route/conditions/condition.ts";
import type { Candidate } from "../route/explain.ts";
import { createFieldReader, parseField } from "../route/field.ts";
import { toShownAnswer } from "../runtime/inbox/shown-answer.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { ServedRoute } from "../runtime/served-route.ts";
import type { KindOf } from "./content.ts";
import {
	type ExplanationReport,
	showTexts,
	toReport,
} from "./explained/report.ts";
import { type Looked, lookAt } from "./look.ts";
import { maskKey } from "./mask-key.ts";

/** The configuration by which deliveries are shown. */
export interface ShowGround {
	readonly runtime: Pick<Runtime, "routes">;
	readonly settings: Pick<Settings, "routes">;
}

/** A configuration that can also explain deliveries. */
interface WholeGround {
	readonly runtime: Runtime;
	readonly settings: Settings;
}

/** Finds the kind of a delivery by its route. A route that was removed leaves the kind unknown, so that its texts are masked. */
export function createKindOf({ runtime }: ShowGround): KindOf {
	const byRoute = new Map(runtime.routes.map((route) => [route.name, route]));
	const byKind = new Map(
		runtime.routes.map(({ kind }) => [kind.name, kind] as const),
	);
	return ({ route, kind }) => byRoute.get(route)?.kind ?? byKind.get(kind);
}

/** Creates the function that shows rows for programs: times in milliseconds, without absent values, personal data masked. */
export function createRowView(
	ground: ShowGround,
	isRevealed: boolean,
): (row: DeliveryRow) => Readonly<Record<string, unknown>> {
	const settings = new Map<string, RouteSettings>(
		ground.settings.routes.map((route) => [route.name, route]),
	);
	const kindOf = createKindOf(ground);
	const show = isRevealed ? revealPrivate : maskText;
	return (row) => {
		const kind = kindOf(row);
		const route = settings.get(row.route);
		const privacy = kind?.privacy ?? UNKNOWN;
		const key = (text: string | undefined, fields: readonly KeyField[] = []) =>
			isRevealed ? text : maskKey(text, fields, privacy);
		return {
			id: row.id,
			parent: parentIdOf(row.id),
			route: row.route,
			kind: row.kind,
			state: row.state,
			isBlocked: row.isBlocked,
			attempts: row.attempts,
			receivedAt: row.receivedAt,
			updatedAt: row.updatedAt,
			dueAt: row.dueAt,
			orderKey: key(row.orderKey, route?.orderBy ?? kind?.orderBy),
			dedupeKey: key(row.dedupeKey, route?.dedupe ?? kind?.dedupe),
			reason: row.reason === undefined ? undefined : show(row.reason),
			sizeBytes: row.sizeBytes,
		};
	};
}

/** Shows a whole delivery: the event, attempts, actions, the answer, and how the current configuration would treat it. */
export function toDeliveryView(
	detail: DeliveryDetail,
	{
		runtime,
		settings,
		children,
	}: WholeGround & { readonly children: readonly DeliveryRow[] },
	isRevealed: boolean,
): Readonly<Record<string, unknown>> {
	const ground = { runtime, settings };
	const kind = createKindOf(ground)(detail);
	const privacy = kind?.privacy ?? UNKNOWN;
	const looked = lookAt(detail, runtime);
	const show = isRevealed ? revealPrivate : maskText;
	const { envelope, payload, ruling, note } = looked;
	const fields = (value: object, of = maskPayload) =>
		isRevealed ? value : of(value);
	return {
		...createRowView(ground, isRevealed)(detail),
		webhook:
			envelope === undefined || envelope.method === ""
				? undefined
				: {
						method: envelope.method,
						path: show(envelope.path),
						query: isRevealed ? envelope.query : hide(envelope.query),
						client: envelope.client,
						headers: fields(envelope.headers),
						params: fields(envelope.params),
						claims: fields(envelope.claims, (claims) =>
							maskPayload(claims, OF_CLAIMS),
						),
						handedOn: envelope.handedOn,
					},
		payload: isRevealed ? payload : maskAny(payload, privacy),
		body:
			isRevealed && detail.body !== undefined
				? Buffer.from(detail.body).toString("base64")
				: undefined,
		answer: toShownAnswer(detail.answer, kind, {
			isMasked: !isRevealed,
			ncco: createNccoPrivacy,
		}),
		history: detail.history.map(({ reason, stack, ...attempt }) => ({
			...attempt,
			reason: reason === undefined ? undefined : show(reason),
			stack: stack === undefined ? undefined : show(stack),
		})),
		doubts: detail.doubts.map(({ code, detail: text }) => ({
			code,
			detail: show(text),
		})),
		actions: (detail.actions ?? []).map(({ reason, ...action }) => ({
			...action,
			reason: reason === undefined ? undefined : show(reason),
		})),
		editedFrom: envelope?.editedFrom,
		children: children.map(({ id, route, state, attempts }) => ({
			id,
			route,
			state,
			attempts,
		})),
		explanation: explainDelivery(detail, looked, ground, isRevealed),
		release:
			ruling === undefined
				? undefined
				: ruling.as === "released"
					? { as: ruling.as, route: ruling.to.route }
					: { as: ruling.as, why: show(ruling.why) },
		isRouteGone: looked.isRouteGone,
		note,
	};
}

/** The explanation of a delivery, and the age of the configuration that explains it. */
export interface DeliveryExplanation extends ExplanationReport {
	readonly configuration: {
		/** Milliseconds since the epoch. */
		readonly servesSince: number;
		/** True if it serves only since the delivery came, so that another one may have handled it. */
		readonly isNewer: boolean;
	};
}

/** The explanation as `explain --json` tells it, without the payload, which the delivery has already. */
export function explainDelivery(
	{ receivedAt }: DeliveryDetail,
	{ explained, payload }: Looked,
	{ runtime, settings }: WholeGround,
	isRevealed: boolean,
): DeliveryExplanation | undefined {
	if (explained === undefined) return undefined;
	const { sample, explanation } = explained;
	const { privacy = UNKNOWN } = explanation.route?.kind ?? {};
	const masked = isRevealed ? undefined : maskAny(payload, privacy);
	const query = isRevealed ? sample.query : hide(sample.query);
	const report = toReport(
		{ ...sample, query },
		{
			...explanation,
			payload: undefined,
			candidates: explanation.candidates.map((candidate) =>
				masked === undefined ? candidate : withMasked(candidate, masked),
			),
		},
		{
			...{ settings, cwd: settings.folder },
			present: { now: Date.now(), pauses: runtime.pauses.list() },
		},
	);
	const { builtAt } = runtime;
	return {
		...showTexts(report, isRevealed ? revealPrivate : maskText),
		configuration: { servesSince: builtAt, isNewer: builtAt > receivedAt },
	};
}

// --- helpers ---

/** Shows the values of a payload's fields as the payload is shown, such as `44********01`, and not by their lengths. */
function withMasked<C extends Pick<Candidate<ServedRoute>, "conditions">>(
	candidate: C,
	masked: unknown,
): C {
	const conditions = candidate.conditions.map((one) => {
		const { source } = parseField(one.field);
		if (source !== "payload") return one;
		const value = toFieldValue(
			createFieldReader(one.field)({
				...NO_PARTS,
				payload: isRecord(masked) ? masked : {},
			}),
		);
		return typeof value === "string"
			? { ...one, value: JSON.stringify(value) }
			: one;
	});
	return { ...candidate, conditions };
}

const NO_PARTS = { headers: {}, query: "", params: {}, claims: {} } as const;

function hide(query: string): string {
	return query === "" ? "" : hideAll(query);
}
