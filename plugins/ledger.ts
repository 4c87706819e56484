import { definePlugin, giveUp } from "switchhook";

/** Keeps account of paid invoices. The sum lives as long as the router: a real one has a database. */
export default definePlugin({
	name: "ledger",
	options: {
		type: "object",
		additionalProperties: false,
		properties: { currency: { type: "string", default: "EUR" } },
	},
	setup: () => ({ sum: 0 }),
	on: {
		"invoice-paid": (event, { options, state, log }) => {
			const { amount, currency } = event.payload;
			if (typeof amount !== "number" || currency !== options.currency) {
				throw giveUp(`this ledger is kept in ${options.currency}`);
			}
			state.sum += amount;
			log.info("an invoice was paid", {
				tenant: event.params.tenant,
				sum: state.sum,
			});
		},
	},
});
