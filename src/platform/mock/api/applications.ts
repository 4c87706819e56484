import { generateKeyPair, randomUUID } from "node:crypto";
import { promisify } from "node:util";
import {
	type Answer,
	answerInvalid,
	answerJson,
	answerProblem,
} from "../answer.ts";
import {
	formatJson,
	getAt,
	type Json,
	type JsonObject,
	leafOf,
	parseJson,
	toJson,
} from "../json.ts";
import { Application } from "../state/state.ts";
import type { Call, Endpoint } from "./api.ts";
import { checkApplication } from "./check-application.ts";

/** All applications of an account, by pages of HAL, and new ones. Source: Application API 2.4.1. */
export const APPLICATIONS: Endpoint = {
	path: /^\/v2\/applications\/?$/,
	style: "problem",
	methods: { GET: listApplications, POST: createApplication },
	isWrite: (method) => method !== "GET",
};

/** One application. An update replaces all of it but the keys. Source: Application API 2.4.1. */
export const APPLICATION: Endpoint = {
	path: /^\/v2\/applications\/([^/]+)$/,
	style: "problem",
	methods: {
		GET: getApplication,
		PUT: updateApplication,
		DELETE: deleteApplication,
	},
	isWrite: (method) => method !== "GET",
};

// --- helpers ---

const PAGE_SIZE_MAX = 100;

const BASE = "/v2/applications";

function listApplications(call: Call): Answer {
	const refused = refuseAccept(call);
	if (refused !== undefined) return refused;
	const { query, account } = call;
	const size = readBetween(query.get("page_size"), 10, PAGE_SIZE_MAX);
	const page = readBetween(query.get("page"), 1, Number.MAX_SAFE_INTEGER);
	if (size === undefined || page === undefined) {
		return answerInvalid("list-validation", [
			...(size === undefined
				? [
						{
							name: "page_size",
							reason: `must be between 1 and ${PAGE_SIZE_MAX}`,
						},
					]
				: []),
			...(page === undefined
				? [{ name: "page", reason: "must be at least 1" }]
				: []),
		]);
	}
	const total = account.applications.length;
	const pages = Math.ceil(total / size);
	const shown = account.applications.slice((page - 1) * size, page * size);
	const link = (to: number) => ({
		href: `${BASE}?page_size=${size}&page=${to}`,
	});
	const body = toJson({
		page_size: size,
		page,
		total_items: total,
		total_pages: pages,
	}) as JsonObject;
	body.set("_embedded", new Map([["applications", shown.map(toShown)]]));
	body.set(
		"_links",
		toJson({
			self: link(page),
			first: link(1),
			last: link(Math.max(1, pages)),
			...(page > 1 && { prev: link(page - 1) }),
			...(page < pages && { next: link(page + 1) }),
		}),
	);
	return answerJson(200, formatJson(body));
}

async function createApplication(call: Call): Promise<Answer> {
	const body = readApplication(call);
	if (!(body instanceof Map)) return body;
	const given = leafOf(getAt(body, ["keys", "public_key"]));
	if (!body.has("privacy")) body.set("privacy", toJson({ improve_ai: true }));
	let shown: JsonObject | undefined;
	const application = new Application(randomUUID(), body);
	if (typeof given !== "string") {
		const pair = await promisify(generateKeyPair)("rsa", KEY_FORMAT);
		const { publicKey: public_key, privateKey: private_key } = pair;
		body.set("keys", toJson({ public_key }));
		shown = toShown(application);
		// Nobody sees it again.
		shown.set("keys", toJson({ public_key, private_key }));
	}
	call.account.applications.push(application);
	return answerJson(201, formatJson(shown ?? toShown(application)), {
		isChange: true,
	});
}

const KEY_FORMAT = {
	modulusLength: 2048,
	publicKeyEncoding: { type: "spki", format: "pem" },
	privateKeyEncoding: { type: "pkcs8", format: "pem" },
} as const;

function getApplication(call: Call): Answer {
	const refused = refuseAccept(call);
	if (refused !== undefined) return refused;
	const application = call.account.application(call.id);
	if (application === undefined) return answerMissing(call);
	return answerJson(200, formatJson(toShown(application)));
}

function updateApplication(call: Call): Answer {
	const application = call.account.application(call.id);
	if (application === undefined) return answerMissing(call);
	const body = readApplication(call);
	if (!(body instanceof Map)) return body;
	const { body: before } = application;
	const keys = before.get("keys");
	if (!body.has("keys") && keys !== undefined) body.set("keys", keys);
	application.body =
		call.quirks.applicationLeftOut === "keep" ? keepRest(before, body) : body;
	return answerJson(200, formatJson(toShown(application)), { isChange: true });
}

function deleteApplication(call: Call): Answer {
	if (call.account.application(call.id) === undefined) {
		return answerMissing(call);
	}
	call.account.removeApplication(call.id);
	return { status: 204, isChange: true };
}

/** Reads and checks the application of a body, with the defaults of the platform; or says why it is none. */
function readApplication(call: Call): JsonObject | Answer {
	const refused = refuseAccept(call);
	if (refused !== undefined) return refused;
	const type = call.headers["content-type"] ?? "";
	if (!/^application\/json\s*(;|$)/i.test(type)) {
		return answerProblem(
			415,
			"The Content-Type header must be application/json",
			{ note: `the content type is \`${type}\`` },
		);
	}
	let body: Json;
	try {
		body = parseJson(call.body);
	} catch {
		return answerProblem(400, "The body is not JSON", {
			type: "#invalid-json",
		});
	}
	if (!(body instanceof Map)) {
		return answerProblem(400, "The body is not a JSON object", {
			type: "#invalid-json",
		});
	}
	const invalid = checkApplication(body);
	if (invalid.length > 0) return answerInvalid("payload-validation", invalid);
	body.delete("id");
	body.delete("_links");
	const keys = body.get("keys");
	if (keys instanceof Map) keys.delete("private_key");
	for (const capability of ["voice", "rtc"]) {
		const found = getAt(body, ["capabilities", capability]);
		if (found instanceof Map && !found.has("signed_callbacks")) {
			found.set("signed_callbacks", { raw: "true" });
		}
	}
	return body;
}

function refuseAccept({ headers }: Call): Answer | undefined {
	const { accept = "*/*" } = headers;
	return /\*\/\*|application\/(\*|json|hal\+json)/i.test(accept)
		? undefined
		: answerProblem(406, "The Accept header must allow application/json", {
				note: `Accept is \`${accept}\``,
			});
}

function answerMissing({ id }: Call): Answer {
	return answerProblem(404, `The application ${id} could not be found`);
}

function toShown({ id, body }: Application): JsonObject {
	return new Map<string, Json>([
		["id", toJson(id)],
		...body,
		["_links", toJson({ self: { href: `${BASE}/${id}` } })],
	]);
}

/** Adds the parts and capabilities that only `before` has. */
function keepRest(before: JsonObject, body: JsonObject): JsonObject {
	const kept: JsonObject = new Map([...before, ...body]);
	const was = before.get("capabilities");
	const is = body.get("capabilities");
	if (was instanceof Map && is instanceof Map) {
		kept.set("capabilities", new Map([...was, ...is]));
	}
	return kept;
}

/** Reads a whole number from 1 to `max`; undefined for another text. */
function readBetween(
	text: string | null,
	absent: number,
	max: number,
): number | undefined {
	if (text === null) return absent;
	const number = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
	return number !== undefined && number <= max ? number : undefined;
}
