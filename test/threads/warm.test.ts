import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect } from "chai";
import { keepThreadsWarm } from "./warm.mjs";

const TOY = new URL("toy.mjs", import.meta.url);

interface Told {
	readonly data: string;
	readonly message: string;
	readonly threadId: number;
}

describe("keepThreadsWarm", () => {
	let end = async () => {};
	before(() => {
		end = keepThreadsWarm((url) => url === TOY.href);
	});
	after(() => end());

	it("gives the thread of one that has ended to the next, with data of its own", async () => {
		const first = start("first");
		const [one] = await Promise.all([told(first, "close"), ended(first)]);
		const second = start("second");
		const [two] = await Promise.all([told(second, "close"), ended(second)]);
		expect(one).to.include({ data: "first", message: "close" });
		expect(two).to.include({ data: "second", threadId: one.threadId });
	});

	it("runs those that live at once in threads of their own", async () => {
		const both = [start("left"), start("right")];
		const answers = await Promise.all(both.map((toy) => told(toy, "hello")));
		expect(answers.map(({ data }) => data)).to.deep.equal(["left", "right"]);
		expect(answers[0]?.threadId).to.not.equal(answers[1]?.threadId);
		await Promise.all(both.flatMap((toy) => [told(toy, "close"), ended(toy)]));
	});

	it("tells all messages before the exit", async () => {
		const toy = start("busy");
		const heard: string[] = [];
		toy.on("message", ({ message }: Told) => heard.push(message));
		for (const message of ["a", "b", "close"]) toy.postMessage(message);
		await ended(toy);
		expect(heard).to.deep.equal(["a", "b", "close"]);
	});

	it("tells what broke a thread, and uses that one no more", async () => {
		const toy = start("broken");
		const { threadId } = await told(toy, "hello");
		const failed = once(toy, "error");
		toy.postMessage("fail");
		expect((await failed)[0]).to.have.property("message", "the toy broke");
		await ended(toy);
		const next = start("next");
		const [answer] = await Promise.all([told(next, "close"), ended(next)]);
		expect(answer.threadId).to.not.equal(threadId);
	});
});

// --- helpers ---

function start(name: string): Worker {
	return new Worker(TOY, { workerData: name });
}

async function told(toy: Worker, message: string): Promise<Told> {
	const answer = once(toy, "message");
	toy.postMessage(message);
	return (await answer)[0];
}

async function ended(toy: Worker): Promise<void> {
	await once(toy, "exit");
}
