import type { Encoding } from "./webhook.ts";

/** Finds the first encoding that a path has a method for: a query needs GET, a body any other method. */
export function fittingEncoding(
	encodings: readonly Encoding[],
	methods: readonly string[],
): Encoding | undefined {
	return encodings.find((encoding) =>
		encoding === "query"
			? methods.includes("GET")
			: methods.some((method) => method !== "GET"),
	);
}
