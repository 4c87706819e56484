/** The delivery receipt's schema, as one who writes the endpoint by hand has it. */
const text = { type: "string" };

export const RECEIPT = {
	type: "object",
	required: [
		"msisdn",
		"to",
		"messageId",
		"status",
		"err-code",
		"price",
		"message-timestamp",
	],
	properties: {
		msisdn: text,
		to: text,
		messageId: text,
		status: text,
		"err-code": text,
		price: text,
		"message-timestamp": text,
		"network-code": text,
		scts: text,
		"api-key": text,
		"client-ref": text,
		timestamp: text,
		nonce: text,
		sig: text,
	},
};
