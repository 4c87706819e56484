import type { Command } from "commander";
import { describeDropped } from "../../../desk/dropped.ts";
import type { Context } from "../../../desk/explained/end.ts";
import {
	showReasons,
	showTexts,
	toReport,
} from "../../../desk/explained/report.ts";
import { type Looked, lookAt } from "../../../desk/look.ts";
import { createNccoPrivacy } from "../../../handler/ncco/privacy.ts";
import { parentIdOf } from "../../../inbox/port/child.ts";
import type {
	DeliveryDetail,
	DeliveryRow,
	Dropped,
} from "../../../inbox/port/delivery.ts";
import type { Envelope } from "../../../inbox/port/envelope.ts";
import { hideAll } from "../../../observe/hide-all.ts";
import { maskText } from "../../../observe/mask.ts";
import { maskAny, maskPayload } from "../../../observe/mask-payload.ts";
import { escapeHiddenInJson } from "../../../observe/plain-text.ts";
import { OF_CLAIMS, type Privacy, UNKNOWN } from "../../../observe/privacy.ts";
import { revealPrivate } from "../../../observe/private-text.ts";
import type { Ruling } from "../../../runtime/inbox/release.ts";
import {
	type ShownAnswer,
	toShownAnswer,
} from "../../../runtime/inbox/shown-answer.ts";
import { createCommand } from "../../command.ts";
import { describeExplanation } from "../../commands/explain-text.ts";
import { type Io, writeJson, writeLines } from "../../io.ts";
import { formatTable } from "../../table.ts";
import {
	completeId,
	describeMissing,
	findDropped,
	ID_ARGUMENT,
} from "../choose/ids.ts";
import { loadIfUsable } from "../look.ts";
import { createPrivacies } from "../privacies.ts";
import {
	type Keys,
	PAYLOADS_OPTION,
	plain,
	toRowReport,
	toTime,
} from "../row.ts";
import { type PlaceOptions, withInbox, withPlace } from "../site.ts";
import { describeAnswer } from "./answer-text.ts";
import { describeChildren, stateOf, toChildReport } from "./children-text.ts";
import { describeActions, describeAttempts } from "./history-text.ts";
import { saveTest } from "./save.ts";

/** Creates `switchhook inbox show`, which shows one complete delivery. Exit code 1 if it does not exist. */
export function showCommand(io: Io): Command {
	const command = createCommand(
		"show",
		"Shows one delivery: the event, every attempt with its error, stack and duration, and how the current configuration would treat it. The signature is not checked again. Personal data is masked as in the log.",
		[
			"inbox show 5f0c1c9e-6c0b-4c9e-9d5a-0f6f2f8f3a11",
			"inbox show 5f0c1c9e-6c0b-4c9e-9d5a-0f6f2f8f3a11 --payloads --json",
			"inbox show 5f0c1c9e --save tests/stop.json",
		],
	).summary("Shows one delivery with its attempts, and explains it.");
	return withPlace(
		command.argument("<id>", `the delivery's id, ${ID_ARGUMENT}`),
	)
		.option(...PAYLOADS_OPTION)
		.option(
			"--save <file>",
			"write the webhook as a test, with stand-ins for personal data; a new file such as tests/stop.json",
		)
		.option("--json", "print it as JSON")
		.action((id: string, options: ShowOptions) => show(io, id, options));
}

// --- helpers ---

function toDroppedReport({ at, actor, reason, ...dropped }: Dropped) {
	return {
		...dropped,
		state: "dropped",
		at: toTime(at),
		actor: actor ?? null,
		reason: reason ?? null,
	};
}

interface ShowOptions extends PlaceOptions {
	readonly save?: string;
	readonly payloads?: true;
	readonly json?: true;
}

