import { expect } from "chai";
import { createTestRouter } from "../../src/testing.ts";

const CONFIG = `version: 1
defaults: { firewall: [vonage], signature: none }
routes:
  - { name: other, path: /menu, kind: ncco.input, level: ncco, handler: { ncco: [{ action: talk, text: "{{ payload.dtmf.digits }}" }] } }
  - { name: one, path: /menu, kind: ncco.input, level: ncco, match: { dtmf: "1" }, handler: { ncco: [{ action: talk, text: "{{ payload.dtmf.digits }}" }] } }
  - { name: star, path: /menu, kind: ncco.input, level: ncco, match: { dtmf.digits: { is: ["*", "5*"] } }, handler: { ncco: [{ action: talk, text: Star }] } }
  - { name: none, path: /menu, kind: ncco.input, level: ncco, match: { dtmf: "" }, handler: { ncco: [{ action: talk, text: Nothing }] } }
  - { name: kept, path: /kept, kind: ncco.input, level: ncco, mode: accept, dedupe: [conversation_uuid, dtmf.digits], handler: { plugin: log } }
`;

const FORMS = ["json", "form", "query"] as const;

/** The keys as the platform sends them: an object since 2020, text before, and what a query makes of an object. */
const shapes = (digits: string) => [
	{ digits, timed_out: false },
	digits,
	JSON.stringify({ digits, timed_out: true }),
];

describe("the keys that a caller pressed", () => {
	for (const as of FORMS)
		it(`choose the same route in every shape (${as})`, async () => {
			const router = await createTestRouter({ config: CONFIG });
			try {
				for (const [digits, route] of [
					["1", "one"],
					["12", "other"],
					["*", "star"],
					["5*", "star"],
					["", "none"],
				] as const) {
					for (const dtmf of shapes(digits)) {
						const answer = await router.send("/menu", {
							as,
							method: as === "query" ? "GET" : "POST",
							payload: {
								dtmf,
								uuid: "u",
								conversation_uuid: "c",
								to: "1",
								from: "2",
								timestamp: "2026-01-01T12:00:00.000Z",
							},
						});
						expect(answer.route, `${as} ${JSON.stringify(dtmf)}`).to.equal(
							route,
						);
						if (route === "one") expect(answer.text).to.contain('"1"');
					}
				}
			} finally {
				await router.close();
			}
		});

	it("are one key of `dedupe` in every shape", async () => {
		const router = await createTestRouter({ config: CONFIG });
		try {
			const outcomes: unknown[] = [];
			for (const dtmf of [...shapes("7"), ...shapes("8")]) {
				const { outcome } = await router.send("kept", {
					as: "json",
					set: { dtmf, conversation_uuid: "c" },
				});
				outcomes.push(outcome);
			}
			expect(outcomes).to.deep.equal([
				"received",
				"duplicate",
				"duplicate",
				"received",
				"duplicate",
				"duplicate",
			]);
		} finally {
			await router.close();
		}
	});
});
