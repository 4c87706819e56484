/** The channels of the Messages API on which a person can write a text. */
export const CHANNELS = [
	"sms",
	"mms",
	"whatsapp",
	"messenger",
	"viber_service",
	"rcs",
] as const;
export type Channel = (typeof CHANNELS)[number];

/** The orders in which the parts of a long text can arrive. */
export const PART_ORDERS = ["inOrder", "reversed", "scrambled"] as const;
export type PartOrder = (typeof PART_ORDERS)[number];

/** The statuses of a receipt of the SMS API. */
export const SMS_STATUSES = [
	"accepted",
	"buffered",
	"delivered",
	"expired",
	"failed",
	"rejected",
	"unknown",
] as const;

/** The statuses of a receipt of the Messages API. */
export const MESSAGE_STATUSES = [
	"submitted",
	"delivered",
	"read",
	"rejected",
	"undeliverable",
] as const;
