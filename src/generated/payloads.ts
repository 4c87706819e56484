// Made from schemas/*.json by `npm run generate`: change those, not this.

/** The payload of each kind, by the kind's name. */
export interface Payloads {
	/** Call API answer. */
	"legacy.call.answer": LegacyCallAnswer;
	/** Call API error. */
	"legacy.call.error": LegacyCallError;
	/** Call status. */
	"legacy.call.status": LegacyCallStatus;
	/** Text-To-Speech result. */
	"legacy.tts": LegacyTts;
	/** Text-To-Speech Prompt result. */
	"legacy.tts-prompt": LegacyTtsPrompt;
	/** Meetings. */
	"meetings.callback": MeetingsCallback;
	/** Inbound message, version 0.1. */
	"messages-v0.inbound": MessagesV0Inbound;
	/** Message status, version 0.1. */
	"messages-v0.status": MessagesV0Status;
	/** Inbound message. */
	"messages.inbound": MessagesInbound;
	/** Message status. */
	"messages.status": MessagesStatus;
	/** NCCO connect. */
	"ncco.connect": NccoConnect;
	/** NCCO connect, on answer. */
	"ncco.connect.onAnswer": NccoConnectOnAnswer;
	/** NCCO conversation. */
	"ncco.conversation": NccoConversation;
	/** NCCO input. */
	"ncco.input": NccoInput;
	/** NCCO notification. */
	"ncco.notify": NccoNotify;
	/** NCCO payment. */
	"ncco.pay": NccoPay;
	/** NCCO recording. */
	"ncco.record": NccoRecord;
	/** NCCO audio. */
	"ncco.stream": NccoStream;
	/** NCCO transcription. */
	"ncco.transcription": NccoTranscription;
	/** Number Insight Advanced result. */
	"ni.advanced-async": NiAdvancedAsync;
	/** Number Insight result of 2014. */
	"ni.legacy": NiLegacy;
	/** Report. */
	"reports.callback": ReportsCallback;
	/** Conversation event. */
	"rtc.event": RtcEvent;
	/** US short code delivery receipt. */
	"shortcode.dlr": ShortcodeDlr;
	/** Inbound SMS to a US short code. */
	"shortcode.inbound": ShortcodeInbound;
	/** SMS delivery receipt. */
	"sms.dlr": SmsDlr;
	/** Inbound SMS. */
	"sms.inbound": SmsInbound;
	/** AI Studio event. */
	"studio.event": StudioEvent;
	/** AI Studio Webhook node. */
	"studio.node": StudioNode;
	/** Contact centre event. */
	"vcc.event": VccEvent;
	/** Verify v2. */
	"verify2.callback": Verify2Callback;
	/** Video archive. */
	"video.archive": VideoArchive;
	/** Video broadcast. */
	"video.broadcast": VideoBroadcast;
	/** Video captions. */
	"video.captions": VideoCaptions;
	/** Video Experience Composer. */
	"video.render": VideoRender;
	/** Video session. */
	"video.session": VideoSession;
	/** Video SIP call. */
	"video.sip": VideoSip;
	/** VBC call. */
	"vis.event": VisEvent;
	/** Voice answer. */
	"voice.answer": VoiceAnswer;
	/** Voice error. */
	"voice.error": VoiceError;
	/** Voice event. */
	"voice.event": VoiceEvent;
	/** Voice fallback answer. */
	"voice.fallback-answer": VoiceFallbackAnswer;
	/** Voice transfer. */
	"voice.transfer": VoiceTransfer;
}

/** A call of the deprecated Call API was answered, or came in to a number that is set to VoiceXML: the answer is VoiceXML. What a form of that VoiceXML submits comes the same way, with field names of the author's own; a recording that it submits as `multipart/form-data` is refused with 415. Nothing was published of the platform's patience; a handler has 4 s by default, as for an NCCO. */
export interface LegacyCallAnswer {
	/** The id of the call. */
	nexmo_call_id?: string;
	/** Who calls. */
	nexmo_caller_id?: string;
	/** The id of the VoiceXML session. */
	"session.sessionid"?: string;
	/** The session that this one came out of. */
	"session.parentsessionid"?: string;
	/** The account, as the VoiceXML platform counts it. */
	"session.accountid"?: string;
	/** Who calls, as the VoiceXML platform knows it. */
	"session.callerid"?: string;
	/** Who was called, as the VoiceXML platform knows it. */
	"session.calledid"?: string;
	/** The part of the VoiceXML platform that runs the session. */
	"session.virtualplatform"?: string;
	[field: string]: unknown;
}

/** The VoiceXML of a call of the deprecated Call API could not be fetched or run. The answer may be VoiceXML that takes over. The fields were never published: any pass. On a path that it shares with other kinds it gets what they do not know. */
export interface LegacyCallError {
	[field: string]: unknown;
}

/** A call is over: one of the deprecated Call API, or one to a number that forwards to a SIP address or a phone. The answer's body is ignored. Neither patience nor retries were published. */
export interface LegacyCallStatus {
	/** The id of the call, up to 40 characters; that of an outbound call ends in `-1`. */
	"call-id"?: string;
	/** The same under the name that one library documents; the dash is what arrives. */
	call_id?: string;
	/** The number that was called. */
	to?: string;
	/** How the call ended. */
	status: string;
	/** The price of the call, a decimal number in EUR, perhaps without a zero before the point. */
	"call-price"?: string;
	/** The price per minute, a decimal number in EUR. */
	"call-rate"?: string;
	/** How long the call lasted, in seconds. */
	"call-duration"?: string;
	/** When the call was asked for, `YYYY-MM-DD HH:MM:SS`, or with slashes in the date. */
	"call-request"?: string;
	/** When the call was answered; absent when nobody did. */
	"call-start"?: string;
	/** When the call ended; absent when nobody answered. */
	"call-end"?: string;
	/** The carrier as mobile country code and network code. */
	"network-code"?: string;
	/** Which way the call went. */
	"call-direction"?: string;
	/** The call that this leg was transferred from; each leg has a webhook of its own. */
	"call-parent"?: string;
	[field: string]: unknown;
}

/** A call that reads a text out, made by the deprecated Text-To-Speech API, is over. The body is nearly that of `legacy.call.status`, which gets the webhook on a path that both share. The answer's body is ignored. Neither patience nor retries were published. */
export interface LegacyTts {
	/** The id of the call, up to 40 characters; that of an outbound call ends in `-1`. */
	"call-id"?: string;
	/** The same under the name that one library documents; the dash is what arrives. */
	call_id?: string;
	/** The number that was called. */
	to?: string;
	/** How the call ended. */
	status: string;
	/** The price of the call, a decimal number in EUR, perhaps without a zero before the point. */
	"call-price"?: string;
	/** The price per minute, a decimal number in EUR. */
	"call-rate"?: string;
	/** How long the call lasted, in seconds. */
	"call-duration"?: string;
	/** When the call was asked for, `YYYY-MM-DD HH:MM:SS`, or with slashes in the date. */
	"call-request"?: string;
	/** When the call was answered; absent when nobody did. */
	"call-start"?: string;
	/** When the call ended; absent when nobody answered. */
	"call-end"?: string;
	/** The carrier as mobile country code and network code. */
	"network-code"?: string;
	/** Which way the call went. */
	"call-direction"?: string;
	[field: string]: unknown;
}

/** A call that read a text out and asked for keys or a PIN, made by the deprecated Text-To-Speech Prompt API, is over. The answer's body is ignored. Neither patience nor retries were published. */
export interface LegacyTtsPrompt {
	/** The id of the call, up to 40 characters; that of an outbound call ends in `-1`. */
	"call-id"?: string;
	/** The same under the name that one library documents; the dash is what arrives. */
	call_id?: string;
	/** The number that was called. */
	to?: string;
	/** How the call ended. */
	status: string;
	/** The price of the call, a decimal number in EUR, perhaps without a zero before the point. */
	"call-price"?: string;
	/** The price per minute, a decimal number in EUR. */
	"call-rate"?: string;
	/** How long the call lasted, in seconds. */
	"call-duration"?: string;
	/** When the call was asked for, `YYYY-MM-DD HH:MM:SS`, or with slashes in the date. */
	"call-request"?: string;
	/** When the call was answered; absent when nobody did. */
	"call-start"?: string;
	/** When the call ended; absent when nobody answered. */
	"call-end"?: string;
	/** The carrier as mobile country code and network code. */
	"network-code"?: string;
	/** Which way the call went. */
	"call-direction"?: string;
	/** The keys that were pressed, or the PIN that was confirmed; `nothing` or `undefined` when there were none or three tries failed. */
	digits?: string;
	[field: string]: unknown;
}

/** A room of the withdrawn Meetings API expired, or a session, a participant or a recording in it changed; `event` tells which. The platform also took 204 for an answer. */
export interface MeetingsCallback {
	/** The type of event. */
	event: string;
	/** The room. */
	room_id?: string;
	/** The session. */
	session_id?: string;
	/** The recording. */
	recording_id?: string;
	/** The participant. */
	participant_id?: string;
	/** When it began, ISO 8601. */
	started_at?: string;
	/** When it ended, ISO 8601. */
	ended_at?: string;
	/** How long the recording is, in seconds. */
	duration?: number;
	/** Where the recording can be fetched. */
	url?: string;
	/** The participant's name. */
	name?: string;
	/** The participant's role. */
	type?: string;
	/** Whether the participant is the host. */
	is_host?: boolean;
	[field: string]: unknown;
}

