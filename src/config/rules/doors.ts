import type { Report } from "../../finding/report.ts";
import { listWords } from "../../finding/suggest.ts";
import { NONE } from "../../gate/schemes/none.ts";
import type { ConfiguredScheme } from "../../gate/schemes/scheme.ts";
import { isSentAgain } from "../../kind/resend.ts";
import type { RouteDraft } from "../parts/route/draft.ts";
import { methodsOf, modeOf } from "./effective.ts";

/** Checks the firewall and the signature of a route. */
export function checkDoor(route: RouteDraft, report: Report): void {
	checkPresence(route, report);
	checkOpenness(route, report);
	checkWithdrawn(route, report);
	checkOutcomes(route, report);
	if (route.signature === undefined) return;
	const { schemes } = route.signature;
	if (isUnsigned(route)) {
		checkOnUnsigned(route, report);
		noteUnsigned(route, report);
		return;
	}
	checkAgain(route, report);
	checkCover(route, schemes, report);
	checkContent(route, schemes, report);
	checkSigned(route, schemes, report);
}

/** Returns true if only the address identifies the sender. */
export function isUnproved(route: RouteDraft): boolean {
	return (
		isUnsigned(route) ||
		(route.signature !== undefined && route.onUnsigned === "report")
	);
}

/** Returns true for a route that only serves a fixed answer, which requests can only read. */
export function isPublic({ handler, wrote }: RouteDraft): boolean {
	return handler?.type.isFetched === true && !wrote("kind");
}

// --- helpers ---

function checkPresence(route: RouteDraft, report: Report): void {
	for (const key of ["firewall", "signature"] as const) {
		if (route.has(key)) continue;
		report.error(
			route.site.at(),
			{
				what: `the route has no \`${key}\``,
				expected: "one on the route, or one in `defaults`",
				todo:
					key === "firewall"
						? "write for example `firewall: [vonage]`"
						: "write `signature: none` if nothing is signed",
			},
			`no ${key}`,
		);
	}
}

function checkOpenness(route: RouteDraft, report: Report): void {
	const { firewall, signature, onUnsigned } = route;
	if (!firewall?.isWide || isPublic(route) || signature === undefined) return;
	if (isUnsigned(route)) {
		report.warn(route.siteOf("firewall").at(), {
			what: "the route has neither a signature nor a narrow firewall. Anyone can send a fake webhook",
			todo: "name the networks of the senders, such as `[vonage]`, unless a tunnel hides them",
		});
	} else if (onUnsigned === "report") {
		report.warn(route.siteOf("onUnsigned").at(), {
			what: "unsigned webhooks pass, and the firewall is wide. Anyone can send a fake webhook",
			todo: "name the networks of the senders in `firewall`, or take `onUnsigned` out once the signatures are right",
		});
	}
}

/** Warns about outcomes that disable the gates of a route. They may be left over from a trial. */
function checkOutcomes(route: RouteDraft, report: Report): void {
	const { firewall, onDenied } = route;
	if (firewall === undefined || isPublic(route)) return;
	if (onDenied === "report" && !firewall.isWide && isUnproved(route)) {
		report.warn(route.siteOf("onDenied").at(), {
			what: "clients that the firewall refuses pass anyway, and no signature proves the sender. Anyone can send a fake webhook",
			todo: "take `onDenied` out once the networks are right, or write a `signature`",
		});
	}
	// One of `defaults` counts as `reject` where a reply is due.
	const counts = (key: "onDenied" | "onUnsigned"): boolean =>
		route[key] === "quarantine" &&
		(route.wrote(key) || modeOf(route) !== "reply");
	if (counts("onDenied") && !firewall.isWide) {
		report.note(route.siteOf("onDenied").at(), {
			what: "anyone can fill the quarantine with webhooks that the firewall refuses",
			todo: "take `onDenied` out once the networks are right",
		});
	}
	const isOpen = firewall.isWide || onDenied === "report";
	if (counts("onUnsigned") && isOpen && !isUnsigned(route)) {
		report.warn(route.siteOf("onUnsigned").at(), {
			what: `anyone can fill the quarantine: ${firewall.isWide ? "the firewall is wide" : "clients that the firewall refuses pass"}, and webhooks without a signature are kept`,
			todo: "name the networks of the senders in `firewall`, or write `onUnsigned: reject`",
		});
	}
}

/** Warns about `basic`: the password is in every request, and does not protect its content. */
function checkContent(
	route: RouteDraft,
	schemes: readonly ConfiguredScheme[],
	report: Report,
): void {
	if (!route.firewall?.isWide) return;
	const bare = schemes.filter(({ provesContent }) => !provesContent);
	if (bare.length === 0) return;
	report.warn(route.siteOf("signature").at(), {
		what: `${listSchemes(bare)} proves nothing about the content, and the firewall is wide. Anyone who has seen one request can send any other`,
		todo: "name the networks of the senders in `firewall`, or use a scheme that signs the content",
	});
}

