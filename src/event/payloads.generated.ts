// Made from schemas/*.json by `npm run generate`: change those, not this.

/** The payload of each kind, by the kind's name. */
export interface Payloads {
	/** NCCO input. */
	"ncco.input": NccoInput;
	/** NCCO recording. */
	"ncco.record": NccoRecord;
	/** NCCO audio. */
	"ncco.stream": NccoStream;
	/** SMS delivery receipt. */
	"sms.dlr": SmsDlr;
	/** Inbound SMS. */
	"sms.inbound": SmsInbound;
	/** Voice answer. */
	"voice.answer": VoiceAnswer;
	/** Voice event. */
	"voice.event": VoiceEvent;
	/** Voice fallback answer. */
	"voice.fallback-answer": VoiceFallbackAnswer;
	/** Voice transfer. */
	"voice.transfer": VoiceTransfer;
}

/**
 * A caller pressed keys or spoke, as the NCCO's `input` action asked. The answer should be the next NCCO; after an empty one the running NCCO goes on, and keys of an asynchronous input take no answer at all. The platform gives an NCCO 5 s, so a handler has 4 s by default.
 */
export interface NccoInput {
	/**
	 * The keys that were pressed: an object since 2020, text where the NCCO's `input` is written the way of 2017.
	 */
	dtmf?:
		| string
		| {
				/**
				 * The keys, `0` to `9`, `*` and `#`, up to 20; null or empty when none was pressed.
				 */
				digits?: string | null;
				/**
				 * True when the time ran out before the caller was done.
				 */
				timed_out?: boolean | null;
				[k: string]: unknown;
		  };
	/**
	 * What was said, where the NCCO asked for speech.
	 */
	speech?: {
		/**
		 * Why listening ended.
		 */
		timeout_reason?: string | null;
		/**
		 * What may have been said, the likeliest first; empty or absent when nothing was understood.
		 */
		results?:
			| {
					/**
					 * The words.
					 */
					text?: string;
					/**
					 * How sure the platform is, 0.0 to 1.0.
					 */
					confidence?: string;
					[k: string]: unknown;
			  }[]
			| null;
		/**
		 * Why there is no result.
		 */
		error?: string | null;
		/**
		 * The recording of what was said, with `saveAudio`; fetching it needs the application's token.
		 */
		recording_url?: string | null;
		[k: string]: unknown;
	};
	/**
	 * With `dtmf` as text: true when the time ran out before the caller was done.
	 */
	timed_out?: boolean;
	/**
	 * Who calls.
	 */
	from?: string;
	/**
	 * Who was called.
	 */
	to?: string;
	/**
	 * The leg of the call: a UUID, or 32 hexadecimal digits.
	 */
	uuid?: string;
	/**
	 * The conversation, which lasts as long as any leg of the call does. It begins with `CON-`; before 2018 it was a plain UUID.
	 */
	conversation_uuid?: string;
	/**
	 * When the webhook was made, ISO 8601 in UTC with milliseconds. Absent before 2018.
	 */
	timestamp?: string;
	[k: string]: unknown;
}

/**
 * A recording is finished and can be fetched: of the action `record`, of a `conversation` with `record`, or of one that a request started. The answer's body is ignored. The platform waits 10 s, so a handler has 9 s by default.
 */
export interface NccoRecord {
	/**
	 * Where the audio can be fetched; that needs the application's token.
	 */
	recording_url: string;
	/**
	 * The recording's id, which is not the id of the file in `recording_url`.
	 */
	recording_uuid: string;
	/**
	 * When the recording began, ISO 8601 in UTC; without milliseconds in most sources.
	 */
	start_time?: string;
	/**
	 * When the recording ended, in the same format.
	 */
	end_time?: string;
	/**
	 * How large the file is, in bytes.
	 */
	size?: number;
	/**
	 * The conversation, which lasts as long as any leg of the call does. It begins with `CON-`; before 2018 it was a plain UUID. The leg is not told.
	 */
	conversation_uuid?: string;
	/**
	 * When the webhook was made, ISO 8601 in UTC with milliseconds. Absent before 2018.
	 */
	timestamp?: string;
	[k: string]: unknown;
}

