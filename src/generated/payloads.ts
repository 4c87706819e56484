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
	/** The backlog. */
	"router.backlog": RouterBacklog;
	/** A circuit opened or closed. */
	"router.circuit": RouterCircuit;
	/** Dead events. */
	"router.dead": RouterDead;
	/** Refused requests. */
	"router.denied": RouterDenied;
	/** Drift of the platform. */
	"router.drift": RouterDrift;
	/** Webhooks in quarantine. */
	"router.quarantined": RouterQuarantined;
	/** A reload that failed. */
	"router.reload-failed": RouterReloadFailed;
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

/** A call of the deprecated Call API was answered, or a call arrived at a number that uses VoiceXML. Answer with VoiceXML. Forms in that VoiceXML submit their fields to this webhook too, with names that you choose; a recording in `multipart/form-data` is rejected with 415. The platform's time limit was never published. A handler has 4 s by default, as for an NCCO. */
export interface LegacyCallAnswer {
	/** The id of the call. */
	nexmo_call_id?: string;
	/** The caller. */
	nexmo_caller_id?: string;
	/** The id of the VoiceXML session. */
	"session.sessionid"?: string;
	/** The parent session. */
	"session.parentsessionid"?: string;
	/** The account id in the VoiceXML platform. */
	"session.accountid"?: string;
	/** The caller, as the VoiceXML platform reports it. */
	"session.callerid"?: string;
	/** The callee, as the VoiceXML platform reports it. */
	"session.calledid"?: string;
	/** The component of the VoiceXML platform that runs the session. */
	"session.virtualplatform"?: string;
	[field: string]: unknown;
}

/** The VoiceXML of a call of the deprecated Call API could not be fetched or executed. The answer can be VoiceXML that takes over. The fields were never published, so any field is valid. On a shared path, this kind gets the webhooks that no other kind recognizes. */
export interface LegacyCallError {
	[field: string]: unknown;
}

/** A call has ended: a call of the deprecated Call API, or a call to a number that forwards to a SIP address or a phone. The body of the answer is ignored. Time limit and retries were never published. */
export interface LegacyCallStatus {
	/** The id of the call, up to 40 characters. The id of an outbound call ends in `-1`. */
	"call-id"?: string;
	/** The same, under the name in the documentation of one library. The platform sends the name with a dash. */
	call_id?: string;
	/** The number that was called. */
	to?: string;
	/** How the call ended. */
	status: string;
	/** The price of the call, a decimal number in EUR, sometimes without a zero before the point. */
	"call-price"?: string;
	/** The price per minute, a decimal number in EUR. */
	"call-rate"?: string;
	/** The duration of the call, in seconds. */
	"call-duration"?: string;
	/** When the call was requested, `YYYY-MM-DD HH:MM:SS`, or with slashes in the date. */
	"call-request"?: string;
	/** When the call was answered. Absent if nobody answered. */
	"call-start"?: string;
	/** When the call ended. Absent if nobody answered. */
	"call-end"?: string;
	/** The carrier as mobile country code and network code. */
	"network-code"?: string;
	/** The direction of the call. */
	"call-direction"?: string;
	/** The call from which this leg was transferred. Each leg has its own webhook. */
	"call-parent"?: string;
	[field: string]: unknown;
}

/** A call of the deprecated Text-To-Speech API, which spoke a text, has ended. The body is nearly the same as that of `legacy.call.status`, which gets the webhook on a shared path. The body of the answer is ignored. Time limit and retries were never published. */
export interface LegacyTts {
	/** The id of the call, up to 40 characters. The id of an outbound call ends in `-1`. */
	"call-id"?: string;
	/** The same, under the name in the documentation of one library. The platform sends the name with a dash. */
	call_id?: string;
	/** The number that was called. */
	to?: string;
	/** How the call ended. */
	status: string;
	/** The price of the call, a decimal number in EUR, sometimes without a zero before the point. */
	"call-price"?: string;
	/** The price per minute, a decimal number in EUR. */
	"call-rate"?: string;
	/** The duration of the call, in seconds. */
	"call-duration"?: string;
	/** When the call was requested, `YYYY-MM-DD HH:MM:SS`, or with slashes in the date. */
	"call-request"?: string;
	/** When the call was answered. Absent if nobody answered. */
	"call-start"?: string;
	/** When the call ended. Absent if nobody answered. */
	"call-end"?: string;
	/** The carrier as mobile country code and network code. */
	"network-code"?: string;
	/** The direction of the call. */
	"call-direction"?: string;
	[field: string]: unknown;
}

/** A call of the deprecated Text-To-Speech Prompt API has ended. It spoke a text and asked for keys or a PIN. The body of the answer is ignored. Time limit and retries were never published. */
export interface LegacyTtsPrompt {
	/** The id of the call, up to 40 characters. The id of an outbound call ends in `-1`. */
	"call-id"?: string;
	/** The same, under the name in the documentation of one library. The platform sends the name with a dash. */
	call_id?: string;
	/** The number that was called. */
	to?: string;
	/** How the call ended. */
	status: string;
	/** The price of the call, a decimal number in EUR, sometimes without a zero before the point. */
	"call-price"?: string;
	/** The price per minute, a decimal number in EUR. */
	"call-rate"?: string;
	/** The duration of the call, in seconds. */
	"call-duration"?: string;
	/** When the call was requested, `YYYY-MM-DD HH:MM:SS`, or with slashes in the date. */
	"call-request"?: string;
	/** When the call was answered. Absent if nobody answered. */
	"call-start"?: string;
	/** When the call ended. Absent if nobody answered. */
	"call-end"?: string;
	/** The carrier as mobile country code and network code. */
	"network-code"?: string;
	/** The direction of the call. */
	"call-direction"?: string;
	/** The pressed keys, or the confirmed PIN. `nothing` or `undefined` if there were none, or after three failed attempts. */
	digits?: string;
	[field: string]: unknown;
}

/** A room of the withdrawn Meetings API expired, or one of its sessions, participants or recordings changed. `event` has the type. The platform also accepted 204 as an answer. */
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
	/** The start time, ISO 8601. */
	started_at?: string;
	/** The end time, ISO 8601. */
	ended_at?: string;
	/** The duration of the recording, in seconds. */
	duration?: number;
	/** The URL of the recording. */
	url?: string;
	/** The participant's name. */
	name?: string;
	/** The participant's role. */
	type?: string;
	/** Whether the participant is the host. */
	is_host?: boolean;
	[field: string]: unknown;
}