/** Warns about former addresses of the platform, which prove nothing. */
function checkWithdrawn(route: RouteDraft, report: Report): void {
	const { firewall } = route;
	if (!firewall?.names.includes("nexmo") || !isUnproved(route)) return;
	report.warn(route.siteOf("firewall").at(), {
		what: "three of the four ranges of `nexmo` were withdrawn in 2019 and belong to others now, and no signature proves the sender",
		todo: "write `vonage`, which has the fourth and those that were published later",
	});
}

function isUnsigned({ signature }: RouteDraft): boolean {
	return signature?.schemes.includes(NONE) ?? false;
}

/** Notes that all customers share the platform's addresses, so they do not prove the account. */
function noteUnsigned(route: RouteDraft, report: Report): void {
	const { firewall, kind } = route;
	const [scheme] = kind?.signed ?? [];
	if (scheme === undefined || firewall === undefined) return;
	if (firewall.names.every((name) => name === "loopback" || name === "private"))
		return;
	report.note(
		route.siteOf("signature").at(),
		{
			what: "without a signature, any customer of the platform can make it send webhooks that look like yours",
			todo: `write a \`${scheme}\` signature if the platform signs \`${kind?.name}\` for your account`,
		},
		"signature none",
	);
}

/** Warns about `onUnsigned` on a route without a signature. In `defaults` it is for the signed routes. */
function checkOnUnsigned(route: RouteDraft, report: Report): void {
	const { onUnsigned } = route;
	if (!route.wrote("onUnsigned") || onUnsigned === undefined) return;
	report.warn(route.site.keyAt("onUnsigned"), {
		what: `no signature is expected here, so \`onUnsigned: ${onUnsigned}\` has no effect`,
		todo: "take it out, or write a `signature`",
	});
}

/** Warns where nobody comes back after the 503 by which `onUnsigned: retry` asks for a signed webhook. */
function checkAgain(route: RouteDraft, report: Report): void {
	const { onUnsigned, kind } = route;
	if (onUnsigned !== "retry" || kind?.resend === undefined) return;
	if (isSentAgain(kind.resend, 503) !== false) return;
	report.warn(route.siteOf("onUnsigned").at(), {
		what: `\`onUnsigned: retry\` answers 503, after which \`${kind.name}\` is not sent again`,
		todo: "write `quarantine` to keep unsigned webhooks, or `reject`",
	});
}

/** Checks that the payload is signed: the query of a GET, the body of all other methods. */
function checkCover(
	route: RouteDraft,
	schemes: readonly ConfiguredScheme[],
	report: Report,
): void {
	const methods = methodsOf(route) ?? [];
	const bare = methods.filter(
		(method) => !schemes.some((scheme) => scheme.covers(method)),
	);
	if (bare.length === 0) return;
	const isQuery = bare.includes("GET");
	const wording = {
		what: `the ${isQuery ? "query of a `GET`" : `body of a ${listWords(bare)}`} is not covered by ${listSchemes(schemes)}, so all of them are refused`,
		todo: `write \`${isQuery ? "{query}" : "{body}"}\` into the \`content\` of an \`hmac\` if the sender signs it, or use other \`methods\``,
	};
	const at = route.siteOf("signature").at();
	if (bare.length === methods.length) report.error(at, wording);
	else report.warn(at, wording);
}

/** Warns if the platform never signs the route's kind with any of its schemes. */
function checkSigned(
	{ kind, ...route }: RouteDraft,
	schemes: readonly ConfiguredScheme[],
	report: Report,
): void {
	if (kind?.signed === undefined) return;
	const { name, signed } = kind;
	if (schemes.some(({ scheme }) => signed.includes(scheme.name))) return;
	const isPlatforms = schemes.some(({ scheme }) => scheme.isPlatform);
	report.warn(route.siteOf("signature").at(), {
		what: isPlatforms
			? `the platform never signs \`${name}\` with ${listSchemes(schemes)}`
			: `the platform never sends \`${name}\` with ${listSchemes(schemes)}: only a service in between can add it`,
		expected:
			signed.length === 0
				? "`none` and a narrow firewall, because the platform is not known to sign this webhook"
				: `${listWords(signed)}, or \`none\` where signing is switched off`,
	});
}

function listSchemes(schemes: readonly ConfiguredScheme[]): string {
	return listWords([...new Set(schemes.map(({ scheme }) => scheme.name))]);
}
