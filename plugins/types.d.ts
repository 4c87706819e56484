// Written by `switchhook types`. Change the schemas, not this file.

declare module "switchhook" {
	interface Payloads {
		/** Invoice paid. */
		"invoice-paid": InvoicePaid;
	}
}

/** An example of a webhook that is not the platform's: a route names this file with `schema`. */
export interface InvoicePaid {
	/** The invoice. */
	id: string;
	/** The amount paid, in the currency's smallest unit. */
	amount: number;
	/** ISO 4217 code. */
	currency: string;
	[field: string]: unknown;
}