/** Somebody sent a message to one of your numbers or senders, in the nested format of the first Messages API. */
export interface MessagesV0Inbound {
	/** The platform's id of the message. */
	message_uuid: string;
	/** The recipient. */
	to?: {
		/** The channel. */
		type?: string | null;
		/** The number. */
		number?: string | null;
		/** The id, for Messenger and Viber. */
		id?: string | null;
		[field: string]: unknown;
	};
	/** The sender. */
	from?: {
		/** The channel. */
		type?: string | null;
		/** The number. */
		number?: string | null;
		/** The id, for Messenger and Viber. */
		id?: string | null;
		[field: string]: unknown;
	};
	/** The time, ISO 8601 in UTC. Another format (`2020-01-01 14:00:00 UTC`) and an empty object also occur. */
	timestamp?: string | {
		[field: string]: unknown;
	};
	/** Always `inbound`. The reference does not list it. */
	direction?: string;
	/** The message. */
	message: {
		/** The content of the message. */
		content?: {
			/** The type of content. */
			type?: string | null;
			/** The text of the message. */
			text?: string | null;
			/** The image, if `type` is `image`. */
			image?: {
				/** The URL of the file. */
				url?: string | null;
				/** The caption. */
				caption?: string | null;
				/** The name of the file. */
				name?: string | null;
				[field: string]: unknown;
			} | null;
			/** The audio file, if `type` is `audio`. */
			audio?: {
				/** The URL of the file. */
				url?: string | null;
				/** The caption. */
				caption?: string | null;
				/** The name of the file. */
				name?: string | null;
				[field: string]: unknown;
			} | null;
			/** The video, if `type` is `video`. */
			video?: {
				/** The URL of the file. */
				url?: string | null;
				/** The caption. */
				caption?: string | null;
				/** The name of the file. */
				name?: string | null;
				[field: string]: unknown;
			} | null;
			/** The file, if `type` is `file`. */
			file?: {
				/** The URL of the file. */
				url?: string | null;
				/** The caption. */
				caption?: string | null;
				/** The name of the file. */
				name?: string | null;
				[field: string]: unknown;
			} | null;
			/** The location, if `type` is `location`. */
			location?: {
				/** The latitude. */
				lat?: number | null;
				/** The longitude. */
				long?: number | null;
				/** The name of the location. */
				name?: string | null;
				/** The address of the location. */
				address?: string | null;
				[field: string]: unknown;
			} | null;
			/** The pressed button, if `type` is `button`. */
			button?: {
				/** The payload that you set for the button. */
				payload?: {
					[field: string]: unknown;
				} | string | null;
				/** The text on the button. */
				text?: string | null;
				[field: string]: unknown;
			} | null;
			[field: string]: unknown;
		} | null;
		/** The fields of SMS. */
		sms?: {
			/** The number of parts. */
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
	/** Your reference. */
	client_ref?: string;
	[field: string]: unknown;
}

/** The status of a message that you sent with the first Messages API or the Dispatch API, in its nested format. */
export interface MessagesV0Status {
	/** The platform's id of the message. */
	message_uuid: string;
	/** The recipient of the message. */
	to?: {
		/** The channel. */
		type?: string | null;
		/** The number. */
		number?: string | null;
		/** The id, for Messenger and Viber. */
		id?: string | null;
		[field: string]: unknown;
	};
	/** The sender of the message. */
	from?: {
		/** The channel. */
		type?: string | null;
		/** The number. */
		number?: string | null;
		/** The id, for Messenger and Viber. */
		id?: string | null;
		[field: string]: unknown;
	};
	/** The time, ISO 8601 in UTC. Another format (`2020-01-01 14:00:00 UTC`) and an empty object also occur. */
	timestamp?: string | {
		[field: string]: unknown;
	};
	/** The status of the message. */
	status: string;
	/** The reason why it was not delivered. */
	error?: {
		/** The error code. */
		code?: number | null;
		/** The error as text. */
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
	/** The reference in the request. */
	client_ref?: string;
	/** The links, for a message of a Dispatch workflow. */
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

/** Somebody sent a message to one of your numbers or senders, on any channel of the Messages API (version 1) except email, which publishes no inbound webhook. `channel` and `message_type` determine the fields. If the account's default SMS setting is the Messages API, the SMS URLs of the account and its numbers get this webhook too. */
export interface MessagesInbound {
	/** The platform's id of the message. */
	message_uuid?: string;
	/** The channel of the message. */
	channel?: string;
	/** The recipient: your number, sender name or page. */
	to?: string;
	/** The sender: a number, the id of a Messenger user, or a business-scoped user id of WhatsApp (`US.…`). */
	from?: string;
	/** The time, ISO 8601 in UTC. Another format (`2020-01-01 14:00:00 UTC`) and an empty object also occur. */
	timestamp?: string | {
		[field: string]: unknown;
	};
	/** The type of content. The reference omits it for SMS. */
	message_type?: string;
	/** Your reference. */
	client_ref?: string;
	/** The text of the message. */
	text?: string;
	/** The image, if `message_type` is `image`. */
	image?: {
		/** The URL of the file. If the platform stores the file, fetching it requires the application's token. */
		url?: string | null;
		/** The name of the file. */
		name?: string | null;
		/** The caption. */
		caption?: string | null;
		[field: string]: unknown;
	};
	/** The audio file, if `message_type` is `audio`. */
	audio?: {
		/** The URL of the file. If the platform stores the file, fetching it requires the application's token. */
		url?: string | null;
		/** The name of the file. */
		name?: string | null;
		[field: string]: unknown;
	};
	/** The video, if `message_type` is `video`. */
	video?: {
		/** The URL of the file. If the platform stores the file, fetching it requires the application's token. */
		url?: string | null;
		/** The name of the file. */
		name?: string | null;
		/** The caption. */
		caption?: string | null;
		[field: string]: unknown;
	};
	/** The file, if `message_type` is `file`. */
	file?: {
		/** The URL of the file. If the platform stores the file, fetching it requires the application's token. */
		url?: string | null;
		/** The name of the file. */
		name?: string | null;
		/** The caption. */
		caption?: string | null;
		[field: string]: unknown;
	};
	/** The contact card, if `message_type` is `vcard`. */
	vcard?: {
		/** The URL of the file. If the platform stores the file, fetching it requires the application's token. */
		url?: string | null;
		/** The name of the file. */
		name?: string | null;
		[field: string]: unknown;
	};
	/** The sticker, if `message_type` is `sticker`. */
	sticker?: {
		/** The URL of the file. If the platform stores the file, fetching it requires the application's token. */
		url?: string | null;
		/** The name of the file. */
		name?: string | null;
		[field: string]: unknown;
	};
	/** The location, if `message_type` is `location`. */
	location?: {
		/** The latitude. */
		lat?: number | null;
		/** The longitude. */
		long?: number | null;
		/** The name of the location. */
		name?: string | null;
		/** The address of the location. */
		address?: string | null;
		[field: string]: unknown;
	};
	/** The selected reply, if `message_type` is `reply`. */
	reply?: {
		/** The id that you set for it. */
		id?: string | null;
		/** Its title. */
		title?: string | null;
		/** Its description. */
		description?: string | null;
		[field: string]: unknown;
	};
	/** The pressed button, if `message_type` is `button`. */
	button?: {
		/** The payload that you set for the button: a string, or an object for WhatsApp. */
		payload?: {
			[field: string]: unknown;
		} | string | null;
		/** The text on the button. */
		text?: string | null;
		/** The type of button. */
		subtype?: string | null;
		[field: string]: unknown;
	};
	/** The contacts, if `message_type` is `contacts`. */
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
			/** The postal code, under another name. */
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
		/** The employer of the person. */
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
	/** The order, if `message_type` is `order`. */
	order?: {
		/** The catalog. */
		catalog_id?: string | null;
		/** The text of the order. */
		text?: string | null;
		/** The ordered products. */
		product_items?: {
			/** The product. */
			product_retailer_id?: string | null;
			/** The quantity. */
			quantity?: string | null;
			/** The price per item. */
			item_price?: string | null;
			/** The currency of the price. */
			currency?: string | null;
			[field: string]: unknown;
		}[] | null;
		[field: string]: unknown;
	};
	/** The reaction to an earlier message, if `message_type` is `reaction`. */
	reaction?: {
		/** Whether the reaction was added or removed. */
		action?: string | null;
		/** The emoji. */
		emoji?: string | null;
		[field: string]: unknown;
	};
	/** All attachments, if an MMS has several. */
	content?: {
		/** The type of content. */
		type?: string | null;
		/** The URL of the file. */
		url?: string | null;
		/** The name of the file. */
		name?: string | null;
		[field: string]: unknown;
	}[];
	/** The fields of MMS. */
	mms?: {
		/** The other members of the group. */
		participants?: (string | null)[] | null;
		[field: string]: unknown;
	};
	/** The fields of SMS. */
	sms?: {
		/** The number of parts. */
		num_messages?: string | null;
		/** The same, under another name. */
		count_total?: string | null;
		/** The same, under another name. */
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
	/** The origin of an SMS or MMS. */
	origin?: {
		/** The carrier as mobile country code and network code. */
		network_code?: string | null;
		[field: string]: unknown;
	};
	/** The WhatsApp user's profile. */
	profile?: {
		/** The display name. */
		name?: string | null;
		/** The user's handle. */
		username?: string | null;
		[field: string]: unknown;
	};
	/** The original message of the channel's provider. */
	provider_message?: string;
	/** Whether `context` contains the message to which this one replies. */
	context_status?: string;
	/** The message to which this one replies. */
	context?: {
		/** Its id. */
		message_uuid?: string | null;
		/** Its sender. */
		message_from?: string | null;
		/** The product to which the message refers. */
		whatsapp_referred_product?: {
			/** The catalog. */
			catalog_id?: string | null;
			/** The product. */
			product_retailer_id?: string | null;
			[field: string]: unknown;
		} | null;
		[field: string]: unknown;
	};
	/** The fields of WhatsApp. */
	whatsapp?: {
		/** The advertisement or post from which the user came. */
		referral?: {
			/** Its text. */
			body?: string | null;
			/** Its headline. */
			headline?: string | null;
			/** Its id at Meta. */
			source_id?: string | null;
			/** The type: an advertisement or a post. */
			source_type?: string | null;
			/** Its URL. */
			source_url?: string | null;
			/** The type of its media. */
			media_type?: string | null;
			/** Its image. */
			image_url?: string | null;
			/** Its video. */
			video_url?: string | null;
			/** Its thumbnail. */
			thumbnail_url?: string | null;
			/** The click id. */
			ctwa_clid?: string | null;
			[field: string]: unknown;
		} | null;
		/** The product to which the message refers. */
		whatsapp_referred_product?: {
			/** The catalog. */
			catalog_id?: string | null;
			/** The product. */
			product_retailer_id?: string | null;
			[field: string]: unknown;
		} | null;
		/** The sender. */
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

/** The status of a message that you sent with the Messages API (version 1), on any channel. One message has several statuses. */
export interface MessagesStatus {
	/** The platform's id of the message. */
	message_uuid: string;
	/** The channel of the message. */
	channel?: string;
	/** The recipient of the message: a number, an id, or an e-mail address. */
	to?: string;
	/** The sender of the message. */
	from?: string;
	/** The time, ISO 8601 in UTC. Another format (`2020-01-01 14:00:00 UTC`) and an empty object also occur. */
	timestamp?: string | {
		[field: string]: unknown;
	};
	/** The status of the message. Compare it case-insensitively. SMS and MMS are never `read`. */
	status: string;
	/** The reason why it was not delivered. */
	error?: {
		/** A page about the error. */
		type?: string | null;
		/** The error code. New ones may be added. */
		title?: string | null;
		/** The error as text. */
		detail?: string | null;
		/** The id of this error occurrence. */
		instance?: string | null;
		[field: string]: unknown;
	};
	/** The reference in the request, up to 100 characters. */
	client_ref?: string;
	/** The price of the message. */
	usage?: {
		/** The currency. */
		currency?: string | null;
		/** The amount, a decimal number. */
		price?: string | null;
		[field: string]: unknown;
	};
	/** The attempt within a request with `failover`. */
	workflow?: {
		/** The id of all attempts together. */
		workflow_id?: string | null;
		/** The number of the attempt, from 1. */
		items_number?: string | null;
		/** The number of attempts. */
		items_total?: string | null;
		/** `workflow_id` under another name. */
		id?: string | null;
		/** `items_number` under another name. */
		item_number?: string | null;
		/** `items_total` under another name. */
		total_items?: string | null;
		[field: string]: unknown;
	};
	/** The destination of an SMS, MMS or RCS message. */
	destination?: {
		/** The carrier as mobile country code and network code. */
		network_code?: string | null;
		[field: string]: unknown;
	};
	/** The fields of SMS. */
	sms?: {
		/** The number of parts. */
		count_total?: string | null;
		/** The parts. */
		segments?: {
			/** The time, ISO 8601. */
			timestamp?: string | null;
			/** The status of the segment. */
			status?: string | null;
			/** The reason why it was not delivered. */
			error_code?: string | null;
			[field: string]: unknown;
		}[] | null;
		[field: string]: unknown;
	};
	/** The fields of WhatsApp. */
	whatsapp?: {
		/** The billing. */
		pricing?: {
			/** Whether it is free of charge. */
			type?: string | null;
			/** The unit: message or conversation. */
			pricing_model?: string | null;
			/** The type of message. */
			category?: string | null;
			[field: string]: unknown;
		} | null;
		/** The conversation with which it is billed. */
		conversation?: {
			/** Its id. Since July 2025, the id of a message at Meta. */
			id?: string | null;
			/** Its origin. */
			origin?: {
				/** The type of conversation. */
				type?: string | null;
				[field: string]: unknown;
			} | null;
			[field: string]: unknown;
		} | null;
		/** The recipient. */
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
		/** The display name. */
		name?: string | null;
		/** The user's handle. */
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

/** The leg of a `connect` action changed its state. With `eventType: synchronous`, an NCCO in the answer takes over if the other side was not reached (`timeout`, `failed`, `rejected`, `cancelled`, `unanswered`, `busy`), if a websocket was `disconnected`, and for `human` or `machine`. Such a route needs `mode: reply`. The body is the same as that of `voice.event`, which gets the webhook on a shared path. The platform waits 10 s, so a handler has 9 s by default. */
export interface NccoConnect {
	/** The leg of the call: a UUID, or 32 hexadecimal digits. If `call_uuid` is present too, use this one. */
	uuid?: string;
	/** The leg, instead of `uuid`, if a machine or a human was detected. */
	call_uuid?: string;
	/** The conversation, which lasts as long as any leg of the call. It starts with `CON-`. Before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** The status of the leg: `started` created, `ringing`, `answered`, `busy`, `cancelled` the caller hung up first, `unanswered` not reached or declined, `disconnected` the application closed the websocket, `rejected` refused before it connected, `failed` could not be connected, `human` or `machine` detected, `timeout` the ringing timer ran out, `completed` over. */
	status?: string;
	/** The direction of the leg, as seen by the platform. Absent if a websocket was disconnected. */
	direction?: string;
	/** The caller: a number, a user's name, or `Unknown`. Absent if the platform sends null. */
	from?: string;
	/** The callee: a number, a user's name, a SIP URI, or the URL of a websocket. */
	to?: string;
	/** When the webhook was created, ISO 8601 in UTC with milliseconds. Absent before 2018. */
	timestamp?: string;
	/** For `completed`: when the leg was answered, ISO 8601 in UTC. Absent if the platform sends null. */
	start_time?: string;
	/** For `completed`: when the leg ended, ISO 8601 in UTC. Absent if the platform sends null. */
	end_time?: string;
	/** For `completed`: the duration of the leg, in seconds. */
	duration?: string;
	/** For `completed`: the price per minute, a decimal number in EUR. Absent if the platform sends null. */
	rate?: string;
	/** For `completed`: the price of the leg, a decimal number in EUR. Absent if the platform sends null. */
	price?: string;
	/** For `completed`: the carrier's name, or its mobile country code and network code. Absent if the platform sends null. */
	network?: string;
	/** The reason why the leg was not connected, in addition to its status. */
	detail?: string;
	/** The result of advanced machine detection: whether the beep of the answering machine was detected. */
	sub_state?: string;
	/** For `completed`: who ended the call. Since 2023. */
	disconnected_by?: string;
	/** The SIP status with which the leg ended, 200 to 699. Since 2026. */
	sip_code?: number;
	/** The websocket's metadata or the SIP headers of the leg. Often empty. */
	headers?: {
		[field: string]: unknown;
	};
	/** For `started`: the Client SDK's reference of a call from an app. */
	client_ref?: string;
	/** For `answered` and `completed`: the same reference, under another name. */
	client_reference?: string;
	[field: string]: unknown;
}

/** The callee of a `connect` action has answered, and hears this NCCO before the two are connected. The fields are those of `voice.answer`, which gets the webhook on a shared path. The platform waits 5 s for the complete answer, so a handler has 4 s by default. */
export interface NccoConnectOnAnswer {
	/** The callee: a number in international format without `+`, a SIP URI, or a user's name. */
	to?: string;
	/** The caller: a number, or `Unknown`. Absent for a call from an app. */
	from?: string;
	/** For a call from an app: the Client SDK user who calls. */
	from_user?: string;
	/** The leg of the call: a UUID, or 32 hexadecimal digits. The same on each retry, which must get the same NCCO. */
	uuid?: string;
	/** The conversation, which lasts as long as any leg of the call. It starts with `CON-`. Before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** The API host of the region that handles the call. Since 2022. */
	region_url?: string;
	/** The type of endpoint from which the call comes. Since 2023. */
	endpoint_type?: string;
	/** The data that an app passed when it called, as JSON. */
	custom_data?: {
		[field: string]: unknown;
	} | string;
	[field: string]: unknown;
}

/** The recording of a conversation is finished. This webhook goes to the event URL of the `conversation` action. The first references also promised each change of a call's state, which was never implemented, but such a body is valid. On a path shared with `ncco.record` or `voice.event`, those get the webhook, because they have the same body. The platform waits 10 s, so a handler has 9 s by default. */
export interface NccoConversation {
	/** The URL of the audio file. Fetching it requires the application's token. */
	recording_url?: string;
	/** The recording's id, which is not the id of the file in `recording_url`. */
	recording_uuid?: string;
	/** When the recording started, ISO 8601 in UTC, in most sources without milliseconds. */
	start_time?: string;
	/** When the recording ended, in the same format. */
	end_time?: string;
	/** The size of the file, in bytes. */
	size?: number;
	/** The conversation, which lasts as long as any leg of the call. It starts with `CON-`. Before 2018 it was a plain UUID. There is no field for the leg. */
	conversation_uuid?: string;
	/** When the webhook was created, ISO 8601 in UTC with milliseconds. Absent before 2018. */
	timestamp?: string;
	/** The leg of the call: a UUID, or 32 hexadecimal digits. If `call_uuid` is present too, use this one. */
	uuid?: string;
	/** The status of the leg: `started` created, `ringing`, `answered`, `busy`, `cancelled` the caller hung up first, `unanswered` not reached or declined, `disconnected` the application closed the websocket, `rejected` refused before it connected, `failed` could not be connected, `human` or `machine` detected, `timeout` the ringing timer ran out, `completed` over. */
	status?: string;
	/** The direction of the leg, as seen by the platform. Absent if a websocket was disconnected. */
	direction?: string;
	/** The caller: a number, a user's name, or `Unknown`. Absent if the platform sends null. */
	from?: string;
	/** The callee: a number, a user's name, a SIP URI, or the URL of a websocket. */
	to?: string;
	[field: string]: unknown;
}

/** A caller pressed keys or spoke, in response to the `input` action of an NCCO. Answer with the next NCCO. After an empty answer the current NCCO continues. The answer to asynchronous input is ignored. The platform waits 5 s for an NCCO, so a handler has 4 s by default. */
export interface NccoInput {
	/** The pressed keys. If the NCCO's `input` uses the syntax of 2017, the platform sends a string, which becomes `digits` of the object. */
	dtmf?: {
		/** The keys, `0` to `9`, `*` and `#`, up to 20. Null or empty if no key was pressed. */
		digits?: string | null;
		/** Whether the time limit ended the input. */
		timed_out?: boolean | null;
		[field: string]: unknown;
	};
	/** The result of speech recognition, if the NCCO requested it. */
	speech?: {
		/** The reason why the input ended. */
		timeout_reason?: string | null;
		/** The possible transcripts, most likely first. Empty or absent if nothing was understood. */
		results?: {
			/** The words. */
			text?: string | null;
			/** The confidence, from 0.0 to 1.0. */
			confidence?: string | null;
			[field: string]: unknown;
		}[] | null;
		/** The reason why there is no result. */
		error?: string | null;
		/** With `saveAudio`: the URL of the recorded speech. Fetching it requires the application's token. */
		recording_url?: string | null;
		[field: string]: unknown;
	};
	/** If the platform sends `dtmf` as a string: whether the time limit ended the input. */
	timed_out?: boolean;
	/** The caller. */
	from?: string;
	/** The callee. */
	to?: string;
	/** The leg of the call: a UUID, or 32 hexadecimal digits. */
	uuid?: string;
	/** The conversation, which lasts as long as any leg of the call. It starts with `CON-`. Before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** When the webhook was created, ISO 8601 in UTC with milliseconds. Absent before 2018. */
	timestamp?: string;
	[field: string]: unknown;
}

/** A call reached the `notify` action of its NCCO, which sends a payload that you define. An NCCO in the answer takes over. After an empty answer the current NCCO continues. The platform waits 5 s for an NCCO, so a handler has 4 s by default. */
export interface NccoNotify {
	/** The `payload` in the NCCO. The platform sends it inside this field, although the reference suggests that it is the whole body. */
	payload: {
		[field: string]: unknown;
	} | unknown[] | string;
	/** The conversation, which lasts as long as any leg of the call. It starts with `CON-`. Before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** When the webhook was created, ISO 8601 in UTC with milliseconds. */
	timestamp?: string;
	[field: string]: unknown;
}

/** A payment by telephone, requested by the `pay` action of an NCCO, succeeded or failed. The body of the answer is ignored. The platform waits 10 s, so a handler has 9 s by default. */
export interface NccoPay {
	/** The caller. */
	from?: string;
	/** The callee. */
	to?: string;
	/** Always `payment`. The table in the reference omits it. */
	type?: string;
	/** The leg of the call: a UUID, or 32 hexadecimal digits. */
	uuid?: string;
	/** The conversation, which lasts as long as any leg of the call. It starts with `CON-`. Before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** The result. */
	status?: string;
	/** When the webhook was created, ISO 8601 in UTC with milliseconds. */
	timestamp?: string;
	[field: string]: unknown;
}

/** A recording is finished and can be downloaded. It comes from a `record` action, a `conversation` action with `record`, or a request. The body of the answer is ignored. The platform waits 10 s, so a handler has 9 s by default. */
export interface NccoRecord {
	/** The URL of the audio file. Fetching it requires the application's token. */
	recording_url: string;
	/** The recording's id, which is not the id of the file in `recording_url`. */
	recording_uuid?: string;
	/** When the recording started, ISO 8601 in UTC, in most sources without milliseconds. */
	start_time?: string;
	/** When the recording ended, in the same format. */
	end_time?: string;
	/** The size of the file, in bytes. */
	size?: number;
	/** The conversation, which lasts as long as any leg of the call. It starts with `CON-`. Before 2018 it was a plain UUID. There is no field for the leg. */
	conversation_uuid?: string;
	/** When the webhook was created, ISO 8601 in UTC with milliseconds. Absent before 2018. */
	timestamp?: string;
	[field: string]: unknown;
}

/** The platform fetches audio that an NCCO or a request plays into a call: MP3, or WAV with 16 bits, with its content type and length. It caches the file for as long as Cache-Control allows. The request contains nothing about the call. The platform waits 5 s, so a handler has 4 s by default. */
export interface NccoStream {
	[field: string]: unknown;
}

/** The transcription of a recording is ready and can be downloaded. The body of the answer is ignored. The platform waits 10 s, so a handler has 9 s by default. */
export interface NccoTranscription {
	/** The conversation, which lasts as long as any leg of the call. It starts with `CON-`. Before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** The action that requested it: always `record`. Absent before 2022. */
	type?: string;
	/** The id of the recording, as in its own webhook. */
	recording_uuid?: string;
	/** The result. */
	status?: string;
	/** The URL of the text as JSON. Fetching it requires the application's token. */
	transcription_url?: string;
	/** When the webhook was created, ISO 8601 in UTC with milliseconds. */
	timestamp?: string;
	[field: string]: unknown;
}

/** The result of an asynchronous Number Insight Advanced lookup, in one webhook. Use `/json` in the request: the XML that follows a request with `/xml` is rejected with 415. The answer to the request itself (an acknowledgement with `error_text`) is not a webhook. Time limit and retries are not published. */
export interface NiAdvancedAsync {
	/** How the lookup ended: 0 success, 1 too many requests, 3 invalid request, 4 invalid credentials, 5 internal error, 9 no credit left, 19 not allowed, 43, 44 and 45 only part or nothing was found, 999 request not understood. */
	status?: number;
	/** The error as text. */
	status_message?: string;
	/** The error in the request, as text. */
	error_text?: string;
	/** The id of the lookup, as in its acknowledgement, up to 40 characters. */
	request_id: string;
	/** The number in international format without `+`. */
	international_format_number?: string;
	/** The number in national format. */
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
	/** The refunded amount if part of the lookup failed, a decimal number in EUR. */
	refund_price?: string;
	/** The account's remaining credit, a decimal number in EUR. */
	remaining_balance?: string;
	/** The current carrier of the number. Null if unknown. */
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
	/** The original carrier of the number. Null if unknown. */
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
	/** Whether the number was ported. Upper case also occurs. */
	ported?: string;
	/** Whether the number is roaming. The string `unknown` instead of the object if that is not known. */
	roaming?: {
		/** The roaming status. */
		status?: string | null;
		/** The country where it is roaming, two letters. */
		roaming_country_code?: string | null;
		/** The carrier that it uses there, as mobile country code and network code. */
		roaming_network_code?: string | null;
		/** That carrier's name. */
		roaming_network_name?: string | null;
		[field: string]: unknown;
	} | string;
	/** The owner of the number, for US numbers with `cnam=true`. */
	caller_identity?: {
		/** The type: a person or a business. */
		caller_type?: string | null;
		/** The full name, or `unknown`. */
		caller_name?: string | null;
		/** A person's first name. */
		first_name?: string | null;
		/** A person's last name. */
		last_name?: string | null;
		/** The type of contract. */
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
	/** The completeness of the result: 0 all fields, 1 some fields, 2 nothing. */
	lookup_outcome?: number;
	/** The error as text. */
	lookup_outcome_message?: string;
	/** Whether the number exists. */
	valid_number?: string;
	/** Whether the number can currently be reached. */
	reachable?: string;
	/** The answer of the network, if the lookup requested it. */
	real_time_data?: {
		/** Whether the number is active. */
		active_status?: string | boolean | null;
		/** Whether the handset is switched on. */
		handset_status?: string | null;
		[field: string]: unknown;
	};
	/** The IP address in the request. Withdrawn. */
	ip?: string;
	/** The warnings about that address. Withdrawn. */
	ip_warnings?: string;
	/** How well the address matches the number. Withdrawn. */
	ip_match_level?: string;
	/** The country of the address. Withdrawn. */
	ip_country?: string;
	[field: string]: unknown;
}

/** A part of the result of the first Number Insight API. One request had several webhooks: collect all `callback_total_parts` of a `request_id`. */
export interface NiLegacy {
	/** The id of the lookup. */
	request_id: string;
	/** The number of this part, from 1. */
	callback_part?: number;
	/** The number of parts. */
	callback_total_parts?: number;
	/** The number. */
	number?: string;
	/** The result of the lookup. 0 is success. */
	status?: number;
	/** The error as text. */
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
	/** Whether the number was ported. */
	ported?: string;
	/** Whether the number can currently be reached. */
	reachable?: string;
	/** Whether the number is roaming. */
	roaming?: string;
	/** The country where it is roaming. */
	roaming_country_code?: string;
	/** The carrier that it uses there. */
	roaming_network_code?: string;
	/** The reference in the request. */
	client_ref?: string;
	[field: string]: unknown;
}

/** An asynchronous report is ready or has failed. The body of the answer is ignored. Time limit and retries are not published. */
export interface ReportsCallback {
	/** The id of the report, as in the answer to the request. */
	request_id: string;
	/** The status of the report. */
	request_status?: string;
	/** The product that the report covers. */
	product?: string;
	/** The key of the account. */
	account_id?: string;
	/** The direction of the records. */
	direction?: string;
	/** The start of the report's period, ISO 8601. The offset may have no colon. */
	date_start?: string;
	/** The end of the report's period. */
	date_end?: string;
	/** When the request was received. */
	receive_time?: string;
	/** When processing started. */
	start_time?: string;
	/** Whether it includes subaccounts. */
	include_subaccounts?: boolean;
	/** Whether it includes the texts of messages. */
	include_message?: boolean;
	/** The status by which the records were filtered. */
	status?: string;
	/** The URL of this webhook. */
	callback_url?: string;
	/** The number of records. */
	items_count?: number;
	/** The links. */
	_links?: {
		/** The report itself. */
		self?: {
			/** Its URL. */
			href?: string | null;
			[field: string]: unknown;
		} | null;
		/** The file. Fetching it requires credentials. */
		download_report?: {
			/** Its URL. */
			href?: string | null;
			[field: string]: unknown;
		} | null;
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

/** Too many events wait, or one waits for longer than `alerts.oldest`. Another event follows when the backlog is well again. */
export interface RouterBacklog {
	/** One sentence for a person, without content of any webhook. */
	text: string;
	/** `high` if too many events wait or one waits for too long, `well` when that is over. */
	state: string;
	/** The number of unfinished events. */
	waiting: number;
	/** The limit of that number, `inbox.maxBacklog`. */
	maxBacklog: number;
	/** The arrival of the oldest unfinished event, as an ISO 8601 time. Absent unless it waits for too long. */
	oldestAt?: string;
	/** The number of causes in this event. */
	count: number;
	/** The number of causes by their code. */
	codes?: {
		[field: string]: unknown;
	};
	/** The ids of the newest deliveries among the causes, the newest first, at most 10. Empty if the causes are no deliveries. */
	ids: string[];
	/** `first`: the first event of its window. `rest`: the causes of the window after the first event was handed out. */
	part: string;
	/** The five minutes in which its causes are grouped. */
	window: {
		/** The beginning, as an ISO 8601 time. */
		from: string;
		/** The end, as an ISO 8601 time. */
		to: string;
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

/** A service that a route forwards to fails again and again, so that the route holds its events back, or it answers again. */
export interface RouterCircuit {
	/** One sentence for a person, without content of any webhook. */
	text: string;
	/** The route that forwards to the service. */
	route: string;
	/** The error code of the newest cause. */
	code: string;
	/** The service: its origin, or `unix:` and a path. */
	upstream: string;
	/** Whether it opened or closed. */
	state: string;
	/** The number of causes in this event. */
	count: number;
	/** The number of causes by their code. */
	codes?: {
		[field: string]: unknown;
	};
	/** The ids of the newest deliveries among the causes, the newest first, at most 10. Empty if the causes are no deliveries. */
	ids: string[];
	/** `first`: the first event of its window. `rest`: the causes of the window after the first event was handed out. */
	part: string;
	/** The five minutes in which its causes are grouped. */
	window: {
		/** The beginning, as an ISO 8601 time. */
		from: string;
		/** The end, as an ISO 8601 time. */
		to: string;
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

/** Events of a route were given up: the router tried them as often as `retry` says, or the handler gave up. They are kept, and `switchhook inbox replay` handles them again. */
export interface RouterDead {
	/** One sentence for a person, without content of any webhook. */
	text: string;
	/** The route whose events are dead. */
	route: string;
	/** The error code of the newest cause. */
	code: string;
	/** The number of causes in this event. */
	count: number;
	/** The number of causes by their code. */
	codes?: {
		[field: string]: unknown;
	};
	/** The ids of the newest deliveries among the causes, the newest first, at most 10. Empty if the causes are no deliveries. */
	ids: string[];
	/** `first`: the first event of its window. `rest`: the causes of the window after the first event was handed out. */
	part: string;
	/** The five minutes in which its causes are grouped. */
	window: {
		/** The beginning, as an ISO 8601 time. */
		from: string;
		/** The end, as an ISO 8601 time. */
		to: string;
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

/** A burst of requests for a route was refused with one code: at least as many in five minutes as `alerts.denied` says. */
export interface RouterDenied {
	/** One sentence for a person, without content of any webhook. */
	text: string;
	/** The route of the requests: the first one of their path, if it was not known yet. */
	route: string;
	/** The error code of the newest cause. */
	code: string;
	/** The number of causes in this event. */
	count: number;
	/** The number of causes by their code. */
	codes?: {
		[field: string]: unknown;
	};
	/** The ids of the newest deliveries among the causes, the newest first, at most 10. Empty if the causes are no deliveries. */
	ids: string[];
	/** `first`: the first event of its window. `rest`: the causes of the window after the first event was handed out. */
	part: string;
	/** The five minutes in which its causes are grouped. */
	window: {
		/** The beginning, as an ISO 8601 time. */
		from: string;
		/** The end, as an ISO 8601 time. */
		to: string;
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

/** Settings at the platform differ from the routes. `platform.drift` turns the comparison on. */
export interface RouterDrift {
	/** One sentence for a person, without content of any webhook. */
	text: string;
	/** The number of settings that differ. */
	differences: number;
	/** The number of causes in this event. */
	count: number;
	/** The number of causes by their code. */
	codes?: {
		[field: string]: unknown;
	};
	/** The ids of the newest deliveries among the causes, the newest first, at most 10. Empty if the causes are no deliveries. */
	ids: string[];
	/** `first`: the first event of its window. `rest`: the causes of the window after the first event was handed out. */
	part: string;
	/** The five minutes in which its causes are grouped. */
	window: {
		/** The beginning, as an ISO 8601 time. */
		from: string;
		/** The end, as an ISO 8601 time. */
		to: string;
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

/** Webhooks of a route are kept and not handled, because a gate did not trust them. `switchhook inbox release` lets one through. */
export interface RouterQuarantined {
	/** One sentence for a person, without content of any webhook. */
	text: string;
	/** The route of the webhooks. */
	route: string;
	/** The error code of the newest cause. */
	code: string;
	/** The number of causes in this event. */
	count: number;
	/** The number of causes by their code. */
	codes?: {
		[field: string]: unknown;
	};
	/** The ids of the newest deliveries among the causes, the newest first, at most 10. Empty if the causes are no deliveries. */
	ids: string[];
	/** `first`: the first event of its window. `rest`: the causes of the window after the first event was handed out. */
	part: string;
	/** The five minutes in which its causes are grouped. */
	window: {
		/** The beginning, as an ISO 8601 time. */
		from: string;
		/** The end, as an ISO 8601 time. */
		to: string;
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

/** A new configuration was not loaded, because it has errors. The previous one continues. */
export interface RouterReloadFailed {
	/** One sentence for a person, without content of any webhook. */
	text: string;
	/** The number of errors. 0 if it could not be read. */
	errors: number;
	/** The position of the first error: file, line and column. */
	place?: string;
	/** The number of causes in this event. */
	count: number;
	/** The number of causes by their code. */
	codes?: {
		[field: string]: unknown;
	};
	/** The ids of the newest deliveries among the causes, the newest first, at most 10. Empty if the causes are no deliveries. */
	ids: string[];
	/** `first`: the first event of its window. `rest`: the causes of the window after the first event was handed out. */
	part: string;
	/** The five minutes in which its causes are grouped. */
	window: {
		/** The beginning, as an ISO 8601 time. */
		from: string;
		/** The end, as an ISO 8601 time. */
		to: string;
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

/** An event in a conversation of the Conversation API and the Client SDK. `type` determines the fields of `body`. The exact envelope was never published: these are the fields that the SDKs read. Time limit and retries are not published. */
export interface RtcEvent {
	/** The sequence number of the event in its conversation. */
	id?: number;
	/** The type of event. The type of your own events is `custom:` and a name. Message types end on 2026-04-30. */
	type: string;
	/** The conversation. */
	conversation_id?: string;
	/** The application. */
	application_id?: string;
	/** The member from whom it comes. */
	from?: string;
	/** The member for whom it is. Often empty. */
	to?: string;
	/** The data of this type of event. For `custom:` and `ephemeral` it can be anything. */
	body?: {
		/** The pressed key. */
		digit?: string | null;
		/** The pressed keys. */
		digits?: string | null;
		/** The number of the key in the call. */
		dtmf_seq?: number | string | null;
		/** How the key was transmitted. */
		method?: string | null;
		/** The duration: seconds, or a decimal number as a string. */
		duration?: string | number | null;
		/** The leg: an object with `type`, `id`, `from`, `to`, `leg_ids`, or its id. */
		channel?: {
			[field: string]: unknown;
		} | string | null;
		/** The leg of the app. */
		rtc_id?: string | null;
		/** The id of the audio playback. */
		play_id?: string | null;
		/** The id of the spoken text. */
		say_id?: string | null;
		/** The recording, if it stops. */
		record_id?: string | null;
		/** The recording. */
		recording_id?: string | null;
		/** The event to which this one refers. */
		event_id?: string | number | null;
		/** The audio to play. */
		stream_url?: unknown[] | string | null;
		/** Whether it is queued. */
		queue?: boolean | string | number | null;
		/** The volume. */
		level?: number | string | null;
		/** The number of repetitions. */
		loop?: number | string | boolean | null;
		/** The spoken or written text. For a `message`, its text. */
		text?: string | {
			[field: string]: unknown;
		} | null;
		/** The voice. */
		voice_name?: string | null;
		/** The language. */
		language?: string | null;
		/** The variant of the voice. */
		style?: number | string | null;
		/** Whether it is a premium voice. */
		premium?: boolean | string | null;
		/** Whether the text is SSML. */
		ssml?: boolean | string | null;
		/** How long the recording is stored. */
		validity?: number | string | {
			[field: string]: unknown;
		} | null;
		/** Whether it is streamed. */
		streamed?: boolean | string | null;
		/** The format of the recording. */
		format?: string | null;
		/** Whether it starts with a beep. */
		beep_start?: boolean | string | null;
		/** Whether it ends with a beep. */
		beep_stop?: boolean | string | null;
		/** Whether it waits for speech. */
		detect_speech?: boolean | number | string | null;
		/** Whether each leg has a track. */
		split?: boolean | string | null;
		/** Whether each leg has a track, as misspelled in the reference. */
		mulitrack?: boolean | string | null;
		/** The number of tracks. */
		channels?: number | string | null;
		/** The settings of the transcription. */
		transcription?: {
			/** The language. */
			language?: string | null;
			/** Whether the mood is told. */
			sentiment_analysis?: boolean | null;
			[field: string]: unknown;
		} | boolean | null;
		/** Where the recording can be fetched; that needs the application's token. */
		destination_url?: string | null;
		/** The start time, ISO 8601. */
		start_time?: string | null;
		/** The end time, ISO 8601. */
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
			/** The reason why the input ended. */
			timeout_reason?: string | null;
			/** Where its recording can be fetched. */
			destination_url?: string | null;
			/** The format of that. */
			format?: string | null;
			/** The start time, ISO 8601. */
			start_time?: string | null;
			/** The end time, ISO 8601. */
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
		/** The content of a custom message. */
		custom?: {
			[field: string]: unknown;
		} | string | null;
		/** The contact card of a message. */
		vcard?: {
			[field: string]: unknown;
		} | string | null;
		/** The location in a message. */
		location?: {
			[field: string]: unknown;
		} | string | null;
		/** The conversation's name. */
		cname?: string | null;
		/** The inviting user. */
		invited_by?: string | null;
		/** The inviting member. */
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
		/** Whether audio and video are enabled. */
		media?: {
			[field: string]: unknown;
		} | boolean | string | null;
		/** The originator. */
		initiator?: {
			[field: string]: unknown;
		} | string | null;
		/** The time: an object with `invited`, `joined`, `left`, or a single time. */
		timestamp?: {
			[field: string]: unknown;
		} | string | null;
		/** The reason: an object with `code` and `text`, or a string. */
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
		/** The caller or sender. */
		from?: {
			[field: string]: unknown;
		} | string | null;
		/** The callee or recipient. */
		to?: {
			[field: string]: unknown;
		} | string | null;
		/** The conversation. */
		id?: string | null;
		/** The conversation's name. */
		name?: string | null;
		/** The display name. */
		display_name?: string | null;
		/** The URL of the picture. */
		image_url?: string | null;
		/** The status. */
		state?: string | {
			[field: string]: unknown;
		} | null;
		/** The leg. */
		leg_id?: string | null;
		/** The direction of the leg. */
		direction?: string | null;
		/** The type of leg. */
		type?: string | null;
		/** The status of the leg. */
		status?: string | null;
		/** The previous status. */
		statusHistory?: ({
			[field: string]: unknown;
		} | string | null)[] | null;
		/** The audio quality. */
		quality?: {
			[field: string]: unknown;
		} | number | string | null;
		/** The amount of data sent. */
		bandwidth?: {
			[field: string]: unknown;
		} | number | string | null;
		/** The audio quality, 1 to 5. */
		mos?: string | number | null;
		/** The price, a decimal number. */
		price?: string | number | null;
		/** The currency. */
		price_currency?: string | null;
		/** The price per minute, a decimal number. */
		rate?: string | number | null;
		/** The carrier as mobile country code and network code. */
		network_code?: string | null;
		/** When it was requested, ISO 8601. */
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
		/** The location of the session. */
		session_destination?: string | null;
		/** The confidence of the detection. */
		confidence?: string | number | null;
		[field: string]: unknown;
	} | unknown[] | string;
	/** The state of the event. Often empty. */
	state?: string | {
		[field: string]: unknown;
	};
	/** The time, ISO 8601. */
	timestamp?: string;
	/** The URL of the event, in older events. */
	href?: string;
	/** The originator. */
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
	/** The links. */
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

/** The status of a message from a US short code: two-factor codes, alerts, marketing. US carriers report only that they accepted the message. The webhook is the same as `sms.dlr` and arrives at the same URL. On a shared path, `sms.dlr` gets it. */
export interface ShortcodeDlr {
	/** The recipient of the message: a number in international format without `+`. */
	msisdn?: string;
	/** The sender of the message: your number, or a sender name, which may contain spaces. */
	to?: string;
	/** The platform's id of the message, as in the answer to the sending request: 14 to 16 hexadecimal digits, or a UUID. */
	messageId: string;
	/** The status of the message. Compare it case-insensitively. */
	status: string;
	/** The reason: 0 delivered, 1 unknown, 2 temporarily absent, 3 permanently absent, 4 call barred by the user, 5 portability error, 6 rejected as spam, 7 handset busy, 8 network error, 9 illegal number, 10 illegal message, 11 unroutable, 12 destination unreachable, 13 age restriction, 14 blocked by the carrier, 15 insufficient prepaid credit, 50 entity filter, 51 header filter, 52 content filter, 53 consent filter, 54 regulation error, 99 general error. */
	"err-code"?: string;
	/** The price of the message, a decimal number in EUR. */
	price?: string;
	/** When the platform created the receipt, in UTC: `YYYY-MM-DD HH:MM:SS`. ISO 8601 and a trailing `+0000` also occur. */
	"message-timestamp"?: string;
	/** The carrier as mobile country code and network code, or its name for numbers without these codes. Often absent since 2023. */
	"network-code"?: string;
	/** When the carrier created the receipt, as `YYMMDDHHMM`. Other lengths occur. Often absent since 2023. */
	scts?: string;
	/** The API key of the message's account, 8 characters. Absent before about 2018. */
	"api-key"?: string;
	/** The reference in the sending request, up to 100 characters. */
	"client-ref"?: string;
	/** In a signed webhook: when it was created, in seconds since the epoch. */
	timestamp?: string;
	/** In a signed webhook: a random UUID. */
	nonce?: string;
	/** In a signed webhook: the signature in hexadecimal, with 32, 40, 64 or 128 digits depending on the method. */
	sig?: string;
	[field: string]: unknown;
}

/** Somebody sent an SMS to a US short code, which includes `STOP` and `HELP`. The webhook is the same as `sms.inbound` and arrives at the same URL. On a shared path, `sms.inbound` gets it. */
export interface ShortcodeInbound {
	/** The sender of the message: a number in international format without `+`, or a sender name. */
	msisdn: string;
	/** The recipient: your number or short code. */
	to: string;
	/** The platform's id of this message or part: about 16 hexadecimal digits, since about 2023 a UUID. */
	messageId: string;
	/** The text of the message. Trailing spaces and line breaks are kept. A binary message may not have it. */
	text?: string;
	/** The type of the message. */
	type?: string;
	/** The first word of the text, mostly in upper case. It identifies the program of a short code. */
	keyword?: string;
	/** When the platform received the message, in UTC: `YYYY-MM-DD HH:MM:SS`. ISO 8601 and a trailing `+0000` also occur. */
	"message-timestamp"?: string;
	/** In a signed webhook: when it was created, in seconds since the epoch. */
	timestamp?: string;
	/** In a signed webhook: a random UUID. */
	nonce?: string;
	/** In a signed webhook: the signature in hexadecimal, with 32, 40, 64 or 128 digits depending on the method. */
	sig?: string;
	/** The API key of the message's account, 8 characters. Absent before about 2018. */
	"api-key"?: string;
	/** `true` for a part of a longer message, else absent. */
	concat?: string;
	/** The reference of all parts of one message: 0 to 65535. */
	"concat-ref"?: string;
	/** The number of parts of the message. */
	"concat-total"?: string;
	/** The number of this part, from 1. */
	"concat-part"?: string;
	/** The content of a binary message, in hexadecimal. */
	data?: string;
	/** The user data header of a binary message, in hexadecimal (3GPP TS 23.040). */
	udh?: string;
	[field: string]: unknown;
}

/** The status of an SMS that you sent. One message has several receipts, such as `accepted` and then `delivered`, which can arrive in any order. Receipts of US short codes report only that the carrier accepted the message. */
export interface SmsDlr {
	/** The recipient of the message: a number in international format without `+`. */
	msisdn?: string;
	/** The sender of the message: your number, or a sender name, which may contain spaces. */
	to?: string;
	/** The platform's id of the message, as in the answer to the sending request: 14 to 16 hexadecimal digits, or a UUID. */
	messageId: string;
	/** The status of the message. Compare it case-insensitively. */
	status: string;
	/** The reason: 0 delivered, 1 unknown, 2 temporarily absent, 3 permanently absent, 4 call barred by the user, 5 portability error, 6 rejected as spam, 7 handset busy, 8 network error, 9 illegal number, 10 illegal message, 11 unroutable, 12 destination unreachable, 13 age restriction, 14 blocked by the carrier, 15 insufficient prepaid credit, 50 entity filter, 51 header filter, 52 content filter, 53 consent filter, 54 regulation error, 99 general error. */
	"err-code"?: string;
	/** The price of the message, a decimal number in EUR. */
	price?: string;
	/** When the platform created the receipt, in UTC: `YYYY-MM-DD HH:MM:SS`. ISO 8601 and a trailing `+0000` also occur. */
	"message-timestamp"?: string;
	/** The carrier as mobile country code and network code, or its name for numbers without these codes. Often absent since 2023. */
	"network-code"?: string;
	/** When the carrier created the receipt, as `YYMMDDHHMM`. Other lengths occur. Often absent since 2023. */
	scts?: string;
	/** The API key of the message's account, 8 characters. Absent before about 2018. */
	"api-key"?: string;
	/** The reference in the sending request, up to 100 characters. */
	"client-ref"?: string;
	/** In a signed webhook: when it was created, in seconds since the epoch. */
	timestamp?: string;
	/** In a signed webhook: a random UUID. */
	nonce?: string;
	/** In a signed webhook: the signature in hexadecimal, with 32, 40, 64 or 128 digits depending on the method. */
	sig?: string;
	[field: string]: unknown;
}

/** Somebody sent an SMS to one of your numbers. A long message may arrive in parts, in any order and each with its own id. Join the parts with the same `msisdn`, `to` and `concat-ref` in the order of `concat-part`. */
export interface SmsInbound {
	/** The sender of the message: a number in international format without `+`, or a sender name. */
	msisdn: string;
	/** The recipient: your number or short code. */
	to: string;
	/** The platform's id of this message or part: about 16 hexadecimal digits, since about 2023 a UUID. */
	messageId: string;
	/** The text of the message. Trailing spaces and line breaks are kept. A binary message may not have it. */
	text?: string;
	/** The type of the message. */
	type?: string;
	/** The first word of the text, mostly in upper case. It identifies the program of a short code. */
	keyword?: string;
	/** When the platform received the message, in UTC: `YYYY-MM-DD HH:MM:SS`. ISO 8601 and a trailing `+0000` also occur. */
	"message-timestamp"?: string;
	/** In a signed webhook: when it was created, in seconds since the epoch. */
	timestamp?: string;
	/** In a signed webhook: a random UUID. */
	nonce?: string;
	/** In a signed webhook: the signature in hexadecimal, with 32, 40, 64 or 128 digits depending on the method. */
	sig?: string;
	/** The API key of the message's account, 8 characters. Absent before about 2018. */
	"api-key"?: string;
	/** `true` for a part of a longer message, else absent. */
	concat?: string;
	/** The reference of all parts of one message: 0 to 65535. */
	"concat-ref"?: string;
	/** The number of parts of the message. */
	"concat-total"?: string;
	/** The number of this part, from 1. */
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

/** A verification changed: an event of one channel, a step of silent authentication, or the summary at the end. `type` and `channel` say which. The first Verify API has no webhook. */
export interface Verify2Callback {
	/** The id of the verification, as in the answer to the request. */
	request_id: string;
	/** `event` for one channel, `summary` for the whole verification at its end. */
	type?: string;
	/** The status of the channel, or in a summary of the whole verification. */
	status: string;
	/** The channel of an event. */
	channel?: string;
	/** In a summary: when the verification started, ISO 8601. */
	submitted_at?: string;
	/** In an event: when the channel was tried, ISO 8601. */
	triggered_at?: string;
	/** When the channel was finished, ISO 8601. Absent before that. */
	finalized_at?: string;
	/** In a summary: the time limit of each channel, in seconds. */
	channel_timeout?: number;
	/** In a summary: the channels in the order in which they were tried. */
	workflow?: {
		/** The channel. */
		channel?: string | null;
		/** When it was tried, ISO 8601. */
		initiated_at?: string | null;
		/** The result. */
		status?: string | null;
		[field: string]: unknown;
	}[];
	/** In silent authentication with the status `action_pending`: the next step for the phone. Sources show an object, a list of one, and an empty object. */
	action?: {
		/** The type of step. */
		type?: string | null;
		/** The URL that the phone must request through its mobile network. */
		check_url?: string | null;
		[field: string]: unknown;
	} | unknown[];
	/** The price of the verification, a decimal number in EUR. */
	price?: string;
	/** The reference in the request. */
	client_ref?: string;
	[field: string]: unknown;
}

/** The recording of a session of the Video API changed. A very small archive may be `uploaded` before it is `stopped`. */
export interface VideoArchive {
	/** The archive. */
	id: string;
	/** Always `archive`. */
	event?: string;
	/** The start time, in milliseconds since the epoch. */
	createdAt?: number;
	/** The duration, in seconds. 0 while it is running. */
	duration?: number;
	/** The name that you set. */
	name?: string;
	/** The project of the older platform. */
	partnerId?: string;
	/** The application, or the project of the older platform. */
	projectId?: string;
	/** The application. */
	applicationId?: string;
	/** The reason why it stopped or failed. */
	reason?: string;
	/** Width and height of the video. */
	resolution?: string;
	/** The session. */
	sessionId?: string;
	/** The size, in bytes. 0 while it is running. */
	size?: number;
	/** The status. */
	status: string;
	/** The URL of the file, valid for about ten minutes. Absent if the platform sends null. */
	url?: string;
	/** Whether there is one file, or one for each stream. */
	outputMode?: string;
	/** How streams are added. */
	streamMode?: string;
	/** Whether it has audio. */
	hasAudio?: boolean;
	/** Whether it has video. */
	hasVideo?: boolean;
	/** The time, in milliseconds since the epoch. */
	updatedAt?: number;
	/** The streams in it. */
	streams?: {
		/** The stream. */
		streamId?: string | null;
		/** Whether its audio is included. */
		hasAudio?: boolean | null;
		/** Whether its video is included. */
		hasVideo?: boolean | null;
		[field: string]: unknown;
	}[];
	[field: string]: unknown;
}

/** A broadcast of a session of the Video API changed. The references mention this webhook but do not show its body. All fields are valid, and those listed here are from the REST API. */
export interface VideoBroadcast {
	/** The broadcast. */
	id?: string;
	/** Probably `broadcast`. */
	event?: string;
	/** The session. */
	sessionId?: string;
	/** The status. */
	status?: string;
	/** The reason why it stopped or failed. */
	reason?: string;
	/** The URLs where it can be watched or to which it is sent. */
	broadcastUrls?: {
		[field: string]: unknown;
	};
	/** The time, in milliseconds since the epoch. */
	createdAt?: number;
	/** The time, in milliseconds since the epoch. */
	updatedAt?: number;
	[field: string]: unknown;
}

/** Live captions of a session of the Video API changed. The references mention this webhook but do not show its body. All fields are valid, and those listed here are from the REST API. */
export interface VideoCaptions {
	/** The captions. */
	captionId?: string;
	/** The captions, under the name in the REST API. */
	captionsId?: string;
	/** The session. */
	sessionId?: string;
	/** The status. */
	status?: string;
	/** The reason why they stopped or failed. */
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
	/** The status. */
	status: string;
	/** The reason why it stopped or failed. */
	reason?: string;
	[field: string]: unknown;
}

/** A session, a connection or a stream of the Video API was created or ended. `event` says which. */
export interface VideoSession {
	/** The session. */
	sessionId: string;
	/** The application, or the project of the older platform. */
	projectId?: string;
	/** The application, if `projectId` is something else. */
	applicationId?: string;
	/** The type of event. */
	event: string;
	/** The reason why a connection or a stream ended. */
	reason?: string;
	/** The time, in milliseconds since the epoch. */
	timestamp?: number;
	/** The connection, for events about one. */
	connection?: {
		/** Its id. */
		id?: string | null;
		/** When it was created, in milliseconds since the epoch. */
		createdAt?: number | null;
		/** The data in the client's token. */
		data?: {
			[field: string]: unknown;
		} | string | null;
		[field: string]: unknown;
	};
	/** The stream, for events about one. */
	stream?: {
		/** Its id. */
		id?: string | null;
		/** The connection of the stream. */
		connection?: {
			/** Its id. */
			id?: string | null;
			/** When it was created, in milliseconds since the epoch. */
			createdAt?: number | null;
			/** The data in the client's token. */
			data?: {
				[field: string]: unknown;
			} | string | null;
			[field: string]: unknown;
		} | null;
		/** When it was created, in milliseconds since the epoch. */
		createdAt?: number | null;
		/** The name that its publisher set. */
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
	/** The status of the call. */
	state?: string;
	/** The reason why it ended: a SIP status, or a code of the platform (700, 703, 704, 705, 706). */
	reason_code?: string;
	/** The error as text. */
	reason_message?: string;
	/** The time, in milliseconds since the epoch. */
	timestamp?: number;
	/** The call. */
	call?: {
		/** Its id. */
		id?: string | null;
		/** Its connection in the session. */
		connectionId?: string | null;
		/** When it was created, in milliseconds since the epoch. */
		createdAt?: number | null;
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

/** A call of Vonage Business Communications changed its state. The Vonage Integration Suite sends this webhook and expects a 200 within 2 s, so a handler has 1.5 s by default. */
export interface VisEvent {
	/** The call. */
	event: {
		/** The call. */
		id?: string | null;
		/** The user of VBC. */
		userId?: string | null;
		/** The VBC account. */
		accountId?: string | null;
		/** The call's id in the telephone system. */
		externalId?: string | null;
		/** The direction of the call. */
		direction?: string | null;
		/** The number of the other party. */
		phoneNumber?: string | null;
		/** The caller id. */
		callerId?: string | null;
		/** The status of the call. */
		state?: string | null;
		/** The duration of the call so far, in milliseconds. */
		duration?: number | null;
		/** When the call started, ISO 8601. */
		startTime?: string | null;
		/** When the call was answered. */
		answerTime?: string | null;
		/** When it ended. */
		endTime?: string | null;
		/** Always `CALL`. */
		type?: string | null;
		/** Whether both parties belong to the account. */
		internal?: boolean | null;
		/** The telephone system. */
		ucpType?: string | null;
		[field: string]: unknown;
	};
	/** The delivery, with the metadata policy `BODY`. Otherwise it is in the X-VON headers, or missing. */
	metadata?: {
		/** The number of the attempt, from 1. */
		attempt?: number | null;
		/** The id of the delivery, the same in each attempt. */
		deliveryId?: string | null;
		/** The HMAC of the event in hexadecimal. */
		signature?: string | null;
		/** The subscription. */
		webhookId?: string | null;
		[field: string]: unknown;
	};
	[field: string]: unknown;
}

/** A call has arrived or was answered, and the platform asks what to do. Answer with an NCCO. The platform waits 5 s for the complete answer, so a handler has 4 s by default. That leaves one second for the network and for a fallback. */
export interface VoiceAnswer {
	/** The callee: a number in international format without `+`, a SIP URI, or a user's name. */
	to?: string;
	/** The caller: a number, or `Unknown`. Absent for a call from an app. */
	from?: string;
	/** For a call from an app: the Client SDK user who calls. */
	from_user?: string;
	/** The leg of the call: a UUID, or 32 hexadecimal digits. The same on each retry, which must get the same NCCO. */
	uuid?: string;
	/** The conversation, which lasts as long as any leg of the call. It starts with `CON-`. Before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** The API host of the region that handles the call. Since 2022. */
	region_url?: string;
	/** The type of endpoint from which the call comes. Since 2023. */
	endpoint_type?: string;
	/** The data that an app passed when it called, as JSON. */
	custom_data?: {
		[field: string]: unknown;
	} | string;
	[field: string]: unknown;
}

/** An NCCO was not usable, or the platform failed. Errors of speech recognition are in `speech.error` of an input instead. The body of the answer is ignored. The platform waits 10 s, so a handler has 9 s by default. */
export interface VoiceError {
	/** The error as text. */
	reason: string;
	/** The conversation, which lasts as long as any leg of the call. It starts with `CON-`. Before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** The leg of the call: a UUID, or 32 hexadecimal digits. */
	uuid?: string;
	/** When the webhook was created, ISO 8601 in UTC with milliseconds. */
	timestamp?: string;
	[field: string]: unknown;
}

/** A leg of a call changed its state. The body of the answer is usually ignored. For `disconnected`, for the detection of a human or a machine, and if a `connect` with `eventType: synchronous` did not get through, an NCCO in the answer takes over. Such a route needs `mode: reply`. The platform waits 10 s by default, so a handler has 9 s by default. */
export interface VoiceEvent {
	/** The leg of the call: a UUID, or 32 hexadecimal digits. If `call_uuid` is present too, use this one. */
	uuid?: string;
	/** The leg, instead of `uuid`, if a machine or a human was detected. */
	call_uuid?: string;
	/** The conversation, which lasts as long as any leg of the call. It starts with `CON-`. Before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** The status of the leg: `started` created, `ringing`, `answered`, `busy`, `cancelled` the caller hung up first, `unanswered` not reached or declined, `disconnected` the application closed the websocket, `rejected` refused before it connected, `failed` could not be connected, `human` or `machine` detected, `timeout` the ringing timer ran out, `completed` over. */
	status?: string;
	/** The direction of the leg, as seen by the platform. Absent if a websocket was disconnected. */
	direction?: string;
	/** The caller: a number, a user's name, or `Unknown`. Absent if the platform sends null. */
	from?: string;
	/** The callee: a number, a user's name, a SIP URI, or the URL of a websocket. */
	to?: string;
	/** When the webhook was created, ISO 8601 in UTC with milliseconds. Absent before 2018. */
	timestamp?: string;
	/** For `completed`: when the leg was answered, ISO 8601 in UTC. Absent if the platform sends null. */
	start_time?: string;
	/** For `completed`: when the leg ended, ISO 8601 in UTC. Absent if the platform sends null. */
	end_time?: string;
	/** For `completed`: the duration of the leg, in seconds. */
	duration?: string;
	/** For `completed`: the price per minute, a decimal number in EUR. Absent if the platform sends null. */
	rate?: string;
	/** For `completed`: the price of the leg, a decimal number in EUR. Absent if the platform sends null. */
	price?: string;
	/** For `completed`: the carrier's name, or its mobile country code and network code. Absent if the platform sends null. */
	network?: string;
	/** The reason why the leg was not connected, in addition to its status. */
	detail?: string;
	/** The result of advanced machine detection: whether the beep of the answering machine was detected. */
	sub_state?: string;
	/** For `completed`: who ended the call. Since 2023. */
	disconnected_by?: string;
	/** The SIP status with which the leg ended, 200 to 699. Since 2026. */
	sip_code?: number;
	/** The websocket's metadata or the SIP headers of the leg. Often empty. */
	headers?: {
		[field: string]: unknown;
	};
	/** For `started`: the Client SDK's reference of a call from an app. */
	client_ref?: string;
	/** For `answered` and `completed`: the same reference, under another name. */
	client_reference?: string;
	[field: string]: unknown;
}

/** An answer URL, or an event URL that had to return an NCCO, failed, and the platform asks this URL instead. The payload has the fields of the failed request, `reason` and `original_request`. If this URL fails too, a new call ends. The platform waits 5 s for an NCCO, so a handler has 4 s by default. */
export interface VoiceFallbackAnswer {
	/** The reason why the first URL failed. */
	reason?: string;
	/** The failed request. */
	original_request?: {
		/** The failed URL. */
		url?: string | null;
		/** The type of the failed webhook. */
		type?: string | null;
		[field: string]: unknown;
	};
	/** The callee: a number in international format without `+`, a SIP URI, or a user's name. */
	to?: string;
	/** The caller: a number, a user's name, or `Unknown`. Absent if the platform sends null. */
	from?: string;
	/** For a call from an app: the Client SDK user who calls. */
	from_user?: string;
	/** The leg of the call: a UUID, or 32 hexadecimal digits. The same on each retry, which must get the same NCCO. */
	uuid?: string;
	/** The conversation, which lasts as long as any leg of the call. It starts with `CON-`. Before 2018 it was a plain UUID. */
	conversation_uuid?: string;
	/** The API host of the region that handles the call. Since 2022. */
	region_url?: string;
	/** The type of endpoint from which the call comes. Since 2023. */
	endpoint_type?: string;
	/** The data that an app passed when it called, as JSON. */
	custom_data?: {
		[field: string]: unknown;
	} | string;
	/** The leg, instead of `uuid`, if a machine or a human was detected. */
	call_uuid?: string;
	/** The status of the leg: `started` created, `ringing`, `answered`, `busy`, `cancelled` the caller hung up first, `unanswered` not reached or declined, `disconnected` the application closed the websocket, `rejected` refused before it connected, `failed` could not be connected, `human` or `machine` detected, `timeout` the ringing timer ran out, `completed` over. */
	status?: string;
	/** The direction of the leg, as seen by the platform. Absent if a websocket was disconnected. */
	direction?: string;
	/** When the webhook was created, ISO 8601 in UTC with milliseconds. Absent before 2018. */
	timestamp?: string;
	/** For `completed`: when the leg was answered, ISO 8601 in UTC. Absent if the platform sends null. */
	start_time?: string;
	/** For `completed`: when the leg ended, ISO 8601 in UTC. Absent if the platform sends null. */
	end_time?: string;
	/** For `completed`: the duration of the leg, in seconds. */
	duration?: string;
	/** For `completed`: the price per minute, a decimal number in EUR. Absent if the platform sends null. */
	rate?: string;
	/** For `completed`: the price of the leg, a decimal number in EUR. Absent if the platform sends null. */
	price?: string;
	/** For `completed`: the carrier's name, or its mobile country code and network code. Absent if the platform sends null. */
	network?: string;
	/** The reason why the leg was not connected, in addition to its status. */
	detail?: string;
	/** The result of advanced machine detection: whether the beep of the answering machine was detected. */
	sub_state?: string;
	/** For `completed`: who ended the call. Since 2023. */
	disconnected_by?: string;
	/** The SIP status with which the leg ended, 200 to 699. Since 2026. */
	sip_code?: number;
	/** The websocket's metadata or the SIP headers of the leg. Often empty. */
	headers?: {
		[field: string]: unknown;
	};
	/** For `started`: the Client SDK's reference of a call from an app. */
	client_ref?: string;
	/** For `answered` and `completed`: the same reference, under another name. */
	client_reference?: string;
	/** The pressed keys: an object since 2020, or a string if the NCCO's `input` uses the syntax of 2017. */
	dtmf?: string | {
		/** The keys, `0` to `9`, `*` and `#`, up to 20. Null or empty if no key was pressed. */
		digits?: string | null;
		/** Whether the time limit ended the input. */
		timed_out?: boolean | null;
		[field: string]: unknown;
	};
	/** The result of speech recognition, if the NCCO requested it. */
	speech?: {
		/** The reason why the input ended. */
		timeout_reason?: string | null;
		/** The possible transcripts, most likely first. Empty or absent if nothing was understood. */
		results?: {
			/** The words. */
			text?: string | null;
			/** The confidence, from 0.0 to 1.0. */
			confidence?: string | null;
			[field: string]: unknown;
		}[] | null;
		/** The reason why there is no result. */
		error?: string | null;
		/** With `saveAudio`: the URL of the recorded speech. Fetching it requires the application's token. */
		recording_url?: string | null;
		[field: string]: unknown;
	};
	/** If `dtmf` is a string: whether the time limit ended the input. */
	timed_out?: boolean;
	/** The payload of the NCCO's `notify`, if that was the failed request. */
	payload?: {
		[field: string]: unknown;
	} | unknown[] | string;
	[field: string]: unknown;
}

/** A leg of a call moved to another conversation, because of the `conversation` action of an NCCO or a transfer request. The platform waits 10 s, so a handler has 9 s by default. */
export interface VoiceTransfer {
	/** The conversation that the leg left. */
	conversation_uuid_from?: string;
	/** The conversation that the leg joined. */
	conversation_uuid_to?: string;
	/** The leg that moved: a UUID, or 32 hexadecimal digits. */
	uuid?: string;
	/** When it moved, ISO 8601 in UTC with milliseconds. */
	timestamp?: string;
	/** Always `transfer`. Not all sources show it. */
	type?: string;
	[field: string]: unknown;
}
