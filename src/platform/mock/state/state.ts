import { randomUUID } from "node:crypto";
import {
	formatJson,
	type Json,
	type JsonObject,
	mergePatch,
	toJson,
	toValue,
} from "../json.ts";

/** An account as a test or a state file writes it. */
export interface AccountInput {
	readonly apiKey: string;
	readonly apiSecret: string;
	/** True for credentials that may only read; default false. */
	readonly isReadOnly?: boolean;
	readonly settings?: Partial<AccountSettings>;
	readonly numbers?: readonly NumberInput[];
	/** Each with a `name`, and an `id` where it has to be known. */
	readonly applications?: readonly ApplicationInput[];
}

export type NumberInput = Partial<OwnedNumber> &
	Pick<OwnedNumber, "country" | "msisdn">;

/** An application as the API shows it: plain data, or JSON whose spelling is kept. */
export type ApplicationInput = Readonly<Record<string, unknown>> | JsonObject;

/** The settings of an account; an empty text is none. */
export interface AccountSettings {
	moCallBackUrl: string;
	drCallBackUrl: string;
	/** Written, and never read. */
	httpForwardMethod: string;
}

/** A number of an account. Other keys, such as `limitations`, are shown as they are. */
export interface OwnedNumber {
	country: string;
	msisdn: string;
	type: string;
	features: string[];
	app_id?: string;
	moHttpUrl?: string;
	/** Written, and never read. */
	moSmppSysType?: string;
	voiceCallbackType?: string;
	voiceCallbackValue?: string;
	/** Written, and never read. */
	voiceStatusCallback?: string;
	messagesCallbackType?: string;
	messagesCallbackValue?: string;
	[other: string]: unknown;
}

/** An application, whose JSON is kept as it was written. */
export class Application {
	readonly id: string;
	/** All but `id` and `_links`. */
	body: JsonObject;

	constructor(id: string, body: JsonObject) {
		this.id = id;
		this.body = body;
	}

	/** The application as plain data. */
	get value(): Readonly<Record<string, unknown>> {
		return toValue(this.body) as Readonly<Record<string, unknown>>;
	}

	/** The application as JSON, spelled as it came. */
	get text(): string {
		return formatJson(this.body);
	}

	/** Changes what a merge patch (RFC 7396) names, as an edit in the dashboard does; null removes a key. */
	patch(change: Readonly<Record<string, unknown>> | JsonObject): void {
		mergePatch(this.body, change instanceof Map ? change : asObject(change));
	}
}

/** An account of the mock. */
export class Account {
	readonly apiKey: string;
	readonly apiSecret: string;
	readonly isReadOnly: boolean;
	readonly settings: AccountSettings;
	readonly numbers: OwnedNumber[];
	readonly applications: Application[];

	constructor(input: AccountInput) {
		const { apiKey, apiSecret, isReadOnly = false } = input;
		this.apiKey = apiKey;
		this.apiSecret = apiSecret;
		this.isReadOnly = isReadOnly;
		this.settings = { ...NO_SETTINGS, ...input.settings };
		this.numbers = (input.numbers ?? []).map((number) => ({
			...structuredClone({
				type: "mobile-lvn",
				features: ["SMS", "VOICE"],
				...number,
			}),
		}));
		this.applications = (input.applications ?? []).map(toApplication);
	}

	number(msisdn: string): OwnedNumber | undefined {
		return this.numbers.find((number) => number.msisdn === msisdn);
	}

	/** Finds an application by its UUID, in whichever case it is written. */
	application(id: string): Application | undefined {
		const wanted = id.toLowerCase();
		return this.applications.find((one) => one.id.toLowerCase() === wanted);
	}

	/** Removes an application, and its link from every number. */
	removeApplication(id: string): void {
		const found = this.application(id);
		if (found === undefined) return;
		this.applications.splice(this.applications.indexOf(found), 1);
		for (const number of this.numbers) {
			if (number.app_id?.toLowerCase() === found.id.toLowerCase()) {
				delete number.app_id;
			}
		}
	}
}

/** The platform as it stands: its accounts, which tests look at and change. */
export class PlatformState {
	readonly accounts: Account[] = [];

	constructor(accounts: readonly AccountInput[]) {
		this.replace(accounts);
	}

	/** Returns an account by its key. Throws Error for one that is not there. */
	account(apiKey: string): Account {
		const found = this.find(apiKey);
		if (found === undefined) throw new Error(`there is no account ${apiKey}`);
		return found;
	}

	find(apiKey: string): Account | undefined {
		return this.accounts.find((account) => account.apiKey === apiKey);
	}

	/** Puts other accounts in the place of all that are there. */
	replace(accounts: readonly AccountInput[]): void {
		this.accounts.length = 0;
		for (const account of accounts) this.accounts.push(new Account(account));
	}
}

// --- helpers ---

const NO_SETTINGS: AccountSettings = {
	moCallBackUrl: "",
	drCallBackUrl: "",
	httpForwardMethod: "",
};

function toApplication(input: ApplicationInput): Application {
	const body = new Map(asObject(input));
	const id = body.get("id");
	body.delete("id");
	body.delete("_links");
	return new Application(
		id === undefined ? randomUUID() : String(toValue(id)),
		body,
	);
}

function asObject(input: ApplicationInput): JsonObject {
	const json: Json = input instanceof Map ? input : toJson(input);
	if (json instanceof Map) return json;
	throw new TypeError("an application is an object");
}