/**
 * The platform fetches audio that an NCCO or a request plays into a call: MP3, or WAV of 16 bits, with its content type and length. It keeps the file as long as Cache-Control allows. Nothing is told about the call. The platform waits 5 s, so a handler has 4 s by default.
 */
export interface NccoStream {
	[k: string]: unknown;
}

/**
 * What became of an SMS that you sent. One message gives several receipts, such as `accepted` and then `delivered`, and their order is not certain. A US short code's receipts only tell of the carrier.
 */
export interface SmsDlr {
	/**
	 * Who the message was sent to: a number in international format without `+`.
	 */
	msisdn?: string;
	/**
	 * The sender that the message was sent from: your number, or a sender name, which may hold blanks.
	 */
	to?: string;
	/**
	 * The platform's id of the message, as the sending request answered it: 14 to 16 hexadecimal digits, or a UUID.
	 */
	messageId: string;
	/**
	 * What became of the message; compare without regard to case.
	 */
	status: string;
	/**
	 * Why: 0 delivered, 1 unknown, 2 absent for now, 3 absent for good, 4 call barred by the user, 5 portability error, 6 rejected as spam, 7 handset busy, 8 network error, 9 illegal number, 10 illegal message, 11 unroutable, 12 destination unreachable, 13 age restriction, 14 blocked by the carrier, 15 prepaid credit used up, 50 entity filter, 51 header filter, 52 content filter, 53 consent filter, 54 regulation error, 99 general error.
	 */
	"err-code"?: string;
	/**
	 * What the message cost, a decimal number in EUR.
	 */
	price?: string;
	/**
	 * When the platform took the message, in UTC: `YYYY-MM-DD HH:MM:SS` as documented; ISO 8601 and a trailing `+0000` also occur.
	 */
	"message-timestamp"?: string;
	/**
	 * The carrier as mobile country code and network code, or its name for numbers that have none. Often absent since 2023.
	 */
	"network-code"?: string;
	/**
	 * When the carrier made the receipt, as `YYMMDDHHMM`; other lengths occur. Often absent since 2023.
	 */
	scts?: string;
	/**
	 * The key of the account that the message belongs to, 8 characters. Absent before about 2018.
	 */
	"api-key"?: string;
	/**
	 * The reference that the sending request gave, up to 100 characters.
	 */
	"client-ref"?: string;
	/**
	 * When a signed webhook was made, in seconds since the epoch.
	 */
	timestamp?: string;
	/**
	 * A random UUID of a signed webhook.
	 */
	nonce?: string;
	/**
	 * The signature of a signed webhook in hexadecimal: 32, 40, 64 or 128 digits, by the method.
	 */
	sig?: string;
	[k: string]: unknown;
}

/**
 * Someone sent an SMS to one of your numbers. A long message may come in parts, each with an id of its own and in any order: join those of the same `msisdn`, `to` and `concat-ref` by `concat-part`. The platform waits 15 s for the answer, and sends again for 24 h while it gets none.
 */
