/** The callee of `connect`. `type` is its form. */
export type Endpoint =
	| PhoneEndpoint
	| AppEndpoint
	| WebsocketEndpoint
	| SipEndpoint
	| VbcEndpoint;

/** A telephone. */
export interface PhoneEndpoint {
	readonly type: "phone";
	/** E.164 without +, 7 to 15 digits. */
	readonly number: string;
	/** Keys pressed when it answers; p waits 500 ms. */
	readonly dtmfAnswer?: string | undefined;
	/** The `url` answers with the NCCO that the callee hears first. */
	readonly onAnswer?:
		| {
				readonly url: string;
				readonly ringbackTone?: string | readonly string[] | undefined;
		  }
		| undefined;
	/** STIR/SHAKEN identity header. */
	readonly shaken?: string | undefined;
}

/** A user of the application. */
export interface AppEndpoint {
	readonly type: "app";
	readonly user: string;
}

/** A websocket that receives the audio. */
export interface WebsocketEndpoint {
	readonly type: "websocket";
	/** ws or wss URL. */
	readonly uri: string;
	/** `audio/l16;rate=` and 8000, 16000 (default) or 24000. */
	readonly "content-type"?: string | undefined;
	/** At most 512 bytes. */
	readonly headers?: Readonly<Record<string, unknown>> | undefined;
	readonly authorization?:
		| { readonly type: "vonage" }
		| { readonly type: "custom"; readonly value: string }
		| undefined;
}

/** A SIP address: `uri`, or `user` and `domain`. */
export interface SipEndpoint {
	readonly type: "sip";
	readonly uri?: string | undefined;
	readonly user?: string | undefined;
	readonly domain?: string | undefined;
	/** Sent as `X-…` headers. */
	readonly headers?:
		| Readonly<Record<string, string | number | boolean>>
		| undefined;
	readonly standardHeaders?:
		| { readonly "User-to-User"?: string | undefined }
		| undefined;
}

/** An extension of Vonage Business. */
export interface VbcEndpoint {
	readonly type: "vbc";
	readonly extension: string;
}