/** Someone wrote to one of your numbers or senders, told in the nested shape of the first Messages API. */
export interface MessagesV0Inbound {
	/** The platform's id of the message. */
	message_uuid: string;
	/** Who was written to. */
	to?: {
		/** The channel. */
		type?: string | null;
		/** The number. */
		number?: string | null;
		/** The id, on Messenger and Viber. */
		id?: string | null;
		[field: string]: unknown;
	};
	/** Who wrote. */
	from?: {
		/** The channel. */
		type?: string | null;
		/** The number. */
		number?: string | null;
		/** The id, on Messenger and Viber. */
		id?: string | null;
		[field: string]: unknown;
	};
	/** When it happened, ISO 8601 in UTC; another spelling (`2020-01-01 14:00:00 UTC`) and an empty object also occur. */
	timestamp?: string | {
		[field: string]: unknown;
	};
	/** Always `inbound`; the reference leaves it out. */
	direction?: string;
	/** The message. */
	message: {
		/** The content of the message. */
		content?: {
			/** Which of the fields is there. */
			type?: string | null;
			/** The text of the message. */
			text?: string | null;
			/** The image, where `type` says so. */
			image?: {
				/** Where it can be fetched. */
				url?: string | null;
				/** A text that goes with it. */
				caption?: string | null;
				/** The name of the file. */
				name?: string | null;
				[field: string]: unknown;
			} | null;
			/** The sound, where `type` says so. */
			audio?: {
				/** Where it can be fetched. */
				url?: string | null;
				/** A text that goes with it. */
				caption?: string | null;
				/** The name of the file. */
				name?: string | null;
				[field: string]: unknown;
			} | null;
			/** The video, where `type` says so. */
			video?: {
				/** Where it can be fetched. */
				url?: string | null;
				/** A text that goes with it. */
				caption?: string | null;
				/** The name of the file. */
				name?: string | null;
				[field: string]: unknown;
			} | null;
			/** The file, where `type` says so. */
			file?: {
				/** Where it can be fetched. */
				url?: string | null;
				/** A text that goes with it. */
				caption?: string | null;
				/** The name of the file. */
				name?: string | null;
				[field: string]: unknown;
			} | null;
			/** The place, where `type` says so. */
			location?: {
				/** The latitude. */
				lat?: number | null;
				/** The longitude. */
				long?: number | null;
				/** The place's name. */
				name?: string | null;
				/** The place's address. */
				address?: string | null;
				[field: string]: unknown;
			} | null;
			/** The button that was pressed, where `type` says so. */
			button?: {
				/** The payload that you gave the button. */
				payload?: {
					[field: string]: unknown;
				} | string | null;
				/** The text on the button. */
				text?: string | null;
				[field: string]: unknown;
			} | null;
			[field: string]: unknown;
		} | null;
		/** The fields that only an SMS has. */
		sms?: {
			/** How many parts it came in. */
			num_messages?: string | null;
			[field: string]: unknown;
		} | null;
		[field: string]: unknown;
	};
	/** The price of the message. */
	usage?: {
		/** The currency. */
		currency?: string | null;
		/** The amount, a decimal number. */
		price?: string | null;
		[field: string]: unknown;
	};
	/** A reference of your own. */
	client_ref?: string;
	[field: string]: unknown;
}