export interface SmsInbound {
	/**
	 * Who sent the message: a number in international format without `+`, or a sender name.
	 */
	msisdn: string;
	/**
	 * Your number, or short code, that the message was sent to.
	 */
	to: string;
	/**
	 * The platform's id of this message, or of this part of one: 16 or so hexadecimal digits, since about 2023 a UUID.
	 */
	messageId: string;
	/**
	 * What was written. Line breaks and blanks at its end are kept. May be absent from a binary message.
	 */
	text?: string;
	/**
	 * How the message is written.
	 */
	type: string;
	/**
	 * The first word of the text, mostly in capitals; tells the programs of a short code apart.
	 */
	keyword?: string;
	/**
	 * When the platform took the message, in UTC: `YYYY-MM-DD HH:MM:SS` as documented; ISO 8601 and a trailing `+0000` also occur.
	 */
	"message-timestamp": string;
	/**
	 * When a signed webhook was made, in seconds since the epoch.
	 */
	timestamp?: string;
	/**
	 * A random UUID of a signed webhook.
	 */
	nonce?: string;
	/**
	 * The signature of a signed webhook in hexadecimal: 32, 40, 64 or 128 digits, by the method.
	 */
	sig?: string;
	/**
	 * The key of the account that the message belongs to, 8 characters. Absent before about 2018.
	 */
	"api-key"?: string;
	/**
	 * `true` on a part of a longer message, else absent.
	 */
	concat?: string;
	/**
	 * What all parts of one message share: 0 to 65535.
	 */
	"concat-ref"?: string;
	/**
	 * How many parts the message has.
	 */
	"concat-total"?: string;
	/**
	 * Which part this is, from 1.
	 */
	"concat-part"?: string;
	/**
	 * The content of a binary message, in hexadecimal.
	 */
	data?: string;
	/**
	 * The user data header of a binary message, in hexadecimal (3GPP TS 23.040).
	 */
	udh?: string;
	[k: string]: unknown;
}

/**
 * A call is there and wants to know what to do: the answer is an NCCO. The platform gives the whole answer 5 s and then tries again, so a handler has 4 s by default, which leaves a second for the network and for a fallback.
 */
export interface VoiceAnswer {
	/**
	 * Who is called: a number in international format without `+`, a SIP URI, or a user's name.
	 */
	to?: string;
	/**
	 * Who calls: a number, or `Unknown`. Absent for a call out of an app.
	 */
	from?: string;
	/**
	 * The Client SDK user who calls, for a call out of an app.
	 */
	from_user?: string;
	/**
	 * The leg of the call: a UUID, or 32 hexadecimal digits. The same on each retry, which must get the same NCCO.
	 */
	uuid?: string;
	/**
	 * The conversation, which lasts as long as any leg of the call does. It begins with `CON-`; before 2018 it was a plain UUID.
	 */
	conversation_uuid?: string;
	/**
	 * The API host of the region that handles the call. Since 2022.
	 */
	region_url?: string;
	/**
	 * What the call comes from. Since 2023.
	 */
	endpoint_type?: string;
	/**
	 * What an app gave along when it called, as JSON.
	 */
	custom_data?:
		| {
				[k: string]: unknown;
		  }
		| string;
	[k: string]: unknown;
}

/**
 * A leg of a call changed its state. The body of the answer is ignored, except on `disconnected`, on detection of a human or a machine, and when a `connect` with `eventType: synchronous` did not get through: then an NCCO may take over, and the route says `mode: reply`. The platform waits 10 s unless the application says otherwise, so a handler has 9 s by default.
 */
