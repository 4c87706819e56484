import type { Doubt } from "../../src/inbox/port/doubt.ts";

/** Reasons as versions before doubts were data wrote them, with what they hold; three of them were refused at the door. */
export const OLD_DOUBTS: readonly {
	readonly reason: string | null;
	readonly doubts: readonly Doubt[];
}[] = [
	{
		reason: "FIREWALL_DENIED: 192.0.2.1 is in none of: office",
		doubts: [
			{ code: "FIREWALL_DENIED", detail: "192.0.2.1 is in none of: office" },
		],
	},
	{
		reason:
			"FIREWALL_DENIED: no; SIGNATURE_MISSING: no token; not even an empty one; PAYLOAD_INVALID: `to`: missing",
		doubts: [
			{ code: "FIREWALL_DENIED", detail: "no" },
			{
				code: "SIGNATURE_MISSING",
				detail: "no token; not even an empty one",
			},
			{ code: "PAYLOAD_INVALID", detail: "`to`: missing" },
		],
	},
	{
		reason: "SIGNATURE_INVALID: none of 2 secrets fits",
		doubts: [{ code: "SIGNATURE_INVALID", detail: "none of 2 secrets fits" }],
	},
	{
		reason: "PAYLOAD_UNROUTED: no route: FIREWALL_DENIED",
		doubts: [{ code: "PAYLOAD_UNROUTED", detail: "no route: FIREWALL_DENIED" }],
	},
	{ reason: "imported by hand", doubts: [] },
	{ reason: null, doubts: [] },
];
