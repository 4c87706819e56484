import { readTimer } from "../../config/parts/limits.ts";
import { readToken } from "../../config/parts/server/token.ts";
import type { HandlerSettings } from "../../config/settings.ts";
import { HookError } from "../../errors.ts";
import type { Report } from "../../finding/report.ts";
import { lineOf, type Site } from "../../finding/site.ts";
import type { PullTerms, PullToken } from "../handler.ts";
import type { HandlerType } from "../handler-type.ts";

/** `pull`: leaves events for a service that fetches them from the admin listener. */
export const pull: HandlerType<
	HandlerSettings & PullTerms,
	{ readonly pull: Written }
> = {
	name: "pull",
	schema: {
		keys: {
			pull: {
				description:
					"Leaves the events for a service that fetches them over HTTP. See [pull](pull.md).",
				$ref: "#/$defs/pull",
				defaultNote: "none",
			},
		},
		defs: {
			pull: {
				title: "pull",
				description:
					"A service fetches the events with `POST /pull/<route>` from the admin listener, and acknowledges each one. Accept routes only. See [pull](pull.md).",
				type: "object",
				additionalProperties: false,
				properties: {
					token: {
						description:
							"The token of the service, such as 32 random bytes in hexadecimal, or `sha256:` and its hash. It works for this route alone. An empty one counts as none.",
						type: "string",
						defaultNote: "none",
						// biome-ignore lint/suspicious/noTemplateCurlyInString: the reference is one of routes.yaml
						examples: ["${PULL_TOKEN}"],
					},
					tokens: {
						description:
							"Several tokens by name, for example to replace one. The log has the names.",
						type: "object",
						propertyNames: { pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$" },
						additionalProperties: {
							type: "object",
							additionalProperties: false,
							required: ["token"],
							properties: {
								token: {
									description: "The token, as in `token`.",
									type: "string",
								},
							},
						},
						defaultNote: "none",
						// biome-ignore lint/suspicious/noTemplateCurlyInString: the reference is one of routes.yaml
						examples: [{ erp: { token: "${ERP_TOKEN}" } }],
					},
					lease: {
						description:
							"How long a service may work on an event before it acknowledges it or extends its lease. After that, the attempt counts as failed.",
						$ref: "#/$defs/duration",
						default: "30s",
					},
				},
			},
		},
	},
	needs: ["inbox", "admin"],
	modes: ["accept"],
	read({ pull: written }, handler, { report }) {
		const site = handler.in("pull");
		const tokens = readTokens(written, site, report);
		const leaseMs = readLease(written, site, report);
		if (tokens.length === 0) {
			report.error(site.at(), {
				what: "`pull` has no token, so no service can fetch the events",
				// biome-ignore lint/suspicious/noTemplateCurlyInString: the reference is one of routes.yaml
				todo: 'write `token: "${PULL_TOKEN}"` and set the variable',
			});
		}
		if (tokens.length === 0 || leaseMs === undefined) return undefined;
		return { type: "pull", tokens, leaseMs };
	},
	describe: ({ tokens }) =>
		`pull by ${tokens.map(({ name }) => name).join(", ")}`,
	createBuilder: () => ({
		build: ({ tokens, leaseMs }) => ({
			handler: {
				// The worker never takes an event of such a route.
				handle() {
					throw new HookError("INTERNAL", "a service fetches these events");
				},
				pull: { tokens, leaseMs },
			},
			findings: [],
		}),
	}),
};

// --- helpers ---

interface Written {
	readonly token?: string;
	readonly tokens?: Readonly<Record<string, { readonly token: string }>>;
	readonly lease?: string;
}

/** The name of the token that is written as `token`. */
const ONLY_TOKEN = "service";

const DEFAULT_LEASE_MS = 30_000;
const LEASE_MIN_MS = 1000;
const LEASE_MAX_MS = 12 * 3_600_000;

function readTokens(
	{ token, tokens = {} }: Written,
	site: Site,
	report: Report,
): readonly PullToken[] {
	const written = [
		...(token === undefined
			? []
			: [{ name: ONLY_TOKEN, text: token, at: site.in("token") }]),
		...Object.entries(tokens).map(([name, one]) => ({
			name,
			text: one.token,
			at: site.in("tokens", name, "token"),
		})),
	];
	const known = new Map<string, Site>();
	return written.flatMap(({ name, text, at }) => {
		// An empty variable switches the token off.
		const sha256 = text === "" ? undefined : readToken(text, at, report);
		if (sha256 === undefined) return [];
		const first = known.get(sha256);
		if (first !== undefined) {
			report.error(at.at(), {
				what: `the token is the same as in ${lineOf(first)}`,
				todo: "write another token",
			});
			return [];
		}
		known.set(sha256, at);
		return [{ name, sha256 }];
	});
}

function readLease(
	{ lease }: Written,
	site: Site,
	report: Report,
): number | undefined {
	if (lease === undefined) return DEFAULT_LEASE_MS;
	const at = site.in("lease");
	const ms = readTimer(lease, at, report);
	if (ms === undefined) return undefined;
	if (ms >= LEASE_MIN_MS && ms <= LEASE_MAX_MS) return ms;
	report.error(at.at(), {
		what: `the lease is ${at.show(lease)}`,
		expected: "from `1s` to `12h`",
		todo: "write for example `30s`. A service can extend it",
	});
	return undefined;
}
