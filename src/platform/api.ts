import { isRecord } from "../event/is-record.ts";
import type { Client } from "./client.ts";
import { PlatformFault } from "./fault.ts";
import { itemTextsAt } from "./json-text.ts";
import type {
	RemoteAccount,
	RemoteApplication,
	RemoteNumber,
} from "./remote.ts";

/** The parameters of an account to write. Omitted ones are not changed. */
export interface AccountUpdate {
	readonly moCallBackUrl?: string;
	readonly drCallBackUrl?: string;
	readonly httpForwardMethod?: string;
}

/** The parameters of a number as they are sent. The platform clears omitted ones. */
export type NumberUpdate = Readonly<Record<string, string>>;

/** Reads the settings of an account. There is no GET: a POST without parameters changes nothing and returns them. */
export async function readAccount(client: Client): Promise<RemoteAccount> {
	return writeAccount(client, {}, "read the settings of the account");
}

/** Writes settings of an account, and returns the settings that the platform reports. */
export async function writeAccount(
	client: Client,
	update: AccountUpdate,
	doing = "write the settings of the account",
): Promise<RemoteAccount> {
	const text = await client.call({
		method: "POST",
		host: "rest",
		path: "/account/settings",
		form: { ...update },
		doing,
	});
	const body = parse(text, doing);
	return {
		moCallBackUrl: textOf(body["mo-callback-url"]),
		drCallBackUrl: textOf(body["dr-callback-url"]),
	};
}

/** Reads every number of an account, 100 a call. */
export async function readNumbers(client: Client): Promise<RemoteNumber[]> {
	const found = new Map<string, RemoteNumber>();
	for (let index = 1; ; index += 1) {
		const { count, numbers } = await readPage(
			client,
			`size=${PAGE_SIZE}&index=${index}`,
		);
		for (const number of numbers) {
			found.set(`${number.country} ${number.msisdn}`, number);
		}
		if (numbers.length === 0 || index * PAGE_SIZE >= count) break;
	}
	return [...found.values()];
}

/** Reads one number. Undefined if the account no longer has it. */
export async function readNumber(
	client: Client,
	{ country, msisdn }: Pick<RemoteNumber, "country" | "msisdn">,
): Promise<RemoteNumber | undefined> {
	const query = new URLSearchParams({
		country,
		pattern: msisdn,
		search_pattern: "0",
		size: "100",
		index: "1",
	});
	const { numbers } = await readPage(client, query.toString());
	return numbers.find(
		(one) => one.country === country && one.msisdn === msisdn,
	);
}

/** Writes a number. */
export async function writeNumber(
	client: Client,
	update: NumberUpdate,
): Promise<void> {
	await client.call({
		method: "POST",
		host: "rest",
		path: "/number/update",
		form: update,
		doing: `write the number ${update.msisdn}`,
	});
}

/** Reads every application of an account, 100 a call. */
export async function readApplications(
	client: Client,
): Promise<Map<string, RemoteApplication>> {
	const doing = "list the applications";
	const found = new Map<string, RemoteApplication>();
	for (let page = 1; ; page += 1) {
		const text = await client.call({
			method: "GET",
			host: "api",
			path: `/v2/applications?page_size=${PAGE_SIZE}&page=${page}`,
			doing,
		});
		const body = parse(text, doing);
		const texts = itemTextsAt(text, ["_embedded", "applications"]);
		for (const one of texts) {
			const application = toApplication(one, doing);
			found.set(application.id, application);
		}
		const pages = Number(body.total_pages ?? 1);
		if (texts.length === 0 || page >= pages) break;
	}
	return found;
}

/** Reads one application. */
export async function readApplication(
	client: Client,
	id: string,
): Promise<RemoteApplication> {
	const doing = `read the application ${id}`;
	const text = await client.call({
		method: "GET",
		host: "api",
		path: `/v2/applications/${id}`,
		doing,
	});
	return toApplication(text, doing);
}

/** Writes an application. The text is the complete application, because the platform clears omitted parts. */
export async function writeApplication(
	client: Client,
	id: string,
	text: string,
): Promise<void> {
	await client.call({
		method: "PUT",
		host: "api",
		path: `/v2/applications/${id}`,
		json: text,
		doing: `write the application ${id}`,
	});
}

// --- helpers ---

/** The most that the platform gives at once. */
const PAGE_SIZE = 100;

async function readPage(
	client: Client,
	query: string,
): Promise<{ count: number; numbers: RemoteNumber[] }> {
	const doing = "list the numbers";
	const text = await client.call({
		method: "GET",
		host: "rest",
		path: `/account/numbers?${query}`,
		doing,
	});
	// An account without numbers has an empty object.
	const { count = 0, numbers = [] } = parse(text, doing);
	if (!Array.isArray(numbers)) throw malformed(doing);
	return { count: Number(count), numbers: numbers.map(toNumber) };
}

function toNumber(value: unknown): RemoteNumber {
	if (!isRecord(value)) throw malformed("list the numbers");
	const { features } = value;
	return {
		country: textOf(value.country),
		msisdn: textOf(value.msisdn),
		features: Array.isArray(features) ? features.map(String) : [],
		moHttpUrl: textOf(value.moHttpUrl),
		voiceCallbackType: textOf(value.voiceCallbackType),
		voiceCallbackValue: textOf(value.voiceCallbackValue),
		messagesCallbackType: textOf(value.messagesCallbackType),
		messagesCallbackValue: textOf(value.messagesCallbackValue),
		appId: textOf(value.app_id),
	};
}

function toApplication(text: string, doing: string): RemoteApplication {
	const value = parse(text, doing);
	if (typeof value.id !== "string") throw malformed(doing);
	return {
		id: value.id.toLowerCase(),
		name: textOf(value.name),
		text,
		value,
	};
}

function parse(text: string, doing: string): Readonly<Record<string, unknown>> {
	try {
		const body: unknown = JSON.parse(text);
		if (isRecord(body)) return body;
	} catch {
		// Told below.
	}
	throw malformed(doing);
}

function malformed(doing: string): PlatformFault {
	return new PlatformFault(
		"answer",
		`The platform was asked to ${doing}, and its answer is not of the documented form. Check \`hosts\` in \`platform\`.`,
	);
}

function textOf(value: unknown): string {
	return value === undefined || value === null ? "" : String(value);
}
