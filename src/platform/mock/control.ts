import {
	type Answer,
	answerJson,
	answerMethod,
	answerProblem,
} from "./answer.ts";
import { formatJson, type JsonObject, parseJson, toValue } from "./json.ts";
import type { JournalEntry } from "./receive.ts";
import type { Fault } from "./rules.ts";
import type { Account, PlatformState } from "./state/state.ts";
import { toStateJson } from "./state/to-json.ts";

/** The parts that the control of a mock may use. */
export interface Control {
	readonly state: PlatformState;
	readonly journal: readonly JournalEntry[];
	fault(fault: Fault): void;
	clearFaults(): void;
	save(): Promise<void>;
}

/** Returns true for a path of the mock itself, which the platform does not have. */
export function isControl(path: string): boolean {
	return path.startsWith("/mock/");
}

/**
 * Answers a request to the mock itself, which represents the dashboard and the network: `/mock/state` shows everything,
 * including the hidden fields. A PATCH of `/mock/accounts/<key>/settings`, `…/numbers/<msisdn>` or `…/applications/<id>` is an
 * edit, as a merge patch (RFC 7396). `/mock/faults` sets faults up, and `/mock/requests` lists the received requests.
 */
export async function control(
	entry: JournalEntry,
	ground: Control,
): Promise<Answer> {
	// A page in a browser reaches loopback too, by a name of its own.
	if (!isLoopbackName(entry.headers.host ?? "")) {
		return answerProblem(403, "The mock is controlled by a loopback address");
	}
	const { method, path } = entry;
	const key = path.startsWith(ACCOUNTS) ? ACCOUNTS : path;
	const methods = PATHS[key];
	if (methods === undefined) {
		return answerProblem(404, `There is nothing at ${path}`);
	}
	const run = methods[method];
	if (run === undefined) return answerMethod(Object.keys(methods));
	let body: JsonObject = new Map();
	if (method === "POST" || method === "PATCH") {
		const read = readObject(entry);
		if (read === undefined) {
			return answerProblem(
				400,
				"The body is not a JSON object, or Content-Type is not application/json",
			);
		}
		body = read;
	}
	return run(ground, entry, body);
}

// --- helpers ---

const ACCOUNTS = "/mock/accounts/";

type Run = (
	control: Control,
	entry: JournalEntry,
	body: JsonObject,
) => Answer | Promise<Answer>;

const PATHS: Readonly<Record<string, Readonly<Record<string, Run>>>> = {
	"/mock/state": {
		GET: ({ state }) =>
			answerJson(200, formatJson(toStateJson(state, { secrets: false }))),
	},
	"/mock/requests": {
		GET: ({ journal }) => answerJson(200, JSON.stringify(journal)),
	},
	"/mock/faults": { POST: orderFault, DELETE: forgetFaults },
	[ACCOUNTS]: { PATCH: edit },
};

function orderFault(
	{ fault }: Control,
	_entry: JournalEntry,
	body: JsonObject,
): Answer {
	const read = toValue(body) as Partial<Fault>;
	if (typeof read.on !== "string" || read.answer === undefined) {
		return answerProblem(400, "A fault has `on` and `answer`", {
			note: "such as { on: 'PUT /v2/applications/*', answer: { status: 500 } }",
		});
	}
	fault(read as Fault);
	return { status: 204 };
}

function forgetFaults({ clearFaults }: Control): Answer {
	clearFaults();
	return { status: 204 };
}

/** Edits the object of a path, like a person at the dashboard. */
async function edit(
	{ state, save }: Control,
	{ path }: JournalEntry,
	patch: JsonObject,
): Promise<Answer> {
	const [apiKey = "", part, id = ""] = path.slice(ACCOUNTS.length).split("/");
	const account = state.find(apiKey);
	const isFound = account !== undefined && editPart(account, part, id, patch);
	if (!isFound) return answerProblem(404, `There is nothing at ${path}`);
	await save();
	return { status: 204 };
}

/** @returns false if there is no such part */
function editPart(
	account: Account,
	part: string | undefined,
	id: string,
	patch: JsonObject,
): boolean {
	if (part === "applications") {
		const application = account.application(id);
		application?.patch(patch);
		return application !== undefined;
	}
	const target =
		part === "settings"
			? account.settings
			: part === "numbers"
				? account.number(id)
				: undefined;
	if (target === undefined) return false;
	for (const [name, value] of Object.entries(toValue(patch) as object)) {
		if (value !== null) Object.assign(target, { [name]: value });
		else if (part === "settings") Object.assign(target, { [name]: "" });
		else delete (target as Record<string, unknown>)[name];
	}
	return true;
}

function readObject({
	headers,
	body = "",
}: JournalEntry): JsonObject | undefined {
	// A form of another site's page can send neither this type nor PATCH.
	if (
		!/^application\/(merge-patch\+)?json/i.test(headers["content-type"] ?? "")
	) {
		return undefined;
	}
	try {
		const read = parseJson(body);
		return read instanceof Map ? read : undefined;
	} catch {
		return undefined;
	}
}

function isLoopbackName(host: string): boolean {
	return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host);
}
