import { expect } from "chai";
import fc from "fast-check";
import type { Sms } from "../../plugins/shipped/long-sms/message.ts";
import { createGround, failureOf, start } from "./joiner.ts";
import { partOf, partsOf, WHOLE } from "./sms.ts";

for (const isDurable of [false, true])
	describe(`createJoiner, ${isDurable ? "with an inbox" : "in memory"}`, () => {
		const begin = (over: Parameters<typeof start>[0] = {}) =>
			start(over, createGround(isDurable));

		it("sends what is no part at once, as it is", async () => {
			const { take, sent, kept } = begin();
			const bad = partOf(5, 3, "five of three");
			await take(WHOLE);
			await take(bad);
			expect(sent).to.deep.equal([WHOLE, bad]);
			expect(await kept()).to.deep.equal([]);
		});

		it("sends one message when its last part has come", async () => {
			const { take, texts, kept } = begin();
			const [one, two, three] = partsOf(["a", "b", "c"]) as [Sms, Sms, Sms];
			await take(three);
			await take(one);
			expect(texts()).to.deep.equal([]);
			expect(await kept()).to.have.members(["a", "c"]);
			await take(two);
			expect(texts()).to.deep.equal(["abc"]);
		});

		it("sends a message of one part at once", async () => {
			const { take, texts } = begin();
			await take(partOf(1, 1, "short"));
			expect(texts()).to.deep.equal(["short"]);
		});

		it("joins every message once, in any order, interleaved, with repetitions", () => {
			const messages = fc.array(
				fc.array(fc.string(), { minLength: 1, maxLength: 6 }),
				{ minLength: 1, maxLength: 5 },
			);
			const cases = messages.chain((all) => {
				const parts = all.flatMap((texts, ref) =>
					partsOf(texts, { "concat-ref": String(ref) }),
				);
				return fc.record({
					all: fc.constant(all),
					came: fc
						.array(fc.constantFrom(...parts), { maxLength: 10 })
						.chain((more) =>
							fc.shuffledSubarray([...parts, ...more], {
								minLength: parts.length + more.length,
							}),
						),
				});
			});
			return fc.assert(
				fc.asyncProperty(cases, fc.boolean(), async ({ all, came }, atOnce) => {
					const { take, sent, later, kept } = begin();
					if (atOnce) await Promise.all(came.map((sms) => take(sms)));
					else for (const sms of came) await take(sms);
					const joined = all.map((texts) => texts.join(""));
					expect(sent.map(({ text }) => text)).to.have.members(joined);
					await later();
					expect(sent).to.have.length(all.length);
					expect(await kept()).to.deep.equal([]);
				}),
			);
		});

		it("takes a part that comes again under another id for a repetition", async () => {
			const { take, texts, later } = begin();
			await take(partOf(1, 2, "a"));
			await take(partOf(1, 2, "a", { messageId: "again" }));
			await take(partOf(2, 2, "b"));
			await take(partOf(2, 2, "b", { messageId: "again, too" }));
			await later();
			expect(texts()).to.deep.equal(["ab"]);
		});

		it("sends after the time limit what there is, and says what is missing", async () => {
			const { take, sent, lines, later, kept } = begin();
			await take(partOf(2, 3, "b"));
			await later();
			expect(sent).to.have.length(1);
			expect(sent[0]).to.include({ text: "b", "concat-missing": "1,3" });
			expect(lines).to.deep.equal([
				[
					"a long message goes on without all of its parts",
					{ missing: [1, 3] },
				],
			]);
			expect(await kept()).to.deep.equal([]);
		});

		it("sends a part that comes after the limit on its own, too", async () => {
			const { take, sent, later } = begin();
			await take(partOf(1, 2, "a"));
			await later();
			await take(partOf(2, 2, "b"));
			await later();
			expect(
				sent.map((sms) => [sms.text, sms["concat-missing"]]),
			).to.deep.equal([
				["a", "2"],
				["b", "1"],
			]);
		});

		it("begins another message where a reference is used again", async () => {
			const { take, texts } = begin();
			await take(partOf(1, 2, "old "));
			await take(partOf(1, 2, "new "));
			await take(partOf(2, 2, "message"));
			expect(texts()).to.deep.equal(["old ", "new message"]);
			await take(partOf(2, 2, "third"));
			await take(partOf(1, 2, "the "));
			expect(texts()).to.deep.equal(["old ", "new message", "the third"]);
		});

		it("keeps so many messages at most: the oldest goes on early", async () => {
			const { take, texts, kept } = begin({ maxOpen: 2 });
			const open = (ref: number) =>
				take(partOf(1, 2, `m${ref}`, { "concat-ref": String(ref) }));
			for (let ref = 1; ref <= 4; ref += 1) {
				await open(ref);
				expect((await kept()).length).to.be.at.most(2);
			}
			expect(texts()).to.deep.equal(["m1", "m2"]);
		});

		it("refuses one more while the oldest cannot go", async () => {
			const { take, texts, later, kept, fault } = begin({ maxOpen: 1 });
			await take(partOf(1, 2, "a"));
			const other = partOf(1, 2, "b", { "concat-ref": "8" });
			fault.left = 1;
			expect(await failureOf(take(other))).to.equal("the service is down");
			expect(await kept()).to.deep.equal(["a"]);
			await take(other);
			await later();
			expect(texts()).to.deep.equal(["a", "b"]);
		});
	});
