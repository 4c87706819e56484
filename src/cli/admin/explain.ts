import { AdminProblem } from "../../admin/problem.ts";
import type { WebhookToExplain } from "../../admin/router.ts";
import {
	type ExplanationReport,
	showReasons,
	toReport,
} from "../../desk/explained/report.ts";
import { isRecord } from "../../event/is-record.ts";
import type { Encoding, Payload } from "../../event/webhook.ts";
import { parseAddress } from "../../gate/address.ts";
import type { InboxStore } from "../../inbox/port/store.ts";
import type { Kind } from "../../kind/kind.ts";
import { revealPrivate } from "../../observe/private-text.ts";
import { explain } from "../../runtime/explain/explain.ts";
import { readPresent } from "../../runtime/inbox/present.ts";
import { INTERNAL_HEADER } from "../../runtime/request/internal.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { CannotRun } from "../io.ts";
import {
	encodePayload,
	pickEncoding,
	type Request,
} from "../request/encode.ts";
import { addToRequest } from "../request/sample.ts";
import {
	findKind,
	findPlace,
	type Known,
	unknownKind,
} from "../request/target.ts";
import {
	findKnown,
	makeRequest,
	orProblem,
	type SendGround,
	signFor,
	toOptions,
} from "./send.ts";

/** The router that explains a webhook. */
export interface ExplainGround extends SendGround {
	readonly runtime: Runtime;
	/** Undefined if nothing is stored. */
	readonly store: InboxStore | undefined;
}

/** Explains a webhook, like the command `explain`. Throws an `AdminProblem` for one that cannot be made. */
export async function explainWebhook(
	webhook: WebhookToExplain,
	ground: ExplainGround,
): Promise<ExplanationReport> {
	const { payload, ...bare } = webhook;
	const { from } = bare;
	const { runtime, settings, store } = ground;
	if (from !== undefined && parseAddress(from) === undefined)
		throw new AdminProblem("bad-request", "`from` is not an IP address.");
	const request = await orProblem("bad-request", () =>
		payload === undefined
			? makeRequest(bare, ground)
			: pastedRequest(webhook, readPayload(payload), ground),
	);
	if (INTERNAL_HEADER in request.headers)
		throw new AdminProblem(
			"bad-request",
			"The route is internal: no request reaches it, and no gate decides.",
		);
	const { authorization: _, ...unsigned } = request.headers;
	const sample = {
		...request,
		headers: webhook.unsigned === true ? unsigned : request.headers,
		peer: from,
		receivedAt: Date.now(),
	};
	// The values are those that the client sent.
	const explanation = showReasons(explain(runtime, sample), revealPrivate);
	return toReport(sample, explanation, {
		settings,
		cwd: settings.folder,
		...(store !== undefined && { present: await readPresent(store) }),
	});
}

// --- helpers ---

/** Makes the request of a payload that somebody pasted. Throws CannotRun. */
async function pastedRequest(
	webhook: WebhookToExplain,
	{ payload, encodings }: Pasted,
	ground: ExplainGround,
): Promise<Request> {
	const { to, as, unsigned } = webhook;
	const known = await findKnown(webhook, ground);
	const kind = kindOf(webhook, payload, known);
	const options = toOptions(webhook);
	const place = findPlace(to, kind, { known, params: options.param });
	const encoding = as ?? pickEncoding(encodings, place);
	const request = addToRequest(
		encodePayload(payload, encoding, place),
		options,
	);
	return unsigned === true ? request : signFor(request, webhook, ground);
}

/** A payload, and the encodings that it may have, the likeliest first. */
interface Pasted {
	readonly payload: Payload;
	readonly encodings: readonly Encoding[];
}

const OBJECT = ["json", "form", "query"] as const;
const FIELDS = ["form", "query", "json"] as const;

/** Parses what was pasted: JSON, or the text of a form or a query. Throws an `AdminProblem`. */
function readPayload(pasted: Payload | string): Pasted {
	if (typeof pasted !== "string") return { payload: pasted, encodings: OBJECT };
	const text = pasted.trim();
	try {
		const payload: unknown = JSON.parse(text);
		if (isRecord(payload)) return { payload, encodings: OBJECT };
	} catch {
		// It may be a form or a query.
		const fields = text.replace(/^\?/, "");
		if (/^[^\s={}[\]]+=/.test(fields)) {
			const payload = Object.fromEntries(new URLSearchParams(fields));
			return { payload, encodings: FIELDS };
		}
	}
	throw new AdminProblem(
		"bad-request",
		"The payload cannot be read. Expected a JSON object, a form or a query.",
	);
}

function kindOf(
	{ kind: name, to }: WebhookToExplain,
	payload: Payload,
	known: Known,
): Kind {
	if (name !== undefined) {
		const named = findKind(name, known);
		if (named === undefined) throw unknownKind(name, known);
		return named;
	}
	const { routes } = known;
	const ofRoute = routes.find((route) => route.name === to)?.kind;
	const kinds = [...new Set(routes.map((route) => route.kind))].sort(
		(a, b) => b.precedence - a.precedence,
	);
	const recognized = kinds.find((kind) => kind.recognizes(payload));
	// A path is asked for its methods only.
	const found =
		ofRoute ?? recognized ?? (to === undefined ? undefined : kinds[0]);
	if (found !== undefined) return found;
	throw new CannotRun(
		"no route has a kind that recognizes the payload. Name a route or a path in `to`",
	);
}