async function show(io: Io, id: string, options: ShowOptions): Promise<void> {
	const found = await withInbox(io, options, async (store, known) => {
		const detail = await store.get(await completeId(store, id));
		return {
			detail,
			children: detail === undefined ? [] : await store.children([detail.id]),
			dropped: detail === undefined ? await findDropped(store, id) : undefined,
			privacies: await createPrivacies(known),
		};
	});
	const { detail, children, dropped, privacies } = found;
	if (detail === undefined) {
		if (dropped !== undefined && options.json)
			writeJson(io.stdout, toDroppedReport(dropped));
		writeLines(io.stderr, [
			dropped === undefined
				? describeMissing(id)
				: plain(describeDropped(dropped)),
		]);
		io.exit(1);
		return;
	}
	if (options.save !== undefined)
		return saveTest(io, detail, options.save, options);
	const usable = await loadIfUsable(io, options);
	const looked = lookAt(detail, usable?.runtime);
	const context = usable && { settings: usable.settings, cwd: io.cwd };
	const isMasked = options.payloads !== true;
	const kind = privacies.kindOf(detail);
	const subject: Subject = {
		detail,
		children,
		looked,
		context,
		isMasked,
		privacy: kind?.privacy ?? UNKNOWN,
		keys: isMasked ? privacies.keysOf(detail) : detail,
		answer: toShownAnswer(detail.answer, kind, {
			isMasked,
			ncco: createNccoPrivacy,
		}),
	};
	if (options.json) writeJson(io.stdout, toDeliveryReport(subject));
	else writeLines(io.stdout, describeDelivery(subject));
	if (io.isTTY && isMasked && !options.json)
		writeLines(io.stderr, [
			"",
			"Personal data is masked. Add --payloads to show it.",
		]);
}

/** A delivery to be shown. */
interface Subject {
	readonly detail: DeliveryDetail;
	/** The deliveries for the targets of its route. */
	readonly children: readonly DeliveryRow[];
	readonly looked: Looked;
	/** Undefined without a configuration. */
	readonly context: Context | undefined;
	readonly isMasked: boolean;
	/** The privacy of its kind. */
	readonly privacy: Privacy;
	readonly keys: Keys;
	readonly answer: ShownAnswer | undefined;
}

/** Writes a delivery for a person, in lines. */
function describeDelivery(subject: Subject): string[] {
	const { detail, looked, isMasked, keys, answer } = subject;
	const show = isMasked ? maskText : revealPrivate;
	const { envelope, payload, ruling, note } = looked;
	const row = (name: string, value: string | undefined) =>
		value === undefined ? [] : [[name, plain(show(value))]];
	/** A value that is masked already. */
	const line = (name: string, value: string | undefined) =>
		value === undefined ? [] : [[name, plain(value)]];
	const headers = Object.entries(maskIf(isMasked, envelope?.headers ?? {}));
	return [
		...formatTable([
			["id", plain(detail.id)],
			["state", stateOf(detail)],
			...row("route", detail.route),
			...row("", looked.isRouteGone ? describeGone(detail) : undefined),
			...row("kind", detail.kind),
			...row("webhook", envelope && webhookOf(envelope)),
			...row("edited from", envelope?.editedFrom),
			...line("child of", parentIdOf(detail.id)),
			...row("query", envelope && queryOf(envelope, isMasked)),
			...(isMasked ? [] : row("body", undecoded(subject))),
			...row("client", envelope?.client),
			...line(
				"answered",
				answer && [answer.status, answer.type].filter(Boolean).join(" "),
			),
			["received", toTime(detail.receivedAt)],
			["changed", toTime(detail.updatedAt)],
			...row(
				"due",
				detail.dueAt === undefined ? undefined : toTime(detail.dueAt),
			),
			...line("order key", keys.orderKey),
			...line("dedupe key", keys.dedupeKey),
			["size", `${detail.sizeBytes} bytes`],
			...row("reason", detail.reason),
			...row("release", ruling && describeRuling(ruling)),
		]),
		...section("Children:", describeChildren(subject.children)),
		...section(
			"Headers:",
			headers.map(([name, value]) => `  ${plain(`${name}: ${String(value)}`)}`),
		),
		...section("Payload:", toLines(toShown(payload, subject))),
		...section("Answer:", answer === undefined ? [] : describeAnswer(answer)),
		"",
		...describeAttempts(detail, show, subject.children.length > 0),
		...section("Actions:", describeActions(detail, show)),
		"",
		...describeExplained(subject, show),
		...(note === undefined ? [] : [`Not explained: ${note}.`]),
	];
}

