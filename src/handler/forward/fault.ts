import { loadClient } from "./client.ts";
import { isEgressDenied } from "./egress.ts";

/**
 * Returns the origin of the fault: the request, which can never or must not be sent; the router, which closed its connections; otherwise
 * the upstream.
 */
export function blameFor(error: Error): "request" | "router" | "upstream" {
	const { errors } = loadClient();
	if (
		isEgressDenied(error) ||
		error instanceof errors.InvalidArgumentError ||
		error instanceof errors.NotSupportedError
	) {
		return "request";
	}
	return error instanceof errors.ClientDestroyedError ||
		error instanceof errors.ClientClosedError
		? "router"
		: "upstream";
}