export interface VoiceEvent {
	/**
	 * The leg of the call: a UUID, or 32 hexadecimal digits. Where `call_uuid` is there too, this one counts.
	 */
	uuid?: string;
	/**
	 * The leg, in place of `uuid`, when a machine or a human was detected.
	 */
	call_uuid?: string;
	/**
	 * The conversation, which lasts as long as any leg of the call does. It begins with `CON-`; before 2018 it was a plain UUID.
	 */
	conversation_uuid?: string;
	/**
	 * What happened to the leg: `started` created, `ringing`, `answered`, `busy`, `cancelled` the caller hung up first, `unanswered` not reached or declined, `disconnected` the application closed the websocket, `rejected` refused before it connected, `failed` could not be connected, `human` or `machine` detected, `timeout` the ringing timer ran out, `completed` over.
	 */
	status?: string;
	/**
	 * Which way the leg goes, as the platform sees it. Absent when a websocket was disconnected.
	 */
	direction?: string;
	/**
	 * Who calls: a number, a user's name, or `Unknown`. Absent where the platform sends null.
	 */
	from?: string;
	/**
	 * Who is called: a number, a user's name, a SIP URI, or the URL of a websocket.
	 */
	to?: string;
	/**
	 * When the webhook was made, ISO 8601 in UTC with milliseconds. Absent before 2018.
	 */
	timestamp?: string;
	/**
	 * When the leg was answered, ISO 8601 in UTC; on `completed`. Absent where the platform sends null.
	 */
	start_time?: string;
	/**
	 * When the leg ended, ISO 8601 in UTC; on `completed`. Absent where the platform sends null.
	 */
	end_time?: string;
	/**
	 * How long the leg lasted, in seconds; on `completed`.
	 */
	duration?: string;
	/**
	 * What a minute costs, a decimal number in EUR; on `completed`. Absent where the platform sends null.
	 */
	rate?: string;
	/**
	 * What the leg cost, a decimal number in EUR; on `completed`. Absent where the platform sends null.
	 */
	price?: string;
	/**
	 * The carrier's name, or its mobile country code and network code; on `completed`. Absent where the platform sends null.
	 */
	network?: string;
	/**
	 * Why the leg was not connected, beside its status.
	 */
	detail?: string;
	/**
	 * What advanced machine detection heard of the answering machine's tone.
	 */
	sub_state?: string;
	/**
	 * Who ended the call; on `completed`, since 2023.
	 */
	disconnected_by?: string;
	/**
	 * The SIP status of the leg's end, 200 to 699. Since 2026.
	 */
	sip_code?: number;
	/**
	 * The websocket's metadata or the SIP headers of the leg; often empty.
	 */
	headers?: {
		[k: string]: unknown;
	};
	/**
	 * The Client SDK's reference of a call out of an app, on `started`.
	 */
	client_ref?: string;
	/**
	 * The same reference, by the name that it has on `answered` and `completed`.
	 */
	client_reference?: string;
	[k: string]: unknown;
}

/**
 * An answer URL, or an event URL that had to give an NCCO, failed: this one is asked instead, with the fields of the request that failed beside `reason` and `original_request`. If it fails too, a new call ends. The platform gives an NCCO 5 s, so a handler has 4 s by default.
 */
