import { expect } from "chai";
import {
	BrokerFault,
	type Connection,
	type ConnectionTies,
	type Message,
} from "../../src/handler/publish/driver.ts";
import { amqp } from "../../src/handler/publish/drivers/amqp.ts";
import {
	createLinks,
	type LinkTarget,
} from "../../src/handler/publish/links.ts";
import { parseBrokerUrl } from "../../src/handler/publish/url.ts";

describe("the connection to a broker", () => {
	it("is shared by the routes with one URL, and closed after the last of them", async () => {
		const { links, calls } = createStub();
		const [one, two] = [open(links, "one"), open(links, "two")];
		await Promise.all([one.send(MESSAGE, 1000), two.send(MESSAGE, 1000)]);
		expect(calls).to.deep.equal(["connect a", "send", "send"]);
		await one.close();
		expect(calls).to.not.include("close");
		await two.close();
		await two.close();
		expect(calls.filter((call) => call === "close")).to.have.length(1);
		expect(links.states()).to.deep.equal([]);
	});

	it("is tried at the next host after a failure, and again at the next message after a loss", async () => {
		const { links, calls, ties } = createStub({ refused: ["a"] });
		const link = open(links, "one");
		expect((await faultOf(link.send(MESSAGE, 1000))).message).to.equal(
			"a refused ***",
		);
		await link.send(MESSAGE, 1000);
		ties()?.onLost("reset");
		await link.send(MESSAGE, 1000);
		expect(calls).to.deep.equal([
			"connect a",
			"connect b",
			"send",
			"connect b",
			"send",
		]);
		await link.close();
	});

	it("fails the messages that it is lost with, and sends none of them later", async () => {
		const { links, calls, ties } = createStub({ isSilent: true });
		const link = open(links, "one");
		const sent = faultOf(link.send(MESSAGE, 1000));
		await until(() => calls.includes("send"));
		ties()?.onLost("reset by secret");
		expect((await sent).message).to.equal(
			"the connection was lost: reset by ***",
		);
		await link.close();
		expect(calls.filter((call) => call === "send")).to.have.length(1);
	});

	it("sends nothing that nobody waits for any more", async () => {
		const { links, calls } = createStub();
		const link = open(links, "one");
		expect((await faultOf(link.send(MESSAGE, 0))).message).to.include(
			"too long",
		);
		expect(calls).to.deep.equal(["connect a"]);
		await link.close();
	});

	it("waits at its end for the messages under way, for a second at most", async () => {
		const { links, calls } = createStub({ isSilent: true });
		const link = open(links, "one");
		const sent = faultOf(link.send(MESSAGE, 5000));
		await until(() => calls.includes("send"));
		const startedMs = performance.now();
		await link.close();
		expect(performance.now() - startedMs).to.be.within(900, 4900);
		expect((await sent).message).to.equal("the connection was closed");
	});
});

// --- helpers ---

const MESSAGE: Message = {
	id: "1",
	key: undefined,
	to: "q",
	exchange: undefined,
	headers: {},
	contentType: "text/plain",
	body: Buffer.from("x"),
	kind: "sms.inbound",
	receivedAt: 0,
	options: {
		declare: true,
		maxLength: undefined,
		durability: "synced",
		monitor: undefined,
	},
};

function createStub({
	refused = [],
	isSilent = false,
}: {
	readonly refused?: readonly string[];
	readonly isSilent?: boolean;
} = {}) {
	const calls: string[] = [];
	let last: ConnectionTies | undefined;
	const links = createLinks({
		async connect({ host: { host } }, ties): Promise<Connection> {
			calls.push(`connect ${host}`);
			if (refused.includes(host)) throw new Error(`${host} refused secret`);
			last = ties;
			return {
				send() {
					calls.push("send");
					return isSilent ? new Promise(() => {}) : Promise.resolve();
				},
				async close() {
					calls.push("close");
				},
			};
		},
	});
	return { links, calls, ties: () => last };
}

function open(links: ReturnType<typeof createLinks>, route: string) {
	const url = parseBrokerUrl("amqp://me:secret@a,b");
	if (url === undefined) throw new Error("no URL");
	const target: LinkTarget = {
		url,
		tls: undefined,
		connectTimeoutMs: 1000,
		sasl: undefined,
		region: undefined,
	};
	return links.open(amqp, target, { route, mode: "accept" });
}

async function faultOf(work: Promise<void>): Promise<BrokerFault> {
	const error = await work.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	if (error instanceof BrokerFault) return error;
	throw new Error("it did not fail", { cause: error });
}

async function until(isTrue: () => boolean): Promise<void> {
	while (!isTrue()) await new Promise((done) => setTimeout(done, 1));
}