/** Reports the status of a message that the first Messages API or the Dispatch API sent, in the nested shape. */
export interface MessagesV0Status {
	/** The platform's id of the message. */
	message_uuid: string;
	/** Who the message was sent to. */
	to?: {
		/** The channel. */
		type?: string | null;
		/** The number. */
		number?: string | null;
		/** The id, on Messenger and Viber. */
		id?: string | null;
		[field: string]: unknown;
	};
	/** Who it was sent from. */
	from?: {
		/** The channel. */
		type?: string | null;
		/** The number. */
		number?: string | null;
		/** The id, on Messenger and Viber. */
		id?: string | null;
		[field: string]: unknown;
	};
	/** When it happened, ISO 8601 in UTC; another spelling (`2020-01-01 14:00:00 UTC`) and an empty object also occur. */
	timestamp?: string | {
		[field: string]: unknown;
	};
	/** The status of the message. */
	status: string;
	/** Why it was not delivered. */
	error?: {
		/** The error's number. */
		code?: number | null;
		/** The same in words. */
		reason?: string | null;
		[field: string]: unknown;
	};
	/** The price of the message. */
	usage?: {
		/** The currency. */
		currency?: string | null;
		/** The amount, a decimal number. */
		price?: string | null;
		[field: string]: unknown;
	};
	/** The reference that the request gave. */
	client_ref?: string;
	/** Where to go from here, for a message of a Dispatch workflow. */
	_links?: {
		/** The workflow. */
		dispatch?: {
			/** Its URL. */
			href?: string | null;
			/** Its id. */
			dispatch_uuid?: string | null;
			[field: string]: unknown;
		} | null;
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

/** Someone wrote to one of your numbers or senders, on any channel of the Messages API (version 1) but email, which publishes no inbound webhook. `channel` and `message_type` tell which fields are there. It also comes to an account's or a number's SMS URL when the account's default SMS setting is the Messages API. */
export interface MessagesInbound {
	/** The platform's id of the message. */
	message_uuid?: string;
	/** The channel that carried the message. */
	channel?: string;
	/** Your number, sender name or page that was written to. */
	to?: string;
	/** Who wrote: a number, the id of a Messenger user, or a business-scoped user id of WhatsApp (`US.…`). */
	from?: string;
	/** When it happened, ISO 8601 in UTC; another spelling (`2020-01-01 14:00:00 UTC`) and an empty object also occur. */
	timestamp?: string | {
		[field: string]: unknown;
	};
	/** The type of content; absent from the reference's SMS. */
	message_type?: string;
	/** A reference of your own. */
	client_ref?: string;
	/** The text of the message. */
	text?: string;
	/** The image, where `message_type` says so. */
	image?: {
		/** Where it can be fetched; that needs the application's token where the platform keeps it. */
		url?: string | null;
		/** The name of the file. */
		name?: string | null;
		/** A text that goes with it. */
		caption?: string | null;
		[field: string]: unknown;
	};
	/** The sound, where `message_type` says so. */
	audio?: {
		/** Where it can be fetched; that needs the application's token where the platform keeps it. */
		url?: string | null;
		/** The name of the file. */
		name?: string | null;
		[field: string]: unknown;
	};
	/** The video, where `message_type` says so. */
	video?: {
		/** Where it can be fetched; that needs the application's token where the platform keeps it. */
		url?: string | null;
		/** The name of the file. */
		name?: string | null;
		/** A text that goes with it. */
		caption?: string | null;
		[field: string]: unknown;
	};
	/** The file, where `message_type` says so. */
	file?: {
		/** Where it can be fetched; that needs the application's token where the platform keeps it. */
		url?: string | null;
		/** The name of the file. */
		name?: string | null;
		/** A text that goes with it. */
		caption?: string | null;
		[field: string]: unknown;
	};
	/** The visiting card, where `message_type` says so. */
	vcard?: {
		/** Where it can be fetched; that needs the application's token where the platform keeps it. */
		url?: string | null;
		/** The name of the file. */
		name?: string | null;
		[field: string]: unknown;
	};
	/** The sticker, where `message_type` says so. */
	sticker?: {
		/** Where it can be fetched; that needs the application's token where the platform keeps it. */
		url?: string | null;
		/** The name of the file. */
		name?: string | null;
		[field: string]: unknown;
	};
	/** The place, where `message_type` says so. */
	location?: {
		/** The latitude. */
		lat?: number | null;
		/** The longitude. */
		long?: number | null;
		/** The place's name. */
		name?: string | null;
		/** The place's address. */
		address?: string | null;
		[field: string]: unknown;
	};
	/** The answer that was chosen, where `message_type` says so. */
	reply?: {
		/** Your id of it. */
		id?: string | null;
		/** The title that it shows. */
		title?: string | null;
		/** The description beneath the title. */
		description?: string | null;
		[field: string]: unknown;
	};
	/** The button that was pressed, where `message_type` says so. */
	button?: {
		/** The payload that you gave the button: text, or an object on WhatsApp. */
		payload?: {
			[field: string]: unknown;
		} | string | null;
		/** The text on the button. */
		text?: string | null;
		/** The type of button. */
		subtype?: string | null;
		[field: string]: unknown;
	};
	/** The contacts, where `message_type` says so. */
	contacts?: {
		/** Postal addresses. */
		addresses?: {
			/** The street. */
			street?: string | null;
			/** The city. */
			city?: string | null;
			/** The state. */
			state?: string | null;
			/** The postal code. */
			postal_code?: string | null;
			/** The postal code by its other name. */
			zip?: string | null;
			/** The country. */
			country?: string | null;
			/** The country's code. */
			country_code?: string | null;
			/** The type of address. */
			type?: string | null;
			[field: string]: unknown;
		}[] | null;
		/** The birthday. */
		birthday?: string | null;
		/** Email addresses. */
		emails?: {
			/** The address. */
			email?: string | null;
			/** The type of address. */
			type?: string | null;
			[field: string]: unknown;
		}[] | null;
		/** The name. */
		name?: {
			/** The full name. */
			formatted_name?: string | null;
			/** The first name. */
			first_name?: string | null;
			/** The last name. */
			last_name?: string | null;
			/** The middle name. */
			middle_name?: string | null;
			/** The prefix before the name. */
			prefix?: string | null;
			/** The suffix after the name. */
			suffix?: string | null;
			[field: string]: unknown;
		} | string | null;
		/** Where the person works. */
		org?: {
			/** The company. */
			company?: string | null;
			/** The department. */
			department?: string | null;
			/** The person's title. */
			title?: string | null;
			[field: string]: unknown;
		} | null;
		/** Telephone numbers. */
		phones?: {
			/** The number. */
			phone?: string | null;
			/** The type of number. */
			type?: string | null;
			/** The WhatsApp number. */
			wa_id?: string | null;
			[field: string]: unknown;
		}[] | null;
		/** Web sites. */
		urls?: {
			/** The address. */
			url?: string | null;
			/** The type of site. */
			type?: string | null;
			[field: string]: unknown;
		}[] | null;
		[field: string]: unknown;
	}[];
	/** The order, where `message_type` says so. */
	order?: {
		/** The catalog. */
		catalog_id?: string | null;
		/** The text that came with the order. */
		text?: string | null;
		/** The products that were ordered. */
		product_items?: {
			/** The product. */
			product_retailer_id?: string | null;
			/** How many. */
			quantity?: string | null;
			/** The price of one. */
			item_price?: string | null;
			/** The currency of it. */
			currency?: string | null;
			[field: string]: unknown;
		}[] | null;
		[field: string]: unknown;
	};
	/** The reaction to an earlier message, where `message_type` says so. */
	reaction?: {
		/** Whether it came or was taken back. */
		action?: string | null;
		/** The emoji. */
		emoji?: string | null;
		[field: string]: unknown;
	};
	/** All attachments, where an MMS has several. */
	content?: {
		/** The type of content. */
		type?: string | null;
		/** Where it can be fetched. */
		url?: string | null;
		/** The name of the file. */
		name?: string | null;
		[field: string]: unknown;
	}[];
	/** The fields that only an MMS has. */
	mms?: {
		/** Who else is in the group. */
		participants?: (string | null)[] | null;
		[field: string]: unknown;
	};
	/** The fields that only an SMS has. */
	sms?: {
		/** How many parts it came in. */
		num_messages?: string | null;
		/** The same by another name. */
		count_total?: string | null;
		/** The same by another name. */
		total_count?: string | null;
		/** The first word of the text, in capitals. */
		keyword?: string | null;
		[field: string]: unknown;
	};
	/** The price of the message. */
	usage?: {
		/** The currency. */
		currency?: string | null;
		/** The amount, a decimal number. */
		price?: string | null;
		[field: string]: unknown;
	};
	/** Where an SMS or MMS came from. */
	origin?: {
		/** The carrier as mobile country code and network code. */
		network_code?: string | null;
		[field: string]: unknown;
	};
	/** The WhatsApp user's profile. */
	profile?: {
		/** The name that is shown. */
		name?: string | null;
		/** The user's own handle. */
		username?: string | null;
		[field: string]: unknown;
	};
	/** The message from the provider of the channel. */
	provider_message?: string;
	/** Whether `context` tells the message that this one answers. */
	context_status?: string;
	/** The message that this one answers. */
	context?: {
		/** Its id. */
		message_uuid?: string | null;
		/** Who wrote it. */
		message_from?: string | null;
		/** The product of a catalog that the message refers to. */
		whatsapp_referred_product?: {
			/** The catalog. */
			catalog_id?: string | null;
			/** The product. */
			product_retailer_id?: string | null;
			[field: string]: unknown;
		} | null;
		[field: string]: unknown;
	};
	/** The fields that only WhatsApp has. */
	whatsapp?: {
		/** The advertisement or post that the user came from. */
		referral?: {
			/** Its text. */
			body?: string | null;
			/** Its headline. */
			headline?: string | null;
			/** Its id at Meta. */
			source_id?: string | null;
			/** Whether an advertisement or a post. */
			source_type?: string | null;
			/** Where it is. */
			source_url?: string | null;
			/** The type of media that it shows. */
			media_type?: string | null;
			/** Its image. */
			image_url?: string | null;
			/** Its video. */
			video_url?: string | null;
			/** Its small image. */
			thumbnail_url?: string | null;
			/** The id of the click. */
			ctwa_clid?: string | null;
			[field: string]: unknown;
		} | null;
		/** The product of a catalog that the message refers to. */
		whatsapp_referred_product?: {
			/** The catalog. */
			catalog_id?: string | null;
			/** The product. */
			product_retailer_id?: string | null;
			[field: string]: unknown;
		} | null;
		/** Who wrote. */
		sender?: {
			/** The business-scoped user id. */
			user_id?: string | null;
			/** The id of the user's enterprise. */
			parent_user_id?: string | null;
			/** The WhatsApp number. */
			wa_id?: string | null;
			[field: string]: unknown;
		} | null;
		/** The WhatsApp business account. */
		waba_id?: string | null;
		[field: string]: unknown;
	};
	/** A link to the message itself. */
	_self?: {
		/** Its URL. */
		href?: string | null;
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

/** Reports the status of a message that the Messages API (version 1) sent, on any channel. One message has several statuses. */
export interface MessagesStatus {
	/** The platform's id of the message. */
	message_uuid: string;
	/** The channel that carried the message. */
	channel?: string;
	/** Who the message was sent to: a number, an id, an email address. */
	to?: string;
	/** The sender that it was sent from. */
	from?: string;
	/** When it happened, ISO 8601 in UTC; another spelling (`2020-01-01 14:00:00 UTC`) and an empty object also occur. */
	timestamp?: string | {
		[field: string]: unknown;
	};
	/** The status of the message; compare without regard to case. No SMS or MMS is ever `read`. */
	status: string;
	/** Why it was not delivered. */
	error?: {
		/** A page about it. */
		type?: string | null;
		/** The error's number; new ones are added. */
		title?: string | null;
		/** The same in words. */
		detail?: string | null;
		/** The id of this error. */
		instance?: string | null;
		[field: string]: unknown;
	};
	/** The reference that the request gave, up to 100 characters. */
	client_ref?: string;
	/** The price of the message. */
	usage?: {
		/** The currency. */
		currency?: string | null;
		/** The amount, a decimal number. */
		price?: string | null;
		[field: string]: unknown;
	};
	/** Which try of a request with `failover` it was. */
	workflow?: {
		/** The id of them all. */
		workflow_id?: string | null;
		/** Which of them, from 1. */
		items_number?: string | null;
		/** How many there are. */
		items_total?: string | null;
		/** `workflow_id` by another name. */
		id?: string | null;
		/** `items_number` by another name. */
		item_number?: string | null;
		/** `items_total` by another name. */
		total_items?: string | null;
		[field: string]: unknown;
	};
	/** Where an SMS, MMS or RCS message went. */
	destination?: {
		/** The carrier as mobile country code and network code. */
		network_code?: string | null;
		[field: string]: unknown;
	};
	/** The fields that only an SMS has. */
	sms?: {
		/** How many parts it went in. */
		count_total?: string | null;
		/** The parts. */
		segments?: {
			/** When it happened, ISO 8601. */
			timestamp?: string | null;
			/** The status of the segment. */
			status?: string | null;
			/** Why it was not delivered. */
			error_code?: string | null;
			[field: string]: unknown;
		}[] | null;
		[field: string]: unknown;
	};
	/** The fields that only WhatsApp has. */
	whatsapp?: {
		/** How it is billed. */
		pricing?: {
			/** Whether it is free. */
			type?: string | null;
			/** By message or by conversation. */
			pricing_model?: string | null;
			/** The type of message. */
			category?: string | null;
			[field: string]: unknown;
		} | null;
		/** The conversation that it is billed with. */
		conversation?: {
			/** Its id; since July 2025 the id of a message at Meta. */
			id?: string | null;
			/** How it began. */
			origin?: {
				/** The type of conversation. */
				type?: string | null;
				[field: string]: unknown;
			} | null;
			[field: string]: unknown;
		} | null;
		/** Who it was sent to. */
		recipient?: {
			/** The business-scoped user id. */
			user_id?: string | null;
			/** The id of the user's enterprise. */
			parent_user_id?: string | null;
			/** The WhatsApp number. */
			wa_id?: string | null;
			[field: string]: unknown;
		} | null;
		[field: string]: unknown;
	};
	/** The WhatsApp user's profile. */
	profile?: {
		/** The name that is shown. */
		name?: string | null;
		/** The user's own handle. */
		username?: string | null;
		[field: string]: unknown;
	};
	/** A link to the message itself. */
	_self?: {
		/** Its URL. */
		href?: string | null;
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

/** The leg that a `connect` action makes changed its state. With `eventType: synchronous` an NCCO in the answer takes over when the other side was not reached (`timeout`, `failed`, `rejected`, `cancelled`, `unanswered`, `busy`), when a websocket was `disconnected`, and on `human` or `machine`: the route then says `mode: reply`. The body is that of `voice.event`, which gets the webhook on a path that both share. The platform waits 10 s, so a handler has 9 s by default. */
export interface NccoConnect {
	/** The leg of the call: a UUID, or 32 hexadecimal digits. Where `call_uuid` is there too, this one counts. */
	uuid?: string;
	/** The leg, in place of `uuid`, when a machine or a human was detected. */
	call_uuid?: string;
	/** The conversation, which lasts as long as any leg of the call does. It begins with `CON-`; before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** The status of the leg: `started` created, `ringing`, `answered`, `busy`, `cancelled` the caller hung up first, `unanswered` not reached or declined, `disconnected` the application closed the websocket, `rejected` refused before it connected, `failed` could not be connected, `human` or `machine` detected, `timeout` the ringing timer ran out, `completed` over. */
	status?: string;
	/** Which way the leg goes, as the platform sees it. Absent when a websocket was disconnected. */
	direction?: string;
	/** Who calls: a number, a user's name, or `Unknown`. Absent where the platform sends null. */
	from?: string;
	/** Who is called: a number, a user's name, a SIP URI, or the URL of a websocket. */
	to?: string;
	/** When the webhook was made, ISO 8601 in UTC with milliseconds. Absent before 2018. */
	timestamp?: string;
	/** When the leg was answered, ISO 8601 in UTC; on `completed`. Absent where the platform sends null. */
	start_time?: string;
	/** When the leg ended, ISO 8601 in UTC; on `completed`. Absent where the platform sends null. */
	end_time?: string;
	/** How long the leg lasted, in seconds; on `completed`. */
	duration?: string;
	/** The price per minute, a decimal number in EUR; on `completed`. Absent where the platform sends null. */
	rate?: string;
	/** The price of the leg, a decimal number in EUR; on `completed`. Absent where the platform sends null. */
	price?: string;
	/** The carrier's name, or its mobile country code and network code; on `completed`. Absent where the platform sends null. */
	network?: string;
	/** Why the leg was not connected, beside its status. */
	detail?: string;
	/** The result of advanced machine detection: whether it heard the answering machine's tone. */
	sub_state?: string;
	/** Who ended the call; on `completed`, since 2023. */
	disconnected_by?: string;
	/** The SIP status of the leg's end, 200 to 699. Since 2026. */
	sip_code?: number;
	/** The websocket's metadata or the SIP headers of the leg; often empty. */
	headers?: {
		[field: string]: unknown;
	};
	/** The Client SDK's reference of a call out of an app, on `started`. */
	client_ref?: string;
	/** The same reference, by the name that it has on `answered` and `completed`. */
	client_reference?: string;
	[field: string]: unknown;
}

/** The person whom a `connect` action calls has answered, and hears this NCCO before the two are joined. The fields are those of `voice.answer`, which gets the webhook on a path that both share. The platform gives the whole answer 5 s, so a handler has 4 s by default. */
export interface NccoConnectOnAnswer {
	/** Who is called: a number in international format without `+`, a SIP URI, or a user's name. */
	to?: string;
	/** Who calls: a number, or `Unknown`. Absent for a call out of an app. */
	from?: string;
	/** The Client SDK user who calls, for a call out of an app. */
	from_user?: string;
	/** The leg of the call: a UUID, or 32 hexadecimal digits. The same on each retry, which must get the same NCCO. */
	uuid?: string;
	/** The conversation, which lasts as long as any leg of the call does. It begins with `CON-`; before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** The API host of the region that handles the call. Since 2022. */
	region_url?: string;
	/** The type of endpoint that the call comes from. Since 2023. */
	endpoint_type?: string;
	/** The data that an app passed along when it called, as JSON. */
	custom_data?: {
		[field: string]: unknown;
	} | string;
	[field: string]: unknown;
}

/** A `conversation` action's own event URL was called: the recording of the conversation is finished. The first references promised each change of a call's state as well, which was never built; such a body passes all the same. On a path that it shares with `ncco.record` or `voice.event` those get the webhook, since the body is theirs. The platform waits 10 s, so a handler has 9 s by default. */
export interface NccoConversation {
	/** Where the audio can be fetched; that needs the application's token. */
	recording_url?: string;
	/** The recording's id, which is not the id of the file in `recording_url`. */
	recording_uuid?: string;
	/** When the recording began, ISO 8601 in UTC; without milliseconds in most sources. */
	start_time?: string;
	/** When the recording ended, in the same format. */
	end_time?: string;
	/** How large the file is, in bytes. */
	size?: number;
	/** The conversation, which lasts as long as any leg of the call does. It begins with `CON-`; before 2018 it was a plain UUID. The leg is not told. */
	conversation_uuid?: string;
	/** When the webhook was made, ISO 8601 in UTC with milliseconds. Absent before 2018. */
	timestamp?: string;
	/** The leg of the call: a UUID, or 32 hexadecimal digits. Where `call_uuid` is there too, this one counts. */
	uuid?: string;
	/** The status of the leg: `started` created, `ringing`, `answered`, `busy`, `cancelled` the caller hung up first, `unanswered` not reached or declined, `disconnected` the application closed the websocket, `rejected` refused before it connected, `failed` could not be connected, `human` or `machine` detected, `timeout` the ringing timer ran out, `completed` over. */
	status?: string;
	/** Which way the leg goes, as the platform sees it. Absent when a websocket was disconnected. */
	direction?: string;
	/** Who calls: a number, a user's name, or `Unknown`. Absent where the platform sends null. */
	from?: string;
	/** Who is called: a number, a user's name, a SIP URI, or the URL of a websocket. */
	to?: string;
	[field: string]: unknown;
}

/** A caller pressed keys or spoke, as the NCCO's `input` action asked. The answer should be the next NCCO; after an empty one the running NCCO goes on, and keys of an asynchronous input take no answer at all. The platform gives an NCCO 5 s, so a handler has 4 s by default. */
export interface NccoInput {
	/** The keys that were pressed. Where the NCCO's `input` is written the way of 2017 the platform sends text, which becomes the object's `digits`. */
	dtmf?: {
		/** The keys, `0` to `9`, `*` and `#`, up to 20; null or empty when none was pressed. */
		digits?: string | null;
		/** True when the time ran out before the caller was done. */
		timed_out?: boolean | null;
		[field: string]: unknown;
	};
	/** The result of speech recognition, where the NCCO asked for it. */
	speech?: {
		/** Why listening ended. */
		timeout_reason?: string | null;
		/** The possible transcripts, the likeliest first; empty or absent when nothing was understood. */
		results?: {
			/** The words. */
			text?: string | null;
			/** How sure the platform is, 0.0 to 1.0. */
			confidence?: string | null;
			[field: string]: unknown;
		}[] | null;
		/** Why there is no result. */
		error?: string | null;
		/** The recording of what was said, with `saveAudio`; fetching it needs the application's token. */
		recording_url?: string | null;
		[field: string]: unknown;
	};
	/** Where the platform sends `dtmf` as text: true when the time ran out before the caller was done. */
	timed_out?: boolean;
	/** Who calls. */
	from?: string;
	/** Who was called. */
	to?: string;
	/** The leg of the call: a UUID, or 32 hexadecimal digits. */
	uuid?: string;
	/** The conversation, which lasts as long as any leg of the call does. It begins with `CON-`; before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** When the webhook was made, ISO 8601 in UTC with milliseconds. Absent before 2018. */
	timestamp?: string;
	[field: string]: unknown;
}

/** A call came to the `notify` action of its NCCO, which sends a payload of the author's own. An NCCO in the answer takes over; after an empty one the running NCCO goes on. The platform gives an NCCO 5 s, so a handler has 4 s by default. */
export interface NccoNotify {
	/** The `payload` that the NCCO set; the platform puts it inside this field, though the reference reads as if it were the whole body. */
	payload: {
		[field: string]: unknown;
	} | unknown[] | string;
	/** The conversation, which lasts as long as any leg of the call does. It begins with `CON-`; before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** When the webhook was made, ISO 8601 in UTC with milliseconds. */
	timestamp?: string;
	[field: string]: unknown;
}

/** A payment by telephone, which an NCCO's `pay` action asked for, succeeded or failed. The answer's body is ignored. The platform waits 10 s, so a handler has 9 s by default. */
export interface NccoPay {
	/** Who calls. */
	from?: string;
	/** Who is called. */
	to?: string;
	/** Always `payment`; the reference's table leaves it out. */
	type?: string;
	/** The leg of the call: a UUID, or 32 hexadecimal digits. */
	uuid?: string;
	/** The conversation, which lasts as long as any leg of the call does. It begins with `CON-`; before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** How it ended. */
	status?: string;
	/** When the webhook was made, ISO 8601 in UTC with milliseconds. */
	timestamp?: string;
	[field: string]: unknown;
}

/** A recording is finished and can be fetched: of the action `record`, of a `conversation` with `record`, or of one that a request started. The answer's body is ignored. The platform waits 10 s, so a handler has 9 s by default. */
export interface NccoRecord {
	/** Where the audio can be fetched; that needs the application's token. */
	recording_url: string;
	/** The recording's id, which is not the id of the file in `recording_url`. */
	recording_uuid?: string;
	/** When the recording began, ISO 8601 in UTC; without milliseconds in most sources. */
	start_time?: string;
	/** When the recording ended, in the same format. */
	end_time?: string;
	/** How large the file is, in bytes. */
	size?: number;
	/** The conversation, which lasts as long as any leg of the call does. It begins with `CON-`; before 2018 it was a plain UUID. The leg is not told. */
	conversation_uuid?: string;
	/** When the webhook was made, ISO 8601 in UTC with milliseconds. Absent before 2018. */
	timestamp?: string;
	[field: string]: unknown;
}

/** The platform fetches audio that an NCCO or a request plays into a call: MP3, or WAV of 16 bits, with its content type and length. It keeps the file as long as Cache-Control allows. Nothing is told about the call. The platform waits 5 s, so a handler has 4 s by default. */
export interface NccoStream {
	[field: string]: unknown;
}

/** The text of a recording is ready and can be fetched. The answer's body is ignored. The platform waits 10 s, so a handler has 9 s by default. */
export interface NccoTranscription {
	/** The conversation, which lasts as long as any leg of the call does. It begins with `CON-`; before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** The action that asked: always `record`. Absent before 2022. */
	type?: string;
	/** The recording's id, as its own webhook told it. */
	recording_uuid?: string;
	/** How it went. */
	status?: string;
	/** Where the text can be fetched as JSON; that needs the application's token. */
	transcription_url?: string;
	/** When the webhook was made, ISO 8601 in UTC with milliseconds. */
	timestamp?: string;
	[field: string]: unknown;
}

/** An asynchronous Number Insight Advanced lookup delivers its result, in one webhook. Ask with `/json`: the XML that comes after `/xml` is refused with 415. The request's own answer (an acknowledgement with `error_text`) is no webhook. The platform publishes neither its patience nor its retries. */
export interface NiAdvancedAsync {
	/** How the lookup ended: 0 success, 1 too many requests, 3 invalid request, 4 invalid credentials, 5 internal error, 9 no credit left, 19 not allowed, 43, 44 and 45 only part or nothing was found, 999 request not understood. */
	status?: number;
	/** The same in words. */
	status_message?: string;
	/** The error in the request, in words. */
	error_text?: string;
	/** The id of the lookup, as its acknowledgement told it; up to 40 characters. */
	request_id: string;
	/** The number in international format without `+`. */
	international_format_number?: string;
	/** The number as it is written in its own country. */
	national_format_number?: string;
	/** The number's country, two letters (ISO 3166-1). */
	country_code?: string;
	/** The number's country, three letters. */
	country_code_iso3?: string;
	/** The number's country by name. */
	country_name?: string;
	/** The number's country code. */
	country_prefix?: string;
	/** The price of the lookup, a decimal number in EUR. */
	request_price?: string;
	/** The amount that is paid back when part of the lookup failed, a decimal number in EUR. */
	refund_price?: string;
	/** The account's credit afterwards, a decimal number in EUR. */
	remaining_balance?: string;
	/** The carrier that the number is with now; null where that is not known. */
	current_carrier?: {
		/** The carrier as mobile country code and network code. */
		network_code?: string | null;
		/** The carrier's name. */
		name?: string | null;
		/** The carrier's country, two letters (ISO 3166-1). */
		country?: string | null;
		/** The type of network. */
		network_type?: string | null;
		[field: string]: unknown;
	};
	/** The carrier that the number was first with; null where that is not known. */
	original_carrier?: {
		/** The carrier as mobile country code and network code. */
		network_code?: string | null;
		/** The carrier's name. */
		name?: string | null;
		/** The carrier's country, two letters (ISO 3166-1). */
		country?: string | null;
		/** The type of network. */
		network_type?: string | null;
		[field: string]: unknown;
	};
	/** Whether the number changed its carrier; capitals also occur. */
	ported?: string;
	/** Whether the number is abroad; the text `unknown` in place of the object where that is not known. */
	roaming?: {
		/** Whether it is. */
		status?: string | null;
		/** The country that it is in, two letters. */
		roaming_country_code?: string | null;
		/** The carrier that it uses there, as mobile country code and network code. */
		roaming_network_code?: string | null;
		/** That carrier's name. */
		roaming_network_name?: string | null;
		[field: string]: unknown;
	} | string;
	/** Whose number it is, for numbers of the US, with `cnam=true`. */
	caller_identity?: {
		/** Whether a person or a business. */
		caller_type?: string | null;
		/** The full name, or `unknown`. */
		caller_name?: string | null;
		/** A person's first name. */
		first_name?: string | null;
		/** A person's last name. */
		last_name?: string | null;
		/** How the number is paid for. */
		subscription_type?: string | null;
		[field: string]: unknown;
	};
	/** The same as `caller_identity.caller_name`. */
	caller_name?: string;
	/** The same as `caller_identity.first_name`. */
	first_name?: string;
	/** The same as `caller_identity.last_name`. */
	last_name?: string;
	/** The same as `caller_identity.caller_type`. */
	caller_type?: string;
	/** How much was found: 0 all, 1 some fields, 2 nothing. */
	lookup_outcome?: number;
	/** The same in words. */
	lookup_outcome_message?: string;
	/** Whether the number exists. */
	valid_number?: string;
	/** Whether the number can be called now. */
	reachable?: string;
	/** The answer of the network itself, where the lookup asked for it. */
	real_time_data?: {
		/** Whether the number is in use. */
		active_status?: string | boolean | null;
		/** Whether the handset is on. */
		handset_status?: string | null;
		[field: string]: unknown;
	};
	/** The IP address that the request gave; withdrawn. */
	ip?: string;
	/** The warnings about that address; withdrawn. */
	ip_warnings?: string;
	/** How well the address fits the number; withdrawn. */
	ip_match_level?: string;
	/** The address's country; withdrawn. */
	ip_country?: string;
	[field: string]: unknown;
}

/** Part of what the first Number Insight API found out. One request had several webhooks: collect until there are `callback_total_parts` of a `request_id`. */
export interface NiLegacy {
	/** The id of the lookup. */
	request_id: string;
	/** Which part this is, from 1. */
	callback_part?: number;
	/** How many parts there are. */
	callback_total_parts?: number;
	/** The number that was looked up. */
	number?: string;
	/** How the lookup ended; 0 is success. */
	status?: number;
	/** The same in words. */
	status_message?: string;
	/** The type of number. */
	number_type?: string;
	/** The carrier as mobile country code and network code. */
	carrier_network_code?: string;
	/** The carrier's name. */
	carrier_network_name?: string;
	/** The carrier's country, two letters. */
	carrier_country_code?: string;
	/** Whether the number exists. */
	valid?: string;
	/** Whether the number changed its carrier. */
	ported?: string;
	/** Whether the number can be called now. */
	reachable?: string;
	/** Whether the number is abroad. */
	roaming?: string;
	/** The country that it is in. */
	roaming_country_code?: string;
	/** The carrier that it uses there. */
	roaming_network_code?: string;
	/** The reference that the request gave. */
	client_ref?: string;
	[field: string]: unknown;
}

/** An asynchronous report is ready, or could not be made. The answer's body is ignored; nothing was published of patience or retries. */
export interface ReportsCallback {
	/** The id of the report, as the request answered it. */
	request_id: string;
	/** How far the report is. */
	request_status?: string;
	/** The product that the report covers. */
	product?: string;
	/** The key of the account. */
	account_id?: string;
	/** Which way the records went. */
	direction?: string;
	/** The first moment of the report, ISO 8601 with an offset that may lack the colon. */
	date_start?: string;
	/** The last moment of the report. */
	date_end?: string;
	/** When the request came in. */
	receive_time?: string;
	/** When work on it began. */
	start_time?: string;
	/** Whether subaccounts are in it. */
	include_subaccounts?: boolean;
	/** Whether the messages' texts are in it. */
	include_message?: boolean;
	/** The status that the records had to have. */
	status?: string;
	/** The URL of this webhook. */
	callback_url?: string;
	/** How many records there are. */
	items_count?: number;
	/** Where to go from here. */
	_links?: {
		/** The report itself. */
		self?: {
			/** Its URL. */
			href?: string | null;
			[field: string]: unknown;
		} | null;
		/** The file; fetching it needs credentials. */
		download_report?: {
			/** Its URL. */
			href?: string | null;
			[field: string]: unknown;
		} | null;
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

/** Something happened in a conversation of the Conversation API and the Client SDK; `type` tells what, and which fields `body` has. The exact envelope was never published: these are the fields that the SDKs read. Nothing was published of patience or retries. */
export interface RtcEvent {
	/** The number of the event in its conversation, rising. */
	id?: number;
	/** The type of event; `custom:` and a name for events of your own. Message types end on 2026-04-30. */
	type: string;
	/** The conversation. */
	conversation_id?: string;
	/** The application. */
	application_id?: string;
	/** The member that it came from. */
	from?: string;
	/** The member that it is for; often empty. */
	to?: string;
	/** The data of this type of event; its form is free for `custom:` and `ephemeral`. */
	body?: {
		/** The key that was pressed. */
		digit?: string | null;
		/** The keys that were pressed. */
		digits?: string | null;
		/** Which key of the call it is. */
		dtmf_seq?: number | string | null;
		/** How the key came. */
		method?: string | null;
		/** How long it took: seconds, or a decimal number as text. */
		duration?: string | number | null;
		/** The leg: an object with `type`, `id`, `from`, `to`, `leg_ids`, or its id. */
		channel?: {
			[field: string]: unknown;
		} | string | null;
		/** The leg of the app. */
		rtc_id?: string | null;
		/** The sound that played. */
		play_id?: string | null;
		/** The text that was spoken. */
		say_id?: string | null;
		/** The recording, when it stops. */
		record_id?: string | null;
		/** The recording. */
		recording_id?: string | null;
		/** The event that this one is about. */
		event_id?: string | number | null;
		/** The audio to play. */
		stream_url?: unknown[] | string | null;
		/** Whether it waits for its turn. */
		queue?: boolean | string | number | null;
		/** How loud it is. */
		level?: number | string | null;
		/** How often it plays. */
		loop?: number | string | boolean | null;
		/** The text that is spoken or was written; of a `message`, its text. */
		text?: string | {
			[field: string]: unknown;
		} | null;
		/** The voice. */
		voice_name?: string | null;
		/** The language. */
		language?: string | null;
		/** The variant of the voice. */
		style?: number | string | null;
		/** Whether it is one of the better voices. */
		premium?: boolean | string | null;
		/** Whether the text is SSML. */
		ssml?: boolean | string | null;
		/** How long the recording is kept. */
		validity?: number | string | {
			[field: string]: unknown;
		} | null;
		/** Whether it is streamed. */
		streamed?: boolean | string | null;
		/** The format of the recording. */
		format?: string | null;
		/** Whether a tone begins it. */
		beep_start?: boolean | string | null;
		/** Whether a tone ends it. */
		beep_stop?: boolean | string | null;
		/** Whether it waits for speech. */
		detect_speech?: boolean | number | string | null;
		/** Whether each leg has a track. */
		split?: boolean | string | null;
		/** Whether each leg has a track, as the reference misspells it. */
		mulitrack?: boolean | string | null;
		/** How many tracks there are. */
		channels?: number | string | null;
		/** Sets what to transcribe. */
		transcription?: {
			/** The language. */
			language?: string | null;
			/** Whether the mood is told. */
			sentiment_analysis?: boolean | null;
			[field: string]: unknown;
		} | boolean | null;
		/** Where the recording can be fetched; that needs the application's token. */
		destination_url?: string | null;
		/** When it began, ISO 8601. */
		start_time?: string | null;
		/** When it ended, ISO 8601. */
		end_time?: string | null;
		/** How large it is, in bytes. */
		size?: number | string | null;
		/** The result of speech recognition. */
		asr?: {
			/** The possible transcripts. */
			results?: {
				/** The words. */
				word?: string | null;
				/** The words by another name. */
				text?: string | null;
				/** How sure the platform is. */
				confidence?: string | number | null;
				[field: string]: unknown;
			}[] | null;
			/** Why nothing was understood. */
			error?: string | {
				[field: string]: unknown;
			} | null;
			/** The recognition. */
			asr_id?: string | null;
			/** The leg. */
			call_id?: string | null;
			/** Why listening ended. */
			timeout_reason?: string | null;
			/** Where its recording can be fetched. */
			destination_url?: string | null;
			/** The format of that. */
			format?: string | null;
			/** When it began, ISO 8601. */
			start_time?: string | null;
			/** When it ended, ISO 8601. */
			end_time?: string | null;
			/** How large it is, in bytes. */
			size?: number | string | null;
			/** The service that listened. */
			media_service_uuid?: string | null;
			[field: string]: unknown;
		} | null;
		/** The type of message; the field of that name holds the content. */
		message_type?: string | null;
		/** The image of a message. */
		image?: {
			[field: string]: unknown;
		} | string | null;
		/** Whether a member has sound; of a `message`, its sound. */
		audio?: boolean | {
			[field: string]: unknown;
		} | null;
		/** Whether a member has pictures; of a `message`, its video. */
		video?: boolean | {
			[field: string]: unknown;
		} | null;
		/** The file of a message. */
		file?: {
			[field: string]: unknown;
		} | string | null;
		/** The template of a message. */
		template?: {
			[field: string]: unknown;
		} | string | null;
		/** The content of a message of your own. */
		custom?: {
			[field: string]: unknown;
		} | string | null;
		/** The visiting card of a message. */
		vcard?: {
			[field: string]: unknown;
		} | string | null;
		/** The place of a message. */
		location?: {
			[field: string]: unknown;
		} | string | null;
		/** The conversation's name. */
		cname?: string | null;
		/** Who invited. */
		invited_by?: string | null;
		/** Which member invited. */
		invited_by_member?: string | null;
		/** The member. */
		member_id?: string | null;
		/** The session description. */
		sdp?: string | {
			[field: string]: unknown;
		} | null;
		/** The conversation. */
		conversation?: {
			[field: string]: unknown;
		} | string | null;
		/** The user: an object with `id` and `name`, or the id. */
		user?: {
			[field: string]: unknown;
		} | string | null;
		/** Shows whether audio and video are on. */
		media?: {
			[field: string]: unknown;
		} | boolean | string | null;
		/** Who brought it about. */
		initiator?: {
			[field: string]: unknown;
		} | string | null;
		/** When: an object with `invited`, `joined`, `left`, or one time. */
		timestamp?: {
			[field: string]: unknown;
		} | string | null;
		/** Why: an object with `code` and `text`, or text. */
		reason?: {
			[field: string]: unknown;
		} | string | null;
		/** The event of the message. */
		original_event_id?: string | number | null;
		/** The channel of the message. */
		channel_type?: string | null;
		/** The message. */
		message_uuid?: string | null;
		/** The error. */
		error?: {
			[field: string]: unknown;
		} | string | null;
		/** Who calls or writes. */
		from?: {
			[field: string]: unknown;
		} | string | null;
		/** Who is called or written to. */
		to?: {
			[field: string]: unknown;
		} | string | null;
		/** The conversation. */
		id?: string | null;
		/** The conversation's name. */
		name?: string | null;
		/** The name that is shown. */
		display_name?: string | null;
		/** The picture that is shown. */
		image_url?: string | null;
		/** How it stands. */
		state?: string | {
			[field: string]: unknown;
		} | null;
		/** The leg. */
		leg_id?: string | null;
		/** Which way the leg goes. */
		direction?: string | null;
		/** The type of leg. */
		type?: string | null;
		/** How the leg stands. */
		status?: string | null;
		/** How it stood before. */
		statusHistory?: ({
			[field: string]: unknown;
		} | string | null)[] | null;
		/** How well it could be heard. */
		quality?: {
			[field: string]: unknown;
		} | number | string | null;
		/** How much was sent. */
		bandwidth?: {
			[field: string]: unknown;
		} | number | string | null;
		/** How well it could be heard, 1 to 5. */
		mos?: string | number | null;
		/** The price, a decimal number. */
		price?: string | number | null;
		/** The currency. */
		price_currency?: string | null;
		/** The price per minute, a decimal number. */
		rate?: string | number | null;
		/** The carrier as mobile country code and network code. */
		network_code?: string | null;
		/** When it was asked for, ISO 8601. */
		request_time?: string | null;
		/** The member before the transfer. */
		was_member?: string | null;
		/** The user. */
		user_id?: string | null;
		/** The conversation before the transfer. */
		transferred_from?: string | null;
		/** The session description of the answer. */
		answer?: string | {
			[field: string]: unknown;
		} | null;
		/** Whether the media bridge answered. */
		isFromMB?: boolean | string | null;
		/** Where the session is. */
		session_destination?: string | null;
		/** How sure the detection is. */
		confidence?: string | number | null;
		[field: string]: unknown;
	} | unknown[] | string;
	/** The state of the event; often empty. */
	state?: string | {
		[field: string]: unknown;
	};
	/** When it happened, ISO 8601. */
	timestamp?: string;
	/** The event's URL, in older ones. */
	href?: string;
	/** Who it came from. */
	_embedded?: {
		/** The user, with `id` and `name`. */
		from_user?: {
			[field: string]: unknown;
		} | null;
		/** The member, with `id`. */
		from_member?: {
			[field: string]: unknown;
		} | null;
		[field: string]: unknown;
	};
	/** Where to go from here. */
	_links?: {
		/** The event itself. */
		self?: {
			/** Its URL. */
			href?: string | null;
			[field: string]: unknown;
		} | null;
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

/** Reports the status of a message that a US short code sent: two-factor codes, alerts, marketing. US carriers only tell that they took the message over. The webhook is that of `sms.dlr` and comes to the same URL; on a path that both share, `sms.dlr` gets it. */
export interface ShortcodeDlr {
	/** Who the message was sent to: a number in international format without `+`. */
	msisdn?: string;
	/** The sender that the message was sent from: your number, or a sender name, which may hold blanks. */
	to?: string;
	/** The platform's id of the message, as the sending request answered it: 14 to 16 hexadecimal digits, or a UUID. */
	messageId: string;
	/** The status of the message; compare without regard to case. */
	status: string;
	/** Why: 0 delivered, 1 unknown, 2 absent for now, 3 absent for good, 4 call barred by the user, 5 portability error, 6 rejected as spam, 7 handset busy, 8 network error, 9 illegal number, 10 illegal message, 11 unroutable, 12 destination unreachable, 13 age restriction, 14 blocked by the carrier, 15 prepaid credit used up, 50 entity filter, 51 header filter, 52 content filter, 53 consent filter, 54 regulation error, 99 general error. */
	"err-code"?: string;
	/** The price of the message, a decimal number in EUR. */
	price?: string;
	/** When the platform made the receipt, in UTC: `YYYY-MM-DD HH:MM:SS` as documented; ISO 8601 and a trailing `+0000` also occur. */
	"message-timestamp"?: string;
	/** The carrier as mobile country code and network code, or its name for numbers that have none. Often absent since 2023. */
	"network-code"?: string;
	/** When the carrier made the receipt, as `YYMMDDHHMM`; other lengths occur. Often absent since 2023. */
	scts?: string;
	/** The key of the account that the message belongs to, 8 characters. Absent before about 2018. */
	"api-key"?: string;
	/** The reference that the sending request gave, up to 100 characters. */
	"client-ref"?: string;
	/** When a signed webhook was made, in seconds since the epoch. */
	timestamp?: string;
	/** A random UUID of a signed webhook. */
	nonce?: string;
	/** The signature of a signed webhook in hexadecimal: 32, 40, 64 or 128 digits, by the method. */
	sig?: string;
	[field: string]: unknown;
}

/** Someone wrote to a US short code: also `STOP` and `HELP` come this way. The webhook is that of `sms.inbound` and comes to the same URL; on a path that both share, `sms.inbound` gets it. */
export interface ShortcodeInbound {
	/** Who sent the message: a number in international format without `+`, or a sender name. */
	msisdn: string;
	/** Your number, or short code, that the message was sent to. */
	to: string;
	/** The platform's id of this message, or of this part of one: 16 or so hexadecimal digits, since about 2023 a UUID. */
	messageId: string;
	/** The text of the message. Line breaks and blanks at its end are kept. May be absent from a binary message. */
	text?: string;
	/** How the message is written. */
	type?: string;
	/** The first word of the text, mostly in capitals; tells the programs of a short code apart. */
	keyword?: string;
	/** When the platform took the message, in UTC: `YYYY-MM-DD HH:MM:SS` as documented; ISO 8601 and a trailing `+0000` also occur. */
	"message-timestamp"?: string;
	/** When a signed webhook was made, in seconds since the epoch. */
	timestamp?: string;
	/** A random UUID of a signed webhook. */
	nonce?: string;
	/** The signature of a signed webhook in hexadecimal: 32, 40, 64 or 128 digits, by the method. */
	sig?: string;
	/** The key of the account that the message belongs to, 8 characters. Absent before about 2018. */
	"api-key"?: string;
	/** `true` on a part of a longer message, else absent. */
	concat?: string;
	/** The reference that all parts of one message share: 0 to 65535. */
	"concat-ref"?: string;
	/** How many parts the message has. */
	"concat-total"?: string;
	/** Which part this is, from 1. */
	"concat-part"?: string;
	/** The content of a binary message, in hexadecimal. */
	data?: string;
	/** The user data header of a binary message, in hexadecimal (3GPP TS 23.040). */
	udh?: string;
	[field: string]: unknown;
}

/** Reports the status of an SMS that you sent. One message gives several receipts, such as `accepted` and then `delivered`, and their order is not certain. A US short code's receipts only tell of the carrier. */
export interface SmsDlr {
	/** Who the message was sent to: a number in international format without `+`. */
	msisdn?: string;
	/** The sender that the message was sent from: your number, or a sender name, which may hold blanks. */
	to?: string;
	/** The platform's id of the message, as the sending request answered it: 14 to 16 hexadecimal digits, or a UUID. */
	messageId: string;
	/** The status of the message; compare without regard to case. */
	status: string;
	/** Why: 0 delivered, 1 unknown, 2 absent for now, 3 absent for good, 4 call barred by the user, 5 portability error, 6 rejected as spam, 7 handset busy, 8 network error, 9 illegal number, 10 illegal message, 11 unroutable, 12 destination unreachable, 13 age restriction, 14 blocked by the carrier, 15 prepaid credit used up, 50 entity filter, 51 header filter, 52 content filter, 53 consent filter, 54 regulation error, 99 general error. */
	"err-code"?: string;
	/** The price of the message, a decimal number in EUR. */
	price?: string;
	/** When the platform made the receipt, in UTC: `YYYY-MM-DD HH:MM:SS` as documented; ISO 8601 and a trailing `+0000` also occur. */
	"message-timestamp"?: string;
	/** The carrier as mobile country code and network code, or its name for numbers that have none. Often absent since 2023. */
	"network-code"?: string;
	/** When the carrier made the receipt, as `YYMMDDHHMM`; other lengths occur. Often absent since 2023. */
	scts?: string;
	/** The key of the account that the message belongs to, 8 characters. Absent before about 2018. */
	"api-key"?: string;
	/** The reference that the sending request gave, up to 100 characters. */
	"client-ref"?: string;
	/** When a signed webhook was made, in seconds since the epoch. */
	timestamp?: string;
	/** A random UUID of a signed webhook. */
	nonce?: string;
	/** The signature of a signed webhook in hexadecimal: 32, 40, 64 or 128 digits, by the method. */
	sig?: string;
	[field: string]: unknown;
}

/** Someone sent an SMS to one of your numbers. A long message may come in parts, each with an id of its own and in any order: join those of the same `msisdn`, `to` and `concat-ref` by `concat-part`. */
export interface SmsInbound {
	/** Who sent the message: a number in international format without `+`, or a sender name. */
	msisdn: string;
	/** Your number, or short code, that the message was sent to. */
	to: string;
	/** The platform's id of this message, or of this part of one: 16 or so hexadecimal digits, since about 2023 a UUID. */
	messageId: string;
	/** The text of the message. Line breaks and blanks at its end are kept. May be absent from a binary message. */
	text?: string;
	/** How the message is written. */
	type?: string;
	/** The first word of the text, mostly in capitals; tells the programs of a short code apart. */
	keyword?: string;
	/** When the platform took the message, in UTC: `YYYY-MM-DD HH:MM:SS` as documented; ISO 8601 and a trailing `+0000` also occur. */
	"message-timestamp"?: string;
	/** When a signed webhook was made, in seconds since the epoch. */
	timestamp?: string;
	/** A random UUID of a signed webhook. */
	nonce?: string;
	/** The signature of a signed webhook in hexadecimal: 32, 40, 64 or 128 digits, by the method. */
	sig?: string;
	/** The key of the account that the message belongs to, 8 characters. Absent before about 2018. */
	"api-key"?: string;
	/** `true` on a part of a longer message, else absent. */
	concat?: string;
	/** The reference that all parts of one message share: 0 to 65535. */
	"concat-ref"?: string;
	/** How many parts the message has. */
	"concat-total"?: string;
	/** Which part this is, from 1. */
	"concat-part"?: string;
	/** The content of a binary message, in hexadecimal. */
	data?: string;
	/** The user data header of a binary message, in hexadecimal (3GPP TS 23.040). */
	udh?: string;
	[field: string]: unknown;
}

/** An AI Studio agent tells what happened and goes on without the answer: a Webhook node that asks asynchronously, such as one in the flow of an End Call event. The author of the agent chooses the method, the headers and the body, so any payload passes; write a `schema` beside the kind to check yours. The example is made up. A body of text, HTML or XML is refused with 415. No signature is documented; a header of the node can hold a password, which `signature: basic` checks. The addresses that AI Studio calls from are not published. */
export interface StudioEvent {
	[field: string]: unknown;
}

/** An AI Studio agent reached a Webhook node and waits for the answer, from which the node sets the agent's parameters. The author of the agent chooses the method, the headers and the body, so any payload passes; write a `schema` beside the kind to check yours. The example is made up. After 5 s, or when a parameter is missing, the agent goes on at the node's `Failed` exit, so a handler has 4 s by default. A body of text, HTML or XML is refused with 415. No signature is documented; a header of the node can hold a password, which `signature: basic` checks. The addresses that AI Studio calls from are not published. */
export interface StudioNode {
	[field: string]: unknown;
}

/** Something happened in Vonage Contact Center (VCC). The payload is a CloudEvent: `type` tells what happened, and `data` has the details. They differ for each type, and the contact centre lists their schemas itself, so any pass here; a route may name a `schema` beside the kind. Events arrive in any order: `time` tells which was first. VCC signs with a key of the subscription, as a JWT in the header `Vonage-Signature`. No signature scheme of the router reads that header; `copyHeaders: [vonage-signature]` hands it on to a service that does. The addresses that VCC calls from are not published. */
export interface VccEvent {
	/** The version of CloudEvents. */
	specversion?: string;
	/** The type of event, which ends in its version. */
	type?: string;
	/** The part of the contact centre that it comes from. */
	source?: string;
	/** The event's id. A duplicate has the same. */
	id?: string;
	/** Who or what it is about, such as an agent or an interaction. */
	subject?: string;
	/** When it was raised, ISO 8601. */
	time?: string;
	/** The format of `data`. */
	datacontenttype?: string;
	/** The details, in the shape of the type. */
	data?: {
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

/** A verification changed: an event of one channel, a step of silent authentication, or the summary at the end; `type` and `channel` tell which. The first Verify API has no webhook. */
export interface Verify2Callback {
	/** The id of the verification, as the request answered it. */
	request_id: string;
	/** `event` for one channel, `summary` for the whole at its end. */
	type?: string;
	/** How the channel, or in a summary the whole, stands. */
	status: string;
	/** The channel that an event is about. */
	channel?: string;
	/** When the verification began, ISO 8601; in a summary. */
	submitted_at?: string;
	/** When the channel was tried, ISO 8601; in an event. */
	triggered_at?: string;
	/** When the channel was done with, ISO 8601; absent before. */
	finalized_at?: string;
	/** How long each channel is given, in seconds; in a summary. */
	channel_timeout?: number;
	/** The channels in the order in which they were tried; in a summary. */
	workflow?: {
		/** The channel. */
		channel?: string | null;
		/** When it was tried, ISO 8601. */
		initiated_at?: string | null;
		/** How it ended. */
		status?: string | null;
		[field: string]: unknown;
	}[];
	/** The next step for the phone, in silent authentication while the status is `action_pending`; sources have an object, a list of one, and an empty object. */
	action?: {
		/** The type of step. */
		type?: string | null;
		/** The URL that the phone has to call through its mobile network. */
		check_url?: string | null;
		[field: string]: unknown;
	} | unknown[];
	/** The price of the verification, a decimal number in EUR. */
	price?: string;
	/** The reference that the request gave. */
	client_ref?: string;
	[field: string]: unknown;
}

/** The recording of a session of the Video API changed. A very small archive may be `uploaded` before it is `stopped`. */
export interface VideoArchive {
	/** The archive. */
	id: string;
	/** Always `archive`. */
	event?: string;
	/** When it began, in milliseconds since the epoch. */
	createdAt?: number;
	/** How long it is, in seconds; 0 while it runs. */
	duration?: number;
	/** The name that you gave it. */
	name?: string;
	/** The project of the older platform. */
	partnerId?: string;
	/** The application, or the project of the older platform. */
	projectId?: string;
	/** The application. */
	applicationId?: string;
	/** Why it stopped or failed. */
	reason?: string;
	/** Width and height of the video. */
	resolution?: string;
	/** The session. */
	sessionId?: string;
	/** How large it is, in bytes; 0 while it runs. */
	size?: number;
	/** How it stands. */
	status: string;
	/** Where it can be fetched for ten minutes or so; absent where the platform sends null. */
	url?: string;
	/** Whether one file or one for each stream. */
	outputMode?: string;
	/** How streams get into it. */
	streamMode?: string;
	/** Whether it has sound. */
	hasAudio?: boolean;
	/** Whether it has pictures. */
	hasVideo?: boolean;
	/** When it happened, in milliseconds since the epoch. */
	updatedAt?: number;
	/** The streams that are in it. */
	streams?: {
		/** The stream. */
		streamId?: string | null;
		/** Whether its sound is. */
		hasAudio?: boolean | null;
		/** Whether its pictures are. */
		hasVideo?: boolean | null;
		[field: string]: unknown;
	}[];
	[field: string]: unknown;
}

/** A broadcast of a session of the Video API changed. The references name the webhook and do not show its body: fields pass as they come, and the ones here are those of the REST API's object. */
export interface VideoBroadcast {
	/** The broadcast. */
	id?: string;
	/** Presumably `broadcast`. */
	event?: string;
	/** The session. */
	sessionId?: string;
	/** How it stands. */
	status?: string;
	/** Why it stopped or failed. */
	reason?: string;
	/** Where it can be watched or goes to. */
	broadcastUrls?: {
		[field: string]: unknown;
	};
	/** When it happened, in milliseconds since the epoch. */
	createdAt?: number;
	/** When it happened, in milliseconds since the epoch. */
	updatedAt?: number;
	[field: string]: unknown;
}

/** Live captions of a session of the Video API changed. The references name the webhook and do not show its body: fields pass as they come, and the ones here are those of the REST API's object. */
export interface VideoCaptions {
	/** The captions. */
	captionId?: string;
	/** The captions by the name that the REST API has. */
	captionsId?: string;
	/** The session. */
	sessionId?: string;
	/** How they stand. */
	status?: string;
	/** Why they stopped or failed. */
	reason?: string;
	[field: string]: unknown;
}

/** An Experience Composer, which shows a web page in a session of the Video API, started, stopped or failed. */
export interface VideoRender {
	/** The render. */
	id: string;
	/** The session. */
	sessionId?: string;
	/** The stream that it publishes. */
	streamId?: string;
	/** How it stands. */
	status: string;
	/** Why it stopped or failed. */
	reason?: string;
	[field: string]: unknown;
}

/** A session, a connection or a stream of the Video API came or went; `event` tells which. */
export interface VideoSession {
	/** The session. */
	sessionId: string;
	/** The application, or the project of the older platform. */
	projectId?: string;
	/** The application, where `projectId` is not it. */
	applicationId?: string;
	/** The type of event. */
	event: string;
	/** Why a connection or a stream ended. */
	reason?: string;
	/** When it happened, in milliseconds since the epoch. */
	timestamp?: number;
	/** The connection, where the event is about one. */
	connection?: {
		/** Its id. */
		id?: string | null;
		/** When it was made, in milliseconds since the epoch. */
		createdAt?: number | null;
		/** The data that the client's token carries. */
		data?: {
			[field: string]: unknown;
		} | string | null;
		[field: string]: unknown;
	};
	/** The stream, where the event is about one. */
	stream?: {
		/** Its id. */
		id?: string | null;
		/** The connection that it came over. */
		connection?: {
			/** Its id. */
			id?: string | null;
			/** When it was made, in milliseconds since the epoch. */
			createdAt?: number | null;
			/** The data that the client's token carries. */
			data?: {
				[field: string]: unknown;
			} | string | null;
			[field: string]: unknown;
		} | null;
		/** When it was made, in milliseconds since the epoch. */
		createdAt?: number | null;
		/** The name that its publisher gave it. */
		name?: string | null;
		/** The source of the video. */
		videoType?: string | null;
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

/** A SIP call into a session of the Video API changed. */
export interface VideoSip {
	/** The session. */
	sessionId: string;
	/** The application, or the project of the older platform. */
	projectId?: string;
	/** The type of event. */
	event?: string;
	/** How the call stands. */
	state?: string;
	/** Why it ended: a SIP status, or 700, 703, 704, 705, 706 of the platform's own. */
	reason_code?: string;
	/** The same in words. */
	reason_message?: string;
	/** When it happened, in milliseconds since the epoch. */
	timestamp?: number;
	/** The call. */
	call?: {
		/** Its id. */
		id?: string | null;
		/** Its connection in the session. */
		connectionId?: string | null;
		/** When it was made, in milliseconds since the epoch. */
		createdAt?: number | null;
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

/** A call of Vonage Business Communications changed its state, told by the Vonage Integration Suite. The suite waits 2 s for the answer, so a handler has 1.5 s by default. */
export interface VisEvent {
	/** The call as it stands. */
	event: {
		/** The call. */
		id?: string | null;
		/** The user of VBC. */
		userId?: string | null;
		/** The VBC account. */
		accountId?: string | null;
		/** The call's id in the telephone system. */
		externalId?: string | null;
		/** Which way the call goes. */
		direction?: string | null;
		/** The other side's number. */
		phoneNumber?: string | null;
		/** The caller as shown. */
		callerId?: string | null;
		/** How the call stands. */
		state?: string | null;
		/** How long the call has lasted, in milliseconds. */
		duration?: number | null;
		/** When the call began, ISO 8601. */
		startTime?: string | null;
		/** When it was answered. */
		answerTime?: string | null;
		/** When it ended. */
		endTime?: string | null;
		/** Always a call. */
		type?: string | null;
		/** Whether both sides are of the account. */
		internal?: boolean | null;
		/** The telephone system. */
		ucpType?: string | null;
		[field: string]: unknown;
	};
	/** The delivery, with the metadata policy BODY; else it is in the X-VON headers or nowhere. */
	metadata?: {
		/** Which try this is, from 1. */
		attempt?: number | null;
		/** The id of the delivery, the same for each try. */
		deliveryId?: string | null;
		/** The HMAC of the event in hexadecimal. */
		signature?: string | null;
		/** The subscription. */
		webhookId?: string | null;
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

/** A call is there and wants to know what to do: the answer is an NCCO. The platform gives the whole answer 5 s, so a handler has 4 s by default, which leaves a second for the network and for a fallback. */
export interface VoiceAnswer {
	/** Who is called: a number in international format without `+`, a SIP URI, or a user's name. */
	to?: string;
	/** Who calls: a number, or `Unknown`. Absent for a call out of an app. */
	from?: string;
	/** The Client SDK user who calls, for a call out of an app. */
	from_user?: string;
	/** The leg of the call: a UUID, or 32 hexadecimal digits. The same on each retry, which must get the same NCCO. */
	uuid?: string;
	/** The conversation, which lasts as long as any leg of the call does. It begins with `CON-`; before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** The API host of the region that handles the call. Since 2022. */
	region_url?: string;
	/** The type of endpoint that the call comes from. Since 2023. */
	endpoint_type?: string;
	/** The data that an app passed along when it called, as JSON. */
	custom_data?: {
		[field: string]: unknown;
	} | string;
	[field: string]: unknown;
}

/** An NCCO could not be used, or the platform failed. Errors of speech recognition are told in the `speech.error` of an input instead. The answer's body is ignored. The platform waits 10 s, so a handler has 9 s by default. */
export interface VoiceError {
	/** The error, in words. */
	reason: string;
	/** The conversation, which lasts as long as any leg of the call does. It begins with `CON-`; before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** The leg of the call: a UUID, or 32 hexadecimal digits. */
	uuid?: string;
	/** When the webhook was made, ISO 8601 in UTC with milliseconds. */
	timestamp?: string;
	[field: string]: unknown;
}

/** A leg of a call changed its state. The body of the answer is ignored, except on `disconnected`, on detection of a human or a machine, and when a `connect` with `eventType: synchronous` did not get through: then an NCCO may take over, and the route says `mode: reply`. The platform waits 10 s unless the application says otherwise, so a handler has 9 s by default. */
export interface VoiceEvent {
	/** The leg of the call: a UUID, or 32 hexadecimal digits. Where `call_uuid` is there too, this one counts. */
	uuid?: string;
	/** The leg, in place of `uuid`, when a machine or a human was detected. */
	call_uuid?: string;
	/** The conversation, which lasts as long as any leg of the call does. It begins with `CON-`; before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** The status of the leg: `started` created, `ringing`, `answered`, `busy`, `cancelled` the caller hung up first, `unanswered` not reached or declined, `disconnected` the application closed the websocket, `rejected` refused before it connected, `failed` could not be connected, `human` or `machine` detected, `timeout` the ringing timer ran out, `completed` over. */
	status?: string;
	/** Which way the leg goes, as the platform sees it. Absent when a websocket was disconnected. */
	direction?: string;
	/** Who calls: a number, a user's name, or `Unknown`. Absent where the platform sends null. */
	from?: string;
	/** Who is called: a number, a user's name, a SIP URI, or the URL of a websocket. */
	to?: string;
	/** When the webhook was made, ISO 8601 in UTC with milliseconds. Absent before 2018. */
	timestamp?: string;
	/** When the leg was answered, ISO 8601 in UTC; on `completed`. Absent where the platform sends null. */
	start_time?: string;
	/** When the leg ended, ISO 8601 in UTC; on `completed`. Absent where the platform sends null. */
	end_time?: string;
	/** How long the leg lasted, in seconds; on `completed`. */
	duration?: string;
	/** The price per minute, a decimal number in EUR; on `completed`. Absent where the platform sends null. */
	rate?: string;
	/** The price of the leg, a decimal number in EUR; on `completed`. Absent where the platform sends null. */
	price?: string;
	/** The carrier's name, or its mobile country code and network code; on `completed`. Absent where the platform sends null. */
	network?: string;
	/** Why the leg was not connected, beside its status. */
	detail?: string;
	/** The result of advanced machine detection: whether it heard the answering machine's tone. */
	sub_state?: string;
	/** Who ended the call; on `completed`, since 2023. */
	disconnected_by?: string;
	/** The SIP status of the leg's end, 200 to 699. Since 2026. */
	sip_code?: number;
	/** The websocket's metadata or the SIP headers of the leg; often empty. */
	headers?: {
		[field: string]: unknown;
	};
	/** The Client SDK's reference of a call out of an app, on `started`. */
	client_ref?: string;
	/** The same reference, by the name that it has on `answered` and `completed`. */
	client_reference?: string;
	[field: string]: unknown;
}

/** An answer URL, or an event URL that had to give an NCCO, failed: this one is asked instead, with the fields of the request that failed beside `reason` and `original_request`. If it fails too, a new call ends. The platform gives an NCCO 5 s, so a handler has 4 s by default. */
export interface VoiceFallbackAnswer {
	/** Why the first URL's answer was no use. */
	reason?: string;
	/** The request that failed. */
	original_request?: {
		/** The URL that failed. */
		url?: string | null;
		/** The webhook that the request was for. */
		type?: string | null;
		[field: string]: unknown;
	};
	/** Who is called: a number in international format without `+`, a SIP URI, or a user's name. */
	to?: string;
	/** Who calls: a number, a user's name, or `Unknown`. Absent where the platform sends null. */
	from?: string;
	/** The Client SDK user who calls, for a call out of an app. */
	from_user?: string;
	/** The leg of the call: a UUID, or 32 hexadecimal digits. The same on each retry, which must get the same NCCO. */
	uuid?: string;
	/** The conversation, which lasts as long as any leg of the call does. It begins with `CON-`; before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** The API host of the region that handles the call. Since 2022. */
	region_url?: string;
	/** The type of endpoint that the call comes from. Since 2023. */
	endpoint_type?: string;
	/** The data that an app passed along when it called, as JSON. */
	custom_data?: {
		[field: string]: unknown;
	} | string;
	/** The leg, in place of `uuid`, when a machine or a human was detected. */
	call_uuid?: string;
	/** The status of the leg: `started` created, `ringing`, `answered`, `busy`, `cancelled` the caller hung up first, `unanswered` not reached or declined, `disconnected` the application closed the websocket, `rejected` refused before it connected, `failed` could not be connected, `human` or `machine` detected, `timeout` the ringing timer ran out, `completed` over. */
	status?: string;
	/** Which way the leg goes, as the platform sees it. Absent when a websocket was disconnected. */
	direction?: string;
	/** When the webhook was made, ISO 8601 in UTC with milliseconds. Absent before 2018. */
	timestamp?: string;
	/** When the leg was answered, ISO 8601 in UTC; on `completed`. Absent where the platform sends null. */
	start_time?: string;
	/** When the leg ended, ISO 8601 in UTC; on `completed`. Absent where the platform sends null. */
	end_time?: string;
	/** How long the leg lasted, in seconds; on `completed`. */
	duration?: string;
	/** The price per minute, a decimal number in EUR; on `completed`. Absent where the platform sends null. */
	rate?: string;
	/** The price of the leg, a decimal number in EUR; on `completed`. Absent where the platform sends null. */
	price?: string;
	/** The carrier's name, or its mobile country code and network code; on `completed`. Absent where the platform sends null. */
	network?: string;
	/** Why the leg was not connected, beside its status. */
	detail?: string;
	/** The result of advanced machine detection: whether it heard the answering machine's tone. */
	sub_state?: string;
	/** Who ended the call; on `completed`, since 2023. */
	disconnected_by?: string;
	/** The SIP status of the leg's end, 200 to 699. Since 2026. */
	sip_code?: number;
	/** The websocket's metadata or the SIP headers of the leg; often empty. */
	headers?: {
		[field: string]: unknown;
	};
	/** The Client SDK's reference of a call out of an app, on `started`. */
	client_ref?: string;
	/** The same reference, by the name that it has on `answered` and `completed`. */
	client_reference?: string;
	/** The keys that were pressed: an object since 2020, text where the NCCO's `input` is written the way of 2017. */
	dtmf?: string | {
		/** The keys, `0` to `9`, `*` and `#`, up to 20; null or empty when none was pressed. */
		digits?: string | null;
		/** True when the time ran out before the caller was done. */
		timed_out?: boolean | null;
		[field: string]: unknown;
	};
	/** The result of speech recognition, where the NCCO asked for it. */
	speech?: {
		/** Why listening ended. */
		timeout_reason?: string | null;
		/** The possible transcripts, the likeliest first; empty or absent when nothing was understood. */
		results?: {
			/** The words. */
			text?: string | null;
			/** How sure the platform is, 0.0 to 1.0. */
			confidence?: string | null;
			[field: string]: unknown;
		}[] | null;
		/** Why there is no result. */
		error?: string | null;
		/** The recording of what was said, with `saveAudio`; fetching it needs the application's token. */
		recording_url?: string | null;
		[field: string]: unknown;
	};
	/** With `dtmf` as text: true when the time ran out before the caller was done. */
	timed_out?: boolean;
	/** The payload of the NCCO's `notify`, when that was the request that failed. */
	payload?: {
		[field: string]: unknown;
	} | unknown[] | string;
	[field: string]: unknown;
}

/** A leg of a call moved to another conversation, by an NCCO's `conversation` or by a transfer request. The platform waits 10 s, so a handler has 9 s by default. */
export interface VoiceTransfer {
	/** The conversation that the leg left. */
	conversation_uuid_from?: string;
	/** The conversation that the leg is in now. */
	conversation_uuid_to?: string;
	/** The leg that moved: a UUID, or 32 hexadecimal digits. */
	uuid?: string;
	/** When it moved, ISO 8601 in UTC with milliseconds. */
	timestamp?: string;
	/** Always `transfer`; not every source has it. */
	type?: string;
	[field: string]: unknown;
}
