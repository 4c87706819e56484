import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { parseCidr } from "../../gate/networks.ts";

/**
 * Checks the target of a route: it must not be a service with a machine's credentials, and unencrypted only in a private
 * network. `place` is the position of the URL.
 */
export function checkTarget(origin: string, site: Site, report: Report): void {
	const { protocol, hostname } = new URL(origin);
	const host = hostname.replace(/^\[|\]$|\.$/g, "");
	const address = parseCidr(host)?.corrected.replace(/\/\d+$/, "");
	const shown = site.show(site.value);
	if (isMetadata(host, address)) {
		report.error(site.at(), {
			what: `${shown} leads to the metadata service of a cloud, which hands out the credentials of this machine`,
			todo: "write the URL of the service behind the router",
		});
	} else if (
		address !== undefined &&
		/^(?:169\.254\.|fe[89ab])/.test(address)
	) {
		report.warn(site.at(), {
			what: `${shown} is a link-local address, which is another machine on every network`,
			todo: "write the URL of the service behind the router",
		});
	} else if (protocol === "http:" && !isHere(host, address)) {
		const wording = {
			what: `${shown} is another host, and everything goes there in plain text`,
			todo: "write `https://`, or let something on this machine encrypt it",
		};
		// Within a cluster or a composition there is hardly ever TLS.
		if (isNeighbour(host, address)) report.note(site.at(), wording);
		else report.warn(site.at(), wording);
	}
}

/** Warns of a host that is a template and gets everything unencrypted. It may be in the networks of `egress`, so then it is a note. */
export function warnOfPlainText(
	egress: readonly string[] | undefined,
	site: Site,
	report: Report,
): void {
	const wording = {
		what: `${site.show(site.value)} leads to other hosts, and everything goes there in plain text`,
		todo: "write `https://`",
	};
	if (egress === undefined) report.warn(site.at(), wording);
	else report.note(site.at(), wording);
}

/** Addresses at which clouds and their containers provide credentials. */
export const METADATA_ADDRESSES: ReadonlySet<string> = new Set([
	"169.254.169.254",
	"169.254.170.2",
	"169.254.170.23",
	"100.100.100.200",
	"168.63.129.16",
	"192.0.0.192",
	"fd00:ec2::254",
	"fd00:ec2::23",
	"fd20:ce::254",
	"64:ff9b::a9fe:a9fe",
]);

// --- helpers ---

const METADATA_NAMES = new Set([
	"metadata",
	"metadata.google.internal",
	"metadata.goog",
	"metadata.azure.internal",
	"metadata.tencentyun.com",
	"metadata.packet.net",
	"instance-data",
	"instance-data.ec2.internal",
]);

function isMetadata(host: string, address: string | undefined): boolean {
	if (address !== undefined) return METADATA_ADDRESSES.has(address);
	// Some domains resolve to any address that is part of the name.
	const isWritten =
		/(?:^|[.-])169[.-]254[.-]169[.-]254(?:[.-]|$)|a9fea9fe/.test(host);
	return METADATA_NAMES.has(host) || isWritten;
}

function isHere(host: string, address: string | undefined): boolean {
	if (address === undefined) return /^(?:.+\.)?localhost$/.test(host);
	return /^(?:127\..*|0\.0\.0\.0|::1?)$/.test(address);
}

/** Returns true for names that only a private network resolves. */
function isNeighbour(host: string, address: string | undefined): boolean {
	return (
		address === undefined &&
		(!host.includes(".") ||
			/\.(?:internal|local|lan|intranet|home\.arpa|svc)$/.test(host))
	);
}
