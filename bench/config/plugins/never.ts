/** Takes a webhook and never ends with it: what comes after it stays in the inbox. */
export default {
	name: "never",
	on: {
		"*": (_event: unknown, { signal }: { readonly signal: AbortSignal }) =>
			new Promise((_resolve, reject) => {
				signal.addEventListener("abort", () => reject(signal.reason));
			}),
	},
};
