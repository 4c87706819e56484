import { expect } from "chai";
import type { Reply } from "../../src/event/webhook.ts";
import {
	ANSWER_BYTES_MAX,
	packAnswer,
	readAnswer,
} from "../../src/inbox/port/kept-answer.ts";

const answered = (body: Reply["body"], type = "text/plain") =>
	readAnswer(
		packAnswer({ status: 200, headers: { "content-type": type }, body }),
	);

const NOTHING = {
	status: 200,
	type: "text/plain",
	body: undefined,
	sizeBytes: undefined,
	file: undefined,
	isFixed: false,
};

describe("the answer that is kept", () => {
	it("has status, content type and body, as a text or as its bytes", () => {
		for (const body of ["[1] ✓\u0000\ud800", Buffer.from("[1] ✓")])
			expect(answered(body)).to.deep.equal({ ...NOTHING, body: String(body) });
		expect(answered(undefined)).to.deep.equal(NOTHING);
		expect(
			readAnswer(packAnswer({ status: 204, headers: {}, body: undefined })),
		).to.deep.equal({ ...NOTHING, status: 204, type: undefined });
	});

	it("has of a long body the beginning, whole characters only, and how long it was", () => {
		for (const character of ["a", "é", "✓", "😍"]) {
			const bytes = Buffer.byteLength(character);
			for (let shift = 0; shift < 4; shift += 1) {
				const text = "x".repeat(shift) + character.repeat(ANSWER_BYTES_MAX + 1);
				for (const body of [text, Buffer.from(text)]) {
					const { body: kept = "", sizeBytes } = answered(body) ?? {};
					expect(text.startsWith(kept), character).to.equal(true);
					expect(ANSWER_BYTES_MAX - Buffer.byteLength(kept)).to.be.within(
						0,
						bytes - 1,
					);
					expect(sizeBytes).to.equal(shift + bytes * (ANSWER_BYTES_MAX + 1));
				}
			}
		}
	});

	it("is cut where it is too long, and not before", () => {
		const longest = "a".repeat(ANSWER_BYTES_MAX);
		expect(answered(longest)).to.deep.equal({ ...NOTHING, body: longest });
		expect(answered(`${longest}b`)).to.include({
			body: longest,
			sizeBytes: ANSWER_BYTES_MAX + 1,
		});
	});

	it("has of bytes that are no text how many they were, and of a file its name", () => {
		expect(answered(Buffer.from([0xff, 0xfe, 0]))).to.include({
			body: undefined,
			sizeBytes: 3,
		});
		expect(
			answered({ file: "/home/me/audio/hold.mp3", start: 10, end: 19 }),
		).to.include({ body: undefined, sizeBytes: 10, file: "hold.mp3" });
	});

	it("is written once for a reply that everybody gets", () => {
		const reply: Reply = Object.freeze({ status: 200, headers: {}, body: "x" });
		expect(packAnswer(reply)).to.equal(packAnswer(reply));
		expect(readAnswer(packAnswer(reply))).to.deep.equal({
			...NOTHING,
			type: undefined,
			body: "x",
			isFixed: true,
		});
	});

	it("is nothing where an import brought something else", () => {
		for (const text of ["", "{", "[]", "null", "{}", '{"status":"200"}'])
			expect(readAnswer(text), text).to.equal(undefined);
		expect(
			readAnswer('{"status":200,"body":7,"type":[],"bytes":"x","file":1}'),
		).to.deep.equal({ ...NOTHING, type: undefined });
	});
});