/** Makes the same for a program to read. */
function toDeliveryReport(subject: Subject): Readonly<Record<string, unknown>> {
	const { detail, looked, context, isMasked } = subject;
	const { envelope, payload, explained, ruling, note } = looked;
	const show = isMasked ? maskText : revealPrivate;
	const { body } = detail;
	return {
		...toRowReport(detail, show, subject.keys),
		webhook:
			envelope === undefined
				? null
				: {
						method: envelope.method,
						path: show(envelope.path),
						query: isMasked ? masked(envelope.query) : envelope.query,
						client: envelope.client ?? null,
						headers: maskIf(isMasked, envelope.headers),
						params: maskIf(isMasked, envelope.params),
						claims: maskIf(isMasked, envelope.claims, OF_CLAIMS),
						handedOn: envelope.handedOn,
					},
		payload: toShown(payload, subject) ?? null,
		answer: toAnswerReport(subject.answer),
		body:
			isMasked || body === undefined
				? null
				: Buffer.from(body).toString("base64"),
		history: detail.history.map(
			({ attempt, startedAt, durationMs, outcome, reason, stack }) => ({
				attempt,
				startedAt: toTime(startedAt),
				durationMs,
				outcome,
				reason: reason === undefined ? null : show(reason),
				stack: stack === undefined ? null : show(stack),
			}),
		),
		actions: (detail.actions ?? []).map(({ action, at, actor, reason }) => ({
			action,
			at: toTime(at),
			actor: actor ?? null,
			reason: reason === undefined ? null : show(reason),
		})),
		editedFrom: envelope?.editedFrom ?? null,
		children: subject.children.map(toChildReport),
		explanation:
			explained === undefined || context === undefined
				? null
				: showTexts(
						toReport(
							maskedSample(explained.sample, isMasked),
							{ ...explained.explanation, payload: undefined },
							context,
						),
						show,
					),
		isRouteGone: looked.isRouteGone,
		release: ruling === undefined ? null : describeRulingFor(ruling, show),
		note: note ?? null,
	};
}

/** Returns the bytes of a body that could not be decoded. Undefined if there is a payload or no body. */
function undecoded({ detail, looked }: Subject): string | undefined {
	const { body } = detail;
	if (looked.payload !== undefined || body === undefined) return undefined;
	return body.length === 0 ? undefined : Buffer.from(body).toString("latin1");
}

/** Describes the consequence of a missing route for a delivery. */
function describeGone({ state }: DeliveryDetail): string {
	const gone = "no route has this name";
	switch (state) {
		case "quarantined":
			return gone;
		case "delivered":
		case "dead":
			return `${gone}. If you replay it, it waits until one does`;
		default:
			return `${gone}. It waits until one does`;
	}
}

function section(title: string, lines: readonly string[]): string[] {
	return lines.length === 0 ? [] : ["", title, ...lines];
}

/** A redacted delivery has neither. */
function webhookOf({ method, path }: Envelope): string | undefined {
	return method === "" && path === "" ? undefined : `${method} ${path}`;
}

function describeRuling(ruling: Ruling): string {
	return ruling.as === "released"
		? `would go to ${ruling.to.route}`
		: `refused now: ${ruling.why}`;
}

function describeRulingFor(ruling: Ruling, show: (text: string) => string) {
	return ruling.as === "released"
		? { as: ruling.as, route: ruling.to.route }
		: { as: ruling.as, why: show(ruling.why) };
}

/** Omits the payload, which is already shown above. */
function describeExplained(
	{ looked: { explained }, context, isMasked }: Subject,
	show: (text: string) => string,
): string[] {
	if (explained === undefined || context === undefined) return [];
	const lines = describeExplanation(
		maskedSample(explained.sample, isMasked),
		{ ...showReasons(explained.explanation, show), payload: undefined },
		context,
	);
	return [
		"With the current configuration:",
		...lines.map((line) => plain(show(line))),
	];
}

/** Returns the query. Undefined if there is none. */
function queryOf(
	{ query }: { readonly query: string },
	isMasked: boolean,
): string | undefined {
	return (isMasked ? masked(query) : query) || undefined;
}

/** Masks the query of a sample, since it may be a payload too. */
function maskedSample<S extends { readonly query: string }>(
	sample: S,
	isMasked: boolean,
): S {
	return isMasked ? { ...sample, query: masked(sample.query) } : sample;
}

function masked(text: string): string {
	return text === "" ? "" : hideAll(text);
}

function toLines(shown: unknown): string[] {
	if (shown === undefined) return [];
	return escapeHiddenInJson(JSON.stringify(shown, null, 2)).split("\n");
}

/** Masks a payload as its kind says. */
function toShown(
	payload: unknown,
	{ isMasked, privacy }: Pick<Subject, "isMasked" | "privacy">,
): unknown {
	return isMasked ? maskAny(payload, privacy) : payload;
}

function toAnswerReport(answer: ShownAnswer | undefined) {
	if (answer === undefined) return null;
	const { status, type, body, note } = answer;
	return {
		status,
		type: type ?? null,
		body: body ?? null,
		note: note ?? null,
	};
}

function maskIf(
	isMasked: boolean,
	fields: object,
	privacy?: Privacy,
): Readonly<Record<string, unknown>> {
	return isMasked ? maskPayload(fields, privacy) : { ...fields };
}
