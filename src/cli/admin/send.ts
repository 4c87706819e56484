import { AdminProblem, type AdminProblemCode } from "../../admin/problem.ts";
import type { SentWebhook, WebhookToSend } from "../../admin/router.ts";
import type { Settings } from "../../config/settings.ts";
import { parseAddress } from "../../gate/address.ts";
import type { Kind, KindCatalog } from "../../kind/kind.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { CannotRun } from "../io.ts";
import type { Request } from "../request/encode.ts";
import { sendOverControl, withoutControl } from "../request/over-control.ts";
import {
	changePayload,
	requestOf,
	type SampleOptions,
	samplePayload,
} from "../request/sample.ts";
import { sign } from "../request/sign.ts";
import {
	findKind,
	findPlace,
	type Known,
	unknownKind,
} from "../request/target.ts";
import { toSentence } from "../sentence.ts";

/** The router that a webhook is sent to. */
export interface SendGround {
	readonly settings: Settings;
	readonly runtime: Pick<Runtime, "routes" | "table">;
	/** The path of its control socket. */
	readonly socket: string;
	/** Loads all kinds. Called only for a kind that no route has. */
	readonly loadKinds: () => Promise<KindCatalog>;
}

/** Sends a webhook over the control socket, like the command `send`. Throws an `AdminProblem` for one that cannot be made. */
export async function sendWebhook(
	webhook: WebhookToSend,
	ground: SendGround,
): Promise<SentWebhook> {
	const { from } = webhook;
	if (from !== undefined && parseAddress(from) === undefined)
		throw new AdminProblem("bad-request", "`from` is not an IP address.");
	const request = await orProblem("bad-request", () =>
		makeRequest(webhook, ground),
	);
	return orProblem("unavailable", () => send(request, from, ground.socket));
}

/** Turns the error of a command into a problem. */
export async function orProblem<T>(
	code: AdminProblemCode,
	work: () => Promise<T>,
): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof CannotRun)
			throw new AdminProblem(code, toSentence(error.message));
		throw error;
	}
}

/** Makes the request of a webhook from the example of its kind. Throws CannotRun. */
export async function makeRequest(
	webhook: WebhookToSend,
	ground: SendGround,
): Promise<Request> {
	const known = await findKnown(webhook, ground);
	const kind = kindOf(webhook, known);
	const options = toOptions(webhook);
	const place = findPlace(webhook.to, kind, { known, params: options.param });
	const payload =
		webhook.payload === undefined
			? samplePayload(kind, options, new Date())
			: changePayload(webhook.payload, kind, options);
	const sample = requestOf(kind, place, options, payload);
	return signFor(sample, webhook, ground);
}

/** Signs a request as the platform does. Throws CannotRun. */
export function signFor(
	request: Request,
	{ claims = {} }: Pick<WebhookToSend, "claims">,
	{ settings, runtime }: SendGround,
): Request {
	const claim = Object.entries(claims).map(
		([key, value]) => [key, String(value)] as const,
	);
	const ground = { routes: settings.routes, table: runtime.table };
	return sign(request, ground, { claim });
}

/** Finds the kinds and routes for a webhook. */
export async function findKnown(
	{ kind }: Pick<WebhookToSend, "kind">,
	{ runtime, loadKinds }: SendGround,
): Promise<Known> {
	const { routes, table } = runtime;
	const ofRoutes = new Map(
		routes.map((route) => [route.kind.name, route.kind]),
	);
	const kinds =
		kind === undefined || ofRoutes.has(kind) ? ofRoutes : await loadKinds();
	return { kinds, routes, table };
}

/** Reads the options of the commands from a webhook of the API. */
export function toOptions({
	set = {},
	unset = [],
	params = {},
	query = {},
	headers = {},
	as,
}: Omit<WebhookToSend, "payload">): SampleOptions {
	return {
		...(as !== undefined && { as }),
		set: Object.entries(set).map(([field, value]) => ({ field, value })),
		unset,
		query: Object.entries(query),
		param: Object.entries(params),
		header: Object.entries(headers),
	};
}

// --- helpers ---

async function send(
	request: Request,
	from: string | undefined,
	socket: string,
): Promise<SentWebhook> {
	const { response, outcome } = await sendOverControl(request, socket, from);
	if (outcome === undefined) {
		throw new AdminProblem(
			"unavailable",
			"Another program answers on the control socket of this router.",
		);
	}
	const { method, path, query, raw } = request;
	const { status, body, durationMs } = response;
	return {
		request: { method, path, query, body: Buffer.from(raw).toString() },
		response: {
			status,
			headers: withoutControl(response),
			body: body.toString(),
			ms: Math.round(durationMs * 10) / 10,
		},
		outcome,
	};
}

function kindOf({ kind: name, to }: WebhookToSend, known: Known): Kind {
	if (name === undefined) {
		const route = known.routes.find((one) => one.name === to);
		if (route !== undefined) return route.kind;
		throw new CannotRun("`to` names no route. Name a kind too");
	}
	const kind = findKind(name, known);
	if (kind === undefined) throw unknownKind(name, known);
	return kind;
}
