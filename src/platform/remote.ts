/** Settings of an account, as the platform tells them. */
export interface RemoteAccount {
	readonly moCallBackUrl: string;
	readonly drCallBackUrl: string;
}

/** A virtual number of an account, as the platform tells it. Texts that are not set are empty. */
export interface RemoteNumber {
	readonly country: string;
	readonly msisdn: string;
	readonly features: readonly string[];
	readonly moHttpUrl: string;
	readonly voiceCallbackType: string;
	readonly voiceCallbackValue: string;
	readonly messagesCallbackType: string;
	readonly messagesCallbackValue: string;
	/** The id of the application that it is linked to. */
	readonly appId: string;
}

/** An application of an account, as the platform tells it. */
export interface RemoteApplication {
	/** In lower case. */
	readonly id: string;
	readonly name: string;
	/** Its JSON, every character as it came. */
	readonly text: string;
	/** The same as plain data. */
	readonly value: Readonly<Record<string, unknown>>;
}

/** Everything that was read of an account. */
export interface Remote {
	/** Undefined where it was not read. */
	readonly account: RemoteAccount | undefined;
	/** Undefined where they were not read. */
	readonly numbers: readonly RemoteNumber[] | undefined;
	/** By id; undefined where they were not read. */
	readonly applications: ReadonlyMap<string, RemoteApplication> | undefined;
}

/** Names a number among all of an account: two countries may have the same digits. */
export function numberKey({
	country,
	msisdn,
}: Pick<RemoteNumber, "country" | "msisdn">): string {
	return `${country} ${msisdn}`;
}

/** The id of the application that a number is linked to, in lower case; empty for none. */
export function applicationOf(number: RemoteNumber): string {
	const { appId, voiceCallbackType, voiceCallbackValue } = number;
	// The older way, from before `app_id`.
	const older = voiceCallbackType === "app" ? voiceCallbackValue : "";
	return (appId === "" ? older : appId).toLowerCase();
}
