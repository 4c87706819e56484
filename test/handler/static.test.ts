import {
	mkdir,
	mkdtemp,
	rm,
	unlink,
	utimes,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import { createStaticHandler } from "../../src/handler/static/static.ts";
import { CountingDeadline } from "./plugin-harness.ts";
import { AT, ask, staticHandler, textOf } from "./static-tools.ts";

describe("a static answer", () => {
	it("is text, with its type and tag", async () => {
		const reply = await ask(await staticHandler({ text: "grüß" }));
		expect(reply.status).to.equal(200);
		expect(textOf(reply)).to.equal("grüß");
		expect(reply.headers["content-type"]).to.equal("text/plain; charset=utf-8");
		expect(reply.headers["content-length"]).to.equal("6");
		expect(reply.headers.etag).to.match(/^"[\w-]{27}"$/);
		expect(reply.headers).to.not.have.property("accept-ranges");
	});

	it("is JSON, also null and false", async () => {
		for (const json of [{ a: [1] }, null, false, 0]) {
			const reply = await ask(await staticHandler({ json }));
			expect(textOf(reply)).to.equal(JSON.stringify(json));
			expect(reply.headers["content-type"]).to.equal("application/json");
		}
	});

	it("is nothing but a status", async () => {
		const reply = await ask(await staticHandler({ status: 202 }));
		expect(reply).to.deep.equal({
			status: 202,
			headers: { "content-length": "0" },
			body: undefined,
		});
	});

	it("has no length where the status forbids one", async () => {
		const handler = await staticHandler({
			status: 204,
			headers: { "X-A": "b" },
		});
		expect((await ask(handler)).headers).to.deep.equal({ "x-a": "b" });
		expect((await ask(handler, {}, "HEAD")).headers).to.deep.equal({
			"x-a": "b",
		});
	});

	it("takes headers of the settings over its own, but never one that frames the body", async () => {
		const headers = {
			"Content-Type": "audio/x-own",
			"Cache-Control": "public, max-age=60",
			ETag: '"own"',
			"Content-Length": "7",
			"Transfer-Encoding": "chunked",
		};
		const handler = await staticHandler({ text: "abc", headers });
		const reply = await ask(handler);
		expect(reply.headers).to.deep.equal({
			"content-type": "audio/x-own",
			"cache-control": "public, max-age=60",
			etag: '"own"',
			"content-length": "3",
		});
		const known = await ask(handler, { "if-none-match": '"own"' });
		expect(known.status).to.equal(304);
		expect(known.headers).to.deep.equal({
			"cache-control": "public, max-age=60",
			etag: '"own"',
		});
	});

	it("is one frozen reply, without a promise", async () => {
		const handler = await staticHandler({ text: "abc" });
		const deadline = new CountingDeadline();
		const event = { headers: {}, method: "POST" } as never;
		const reply = handler.handle(event, deadline);
		expect(reply).to.equal(handler.handle(event, deadline));
		expect(reply).to.be.frozen;
		expect((reply as { headers: object }).headers).to.be.frozen;
	});

	it("tells a HEAD the length and sends nothing", async () => {
		const reply = await ask(await staticHandler({ text: "abc" }), {}, "HEAD");
		expect(reply.body).to.equal(undefined);
		expect(reply.headers["content-length"]).to.equal("3");
		expect(reply.headers["content-type"]).to.equal("text/plain; charset=utf-8");
	});
});

describe("a static file", () => {
	let folder: string;
	before(async () => {
		folder = await mkdtemp(join(tmpdir(), "switchhook-static-"));
	});
	after(() => rm(folder, { recursive: true }));
	const write = async (name: string, content: string | Buffer) => {
		const file = join(folder, name);
		await writeFile(file, content);
		await utimes(file, 1_600_000_000, 1_600_000_000);
		return file;
	};

	const types: Record<string, string> = {
		"a.xml": "text/xml; charset=utf-8",
		"a.vxml": "text/xml; charset=utf-8",
		"a.VXML": "text/xml; charset=utf-8",
		"a.mp3": "audio/mpeg",
		"a.wav": "audio/wav",
		"a.json": "application/json",
		"a.txt": "text/plain; charset=utf-8",
		"a.unknown": "application/octet-stream",
		noextension: "application/octet-stream",
	};
	for (const [name, type] of Object.entries(types)) {
		it(`called ${name} is ${type}`, async () => {
			const file = await write(name, "x");
			const { headers } = await ask(await staticHandler({ file }));
			expect(headers["content-type"]).to.equal(type);
		});
	}

	it("has all that a client needs to ask again", async () => {
		const file = await write("whole.mp3", "0123456789");
		const reply = await ask(await staticHandler({ file }));
		expect(textOf(reply)).to.equal("0123456789");
		expect(reply.headers).to.include({
			"accept-ranges": "bytes",
			"content-length": "10",
			"last-modified": "Sun, 13 Sep 2020 12:26:40 GMT",
		});
	});

	it("may be empty", async () => {
		const handler = await staticHandler({ file: await write("empty.txt", "") });
		expect((await ask(handler)).headers["content-length"]).to.equal("0");
		const range = await ask(handler, { range: "bytes=0-" });
		expect(range.status).to.equal(416);
		expect(range.headers["content-range"]).to.equal("bytes */0");
	});

	it("above 256 KiB is streamed, whole or in part", async () => {
		const size = 256 * 1024 + 1;
		const file = await write("large.wav", Buffer.alloc(size, "x"));
		const handler = await staticHandler({ file });
		const whole = await ask(handler);
		expect(whole.body).to.deep.equal({ file, start: 0, end: size - 1 });
		expect(whole.headers["content-length"]).to.equal(String(size));
		const part = await ask(handler, { range: "bytes=5-9" });
		expect(part.status).to.equal(206);
		expect(part.body).to.deep.equal({ file, start: 5, end: 9 });
		const etag = whole.headers.etag ?? "";
		expect(etag).to.match(/^"\w+-\w+"$/);
		expect((await ask(handler, { "if-none-match": etag })).status).to.equal(
			304,
		);
		expect((await ask(handler, {}, "HEAD")).body).to.equal(undefined);
	});

	it("of 256 KiB is kept in memory", async () => {
		const file = await write("small.wav", Buffer.alloc(256 * 1024, "x"));
		const handler = await staticHandler({ file });
		await unlink(file);
		expect((await ask(handler)).body).to.be.instanceOf(Uint8Array);
	});

	it("that is streamed may be replaced, and fails when it is gone", async () => {
		const file = await write("hold.wav", Buffer.alloc(300_000, "x"));
		const handler = await staticHandler({ file });
		const before = await ask(handler);
		await write("hold.wav", Buffer.alloc(290_000, "y"));
		const after = await ask(handler);
		expect(after.headers["content-length"]).to.equal("290000");
		expect(after.headers.etag).to.not.equal(before.headers.etag);
		await unlink(file);
		const failure = await ask(handler).catch((error: unknown) => error);
		expect(failure).to.be.instanceOf(HookError);
		expect(failure).to.have.property("code", "HANDLER_FAILED");
	});

	it("that is missing, or a folder, is found where it is written", async () => {
		await mkdir(join(folder, "sub"));
		for (const [name, what] of [
			["no.mp3", /cannot be read \(ENOENT\)/],
			["sub", /is a folder/],
		] as const) {
			const settings = { status: 200, headers: {}, file: join(folder, name) };
			const { handler, findings } = await createStaticHandler(settings, AT);
			expect(handler).to.equal(undefined);
			expect(findings).to.have.length(1);
			expect(findings[0]).to.include({ ...AT, severity: "error" });
			expect(findings[0]?.what).to.match(what);
		}
	});
});
