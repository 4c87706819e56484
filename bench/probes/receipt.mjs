/** The envelope of a delivery receipt, as a router stores it. */
export const RECEIPT_ENVELOPE = {
	method: "POST",
	path: "/webhooks/delivery-receipts",
	query: "",
	client: "127.0.0.1",
	headers: {
		"content-type": "application/json",
		"user-agent": "Nexmo/MessagingHUB/v1.0",
	},
	params: {},
	claims: {},
	text: undefined,
	handedOn: 0,
};
