import type { AccountSettings } from "../../config/settings.ts";
import { ipaddr } from "../../gate/ipaddr.ts";
import type { PlanProblem, Reason } from "./plan.ts";

/** Explains why the platform cannot call the URLs of the routes. A platform on this machine, such as a mock, can call any URL here. */
export function checkCallable(
	publicUrl: string,
	accounts: Iterable<Pick<AccountSettings, "hosts">>,
	because: readonly Reason[],
): PlanProblem[] {
	if (!isLocal(publicUrl)) return [];
	if ([...accounts].every(({ hosts }) => isLocal(hosts.rest))) return [];
	return [
		{
			code: "public-url",
			blocks: true,
			what: `\`server.publicUrl\` is ${publicUrl}, which the platform cannot call.`,
			todo: "Write the URL under which the router is reached from the Internet, such as `https://hooks.example.com`.",
			because,
		},
	];
}

// --- helpers ---

function isLocal(url: string): boolean {
	const host = new URL(url).hostname.replace(/^\[|\]$|\.$/g, "");
	if (ipaddr().isValid(host))
		return ipaddr().process(host).range() !== "unicast";
	return (
		!host.includes(".") ||
		/\.(?:localhost|local|internal|lan|intranet|home\.arpa|test)$/.test(host)
	);
}