export interface VoiceFallbackAnswer {
	/**
	 * Why the first URL's answer was no use.
	 */
	reason?: string;
	/**
	 * The request that failed.
	 */
	original_request: {
		/**
		 * The URL that failed.
		 */
		url?: string;
		/**
		 * What it was for.
		 */
		type?: string;
		[k: string]: unknown;
	};
	/**
	 * Who is called: a number in international format without `+`, a SIP URI, or a user's name.
	 */
	to?: string;
	/**
	 * Who calls: a number, a user's name, or `Unknown`. Absent where the platform sends null.
	 */
	from?: string;
	/**
	 * The Client SDK user who calls, for a call out of an app.
	 */
	from_user?: string;
	/**
	 * The leg of the call: a UUID, or 32 hexadecimal digits. The same on each retry, which must get the same NCCO.
	 */
	uuid?: string;
	/**
	 * The conversation, which lasts as long as any leg of the call does. It begins with `CON-`; before 2018 it was a plain UUID.
	 */
	conversation_uuid?: string;
	/**
	 * The API host of the region that handles the call. Since 2022.
	 */
	region_url?: string;
	/**
	 * What the call comes from. Since 2023.
	 */
	endpoint_type?: string;
	/**
	 * What an app gave along when it called, as JSON.
	 */
	custom_data?:
		| {
				[k: string]: unknown;
		  }
		| string;
	/**
	 * The leg, in place of `uuid`, when a machine or a human was detected.
	 */
	call_uuid?: string;
	/**
	 * What happened to the leg: `started` created, `ringing`, `answered`, `busy`, `cancelled` the caller hung up first, `unanswered` not reached or declined, `disconnected` the application closed the websocket, `rejected` refused before it connected, `failed` could not be connected, `human` or `machine` detected, `timeout` the ringing timer ran out, `completed` over.
	 */
	status?: string;
	/**
	 * Which way the leg goes, as the platform sees it. Absent when a websocket was disconnected.
	 */
	direction?: string;
	/**
	 * When the webhook was made, ISO 8601 in UTC with milliseconds. Absent before 2018.
	 */
	timestamp?: string;
	/**
	 * When the leg was answered, ISO 8601 in UTC; on `completed`. Absent where the platform sends null.
	 */
	start_time?: string;
	/**
	 * When the leg ended, ISO 8601 in UTC; on `completed`. Absent where the platform sends null.
	 */
	end_time?: string;
	/**
	 * How long the leg lasted, in seconds; on `completed`.
	 */
	duration?: string;
	/**
	 * What a minute costs, a decimal number in EUR; on `completed`. Absent where the platform sends null.
	 */
	rate?: string;
	/**
	 * What the leg cost, a decimal number in EUR; on `completed`. Absent where the platform sends null.
	 */
	price?: string;
	/**
	 * The carrier's name, or its mobile country code and network code; on `completed`. Absent where the platform sends null.
	 */
	network?: string;
	/**
	 * Why the leg was not connected, beside its status.
	 */
	detail?: string;
	/**
	 * What advanced machine detection heard of the answering machine's tone.
	 */
	sub_state?: string;
	/**
	 * Who ended the call; on `completed`, since 2023.
	 */
	disconnected_by?: string;
	/**
	 * The SIP status of the leg's end, 200 to 699. Since 2026.
	 */
	sip_code?: number;
	/**
	 * The websocket's metadata or the SIP headers of the leg; often empty.
	 */
	headers?: {
		[k: string]: unknown;
	};
	/**
	 * The Client SDK's reference of a call out of an app, on `started`.
	 */
	client_ref?: string;
	/**
	 * The same reference, by the name that it has on `answered` and `completed`.
	 */
	client_reference?: string;
	/**
	 * The keys that were pressed: an object since 2020, text where the NCCO's `input` is written the way of 2017.
	 */
	dtmf?:
		| string
		| {
				/**
				 * The keys, `0` to `9`, `*` and `#`, up to 20; null or empty when none was pressed.
				 */
				digits?: string | null;
				/**
				 * True when the time ran out before the caller was done.
				 */
				timed_out?: boolean | null;
				[k: string]: unknown;
		  };
	/**
	 * What was said, where the NCCO asked for speech.
	 */
	speech?: {
		/**
		 * Why listening ended.
		 */
		timeout_reason?: string | null;
		/**
		 * What may have been said, the likeliest first; empty or absent when nothing was understood.
		 */
		results?:
			| {
					/**
					 * The words.
					 */
					text?: string;
					/**
					 * How sure the platform is, 0.0 to 1.0.
					 */
					confidence?: string;
					[k: string]: unknown;
			  }[]
			| null;
		/**
		 * Why there is no result.
		 */
		error?: string | null;
		/**
		 * The recording of what was said, with `saveAudio`; fetching it needs the application's token.
		 */
		recording_url?: string | null;
		[k: string]: unknown;
	};
	/**
	 * With `dtmf` as text: true when the time ran out before the caller was done.
	 */
	timed_out?: boolean;
	/**
	 * What an NCCO's `notify` sent along, when that was the request that failed.
	 */
	payload?:
		| {
				[k: string]: unknown;
		  }
		| unknown[]
		| string;
	[k: string]: unknown;
}

/**
 * A leg of a call moved to another conversation, by an NCCO's `conversation` or by a transfer request. The platform waits 10 s, so a handler has 9 s by default.
 */
export interface VoiceTransfer {
	/**
	 * The conversation that the leg left.
	 */
	conversation_uuid_from: string;
	/**
	 * The conversation that the leg is in now.
	 */
	conversation_uuid_to?: string;
	/**
	 * The leg that moved: a UUID, or 32 hexadecimal digits.
	 */
	uuid?: string;
	/**
	 * When it moved, ISO 8601 in UTC with milliseconds.
	 */
	timestamp?: string;
	/**
	 * Always `transfer`; not every source has it.
	 */
	type?: string;
	[k: string]: unknown;
}
