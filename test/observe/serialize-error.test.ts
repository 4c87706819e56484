import { runInNewContext } from "node:vm";
import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import { maskText } from "../../src/observe/mask.ts";
import { hidePrivate } from "../../src/observe/private-text.ts";
import {
	EventError,
	serializeError,
} from "../../src/observe/serialize-error.ts";

describe("serializeError", () => {
	it("writes type, message, stack, code and cause", () => {
		const cause = new TypeError("inner");
		const error = new HookError("HANDLER_FAILED", "outer", { cause });
		const written = serializeError(error, maskText);
		expect(written).to.include({
			type: "HookError",
			message: "outer",
			code: "HANDLER_FAILED",
		});
		expect(written.stack).to.match(/^Error: outer\n|^HookError: outer\n/);
		expect(written.cause).to.include({ type: "TypeError", message: "inner" });
	});

	it("leaves out everything else that hangs on an error", () => {
		const error = Object.assign(new Error("x"), { config: { password: "p" } });
		expect(JSON.stringify(serializeError(error, maskText))).not.to.include(
			"config",
		);
	});

	it("masks the messages, in the stack too, and not the places in files", () => {
		const error = new Error("no 447700900001\nsecret=abc");
		error.stack = `${error}\n    at f (/tmp/1234567890/a.ts:1:2)`;
		expect(serializeError(error, maskText)).to.include({
			message: "no 44********01\nsecret=[secret]",
			stack:
				"Error: no 44********01\nsecret=[secret]\n    at f (/tmp/1234567890/a.ts:1:2)",
		});
	});

	it("writes the parts of an AggregateError", () => {
		const error = new AggregateError([new Error("a"), "b"], "both");
		const { errors } = serializeError(error, maskText);
		expect(errors?.map(({ message }) => message)).to.deep.equal(["a", "b"]);
	});

	it("ends where a cause is its own", () => {
		const error = new Error("x");
		error.cause = error;
		expect(
			JSON.stringify(serializeError(error, maskText)),
		).to.have.length.below(10_000);
	});

	it("knows an error of another realm, and something that is none", () => {
		const foreign: unknown = runInNewContext('new RangeError("far")');
		expect(serializeError(foreign, maskText)).to.include({
			type: "RangeError",
			message: "far",
		});
		for (const [thrown, type, message] of [
			["to 447700900001", "string", "to 44********01"],
			[undefined, "undefined", "undefined"],
			[{ a: 1 }, "object", '{"a":1}'],
			[null, "object", "null"],
		] as const) {
			expect(serializeError(thrown, maskText)).to.deep.equal({ type, message });
		}
	});

	it("has the traced stack in the place of its own and of its causes'", () => {
		const cause = new Error("deeper");
		const error = new Error("no", { cause });
		const traced = serializeError(
			error,
			String,
			() => "Error: no\n    at mine",
		);
		expect(traced).to.deep.equal({
			type: "Error",
			message: "no",
			stack: "Error: no\n    at mine",
			cause: { type: "Error", message: "deeper" },
		});
		const plain = serializeError(error, String, () => undefined);
		expect(plain.stack).to.equal(error.stack);
		expect(plain.cause?.stack).to.equal(cause.stack);
	});

	it("traces the error of an event, with the values of its payload marked", () => {
		const error = new EventError(new Error("no"), { text: "a secret text" });
		const hide = (text: string) => hidePrivate(text);
		const { stack } = serializeError(error, hide, (thrown) =>
			thrown instanceof EventError
				? "wrapped"
				: "Error: a secret text\n    at f",
		);
		expect(stack).to.equal("Error: [masked 13 characters]\n    at f");
	});
});
