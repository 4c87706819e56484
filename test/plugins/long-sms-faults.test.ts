import { expect } from "chai";
import fc from "fast-check";
import { createGround, failureOf, start } from "./joiner.ts";
import { partOf, partsOf } from "./sms.ts";

describe("createJoiner, when things fail", () => {
	it("keeps a message that is not taken, for its last part to come again", async () => {
		const { take, texts, fault, later } = start();
		await take(partOf(1, 2, "a"));
		fault.left = 1;
		expect(await failureOf(take(partOf(2, 2, "b")))).to.equal(
			"the service is down",
		);
		await take(partOf(2, 2, "b"));
		await later();
		expect(texts()).to.deep.equal(["ab"]);
	});

	it("tries again after the time limit, and gives up after a day", async () => {
		const timeoutMs = 6 * 3_600_000;
		const hours = start({ timeoutMs });
		hours.fault.left = 3;
		await hours.take(partOf(1, 2, "a"));
		for (let fired = 0; fired < 4; fired += 1) await hours.later();
		expect(hours.texts()).to.deep.equal(["a"]);

		hours.fault.left = 4;
		await hours.take(partOf(1, 2, "lost", { "concat-ref": "8" }));
		for (let fired = 0; fired < 5; fired += 1) await hours.later();
		expect(hours.texts()).to.deep.equal(["a"]);
		expect(await hours.kept()).to.deep.equal([]);
		const [message] = hours.lines.at(-1) ?? [""];
		expect(message).to.equal("a long message could not be handed on");
	});

	it("sends at the end what is open in memory, and nothing that was sent", async () => {
		const { joiner, take, texts, timers } = start();
		await take(partOf(1, 2, "open"));
		for (const sms of partsOf(["do", "ne"], { "concat-ref": "8" }))
			await take(sms);
		await joiner.close();
		expect(texts()).to.deep.equal(["done", "open"]);
		expect(timers.times).to.deep.equal([]);
	});

	it("ends though nothing is taken any more, and leaves no timer", async () => {
		const { joiner, take, lines, timers, fault } = start();
		await take(partOf(1, 2, "open"));
		fault.left = 1;
		await joiner.close();
		expect(lines.at(-1)?.[0]).to.equal("a long message could not be handed on");
		expect(timers.times).to.deep.equal([]);
	});

	it("goes on after a restart with what an inbox kept, and the time limit with it", async () => {
		const ground = createGround(true);
		const first = start({}, ground);
		await first.take(partOf(1, 2, "wh"));
		await first.take(partOf(1, 2, "cut", { "concat-ref": "8" }));
		await first.joiner.close();
		expect(first.texts()).to.deep.equal([]);
		ground.clock.now += 59_000;
		const second = start({}, ground);
		await second.take(partOf(2, 2, "ole"));
		expect(second.texts()).to.deep.equal(["whole"]);
		await second.later(1000);
		expect(second.texts()).to.deep.equal(["whole", "cut"]);
	});

	it("knows the event again that a message went with, a day long", async () => {
		const { take, texts, later } = start({}, createGround(true));
		for (const sms of partsOf(["a", "b"])) await take(sms);
		await later(23 * 3_600_000);
		for (const sms of partsOf(["a", "b"])) await take(sms);
		await later();
		expect(texts()).to.deep.equal(["ab"]);
		// The same words by another message: no repetition any more.
		for (const sms of ["a", "b"].entries())
			await take(partOf(sms[0] + 1, 2, sms[1], { messageId: `n${sms[0]}` }));
		expect(texts()).to.deep.equal(["ab", "ab"]);
	});

	it("leaves alone what another router has sent", async () => {
		const ground = createGround(true);
		const [one, other] = [start({}, ground), start({}, ground)];
		await one.take(partOf(1, 2, "a"));
		await one.later();
		await other.timers.fire();
		await other.take(partOf(2, 2, "b"));
		await other.later();
		expect(one.texts()).to.deep.equal(["a", "b"]);
	});

	it("joins each message once through failures, commits that are lost and restarts, all at once or not", () => {
		const step = fc.record({
			text: fc.integer({ min: 0, max: 8 }),
			fault: fc.constantFrom("none", "send", "commit", "restart"),
		});
		return fc.assert(
			fc.asyncProperty(
				fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8], { minLength: 9 }),
				fc.array(step, { minLength: 9, maxLength: 9 }),
				fc.boolean(),
				async (order, steps, atOnce) => {
					const ground = createGround(true);
					let router = start({}, ground);
					const events = order.map((at) => {
						const [ref, index] = [Math.floor(at / 3), at % 3];
						const over = { "concat-ref": `${ref}`, messageId: `id-${at}` };
						return {
							id: `e-${at}`,
							sms: partOf(index + 1, 3, `<${at}>`, over),
						};
					});
					const handle = async (at: number): Promise<boolean> => {
						const { fault = "none" } = steps[at] ?? {};
						if (fault === "send") router.fault.left = 1;
						if (fault === "commit") router.fault.commits = 1;
						if (fault === "restart" && !atOnce) router = start({}, ground);
						const { id = "", sms = {} } = events[at] ?? {};
						return (await failureOf(router.take(sms, id))) === "none";
					};
					let left = order.map((_, at) => at);
					for (let round = 0; left.length > 0; round += 1) {
						expect(round).to.be.below(20);
						// Two at a time would be two routers, which no order keeps apart.
						if (atOnce && steps.some(({ fault }) => fault === "restart"))
							router = start({}, ground);
						const went = atOnce ? await Promise.all(left.map(handle)) : [];
						if (!atOnce) for (const at of left) went.push(await handle(at));
						left = left.filter((_, index) => !went[index]);
						steps.length = Math.floor(steps.length / 2);
						ground.clock.now += 1000;
					}
					const whole = ["<0><1><2>", "<3><4><5>", "<6><7><8>"];
					expect(ground.sent.map(({ text }) => text)).to.have.members(whole);
					router.fault.left = 0;
					for (let turn = 0; turn < 3; turn += 1) await router.later();
					expect(ground.sent).to.have.length(3);
				},
			),
			{ numRuns: 300 },
		);
	});

	it("loses no part, whatever fails and whatever comes when", () => {
		const steps = fc.array(
			fc.oneof(
				fc.record({
					ref: fc.integer({ min: 0, max: 2 }),
					number: fc.integer({ min: 1, max: 3 }),
					text: fc.constantFrom("x", "y"),
				}),
				fc.constant("fire" as const),
				fc.record({ faults: fc.integer({ min: 1, max: 3 }) }),
			),
			{ maxLength: 40 },
		);
		return fc.assert(
			fc.asyncProperty(steps, async (all) => {
				const { joiner, take, sent, fault, later } = start({ maxOpen: 2 });
				const kept = new Set<string>();
				for (const step of all) {
					if (step === "fire") await later();
					else if ("faults" in step) fault.left = step.faults;
					else {
						const { ref, number, text } = step;
						const said = `${ref}.${number}${text};`;
						const part = partOf(number, 3, said, { "concat-ref": `${ref}` });
						if ((await failureOf(take(part))) === "none") kept.add(said);
					}
				}
				fault.left = 0;
				await joiner.close();
				const heard = sent.map(({ text }) => text).join("");
				for (const said of kept) expect(heard).to.contain(said);
			}),
		);
	});
});
