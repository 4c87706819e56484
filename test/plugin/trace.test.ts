import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import { loadPlugin } from "../../src/plugin/loader/load.ts";
import { handlerOf } from "../../src/plugin/loader/plugin.ts";
import {
	createPlaceOf,
	createTrace,
	TRACE_LENGTH,
} from "../../src/plugin/loader/trace.ts";
import { withFolder } from "./folder.ts";

/** The stack of what the first plugin throws. */
async function traceOf(
	files: Readonly<Record<string, string>>,
): Promise<string | undefined> {
	const [first = ""] = Object.keys(files);
	let text: string | undefined;
	await withFolder(files, async (folder) => {
		const { plugin, findings } = await loadPlugin(join(folder, first));
		if (plugin === undefined) throw new Error(findings[0]?.what);
		try {
			await handlerOf(plugin, "test.one")?.(NOTHING, NOTHING);
			expect.fail("it threw nothing");
		} catch (cause) {
			const failure = new HookError("HANDLER_FAILED", "it threw", { cause });
			// What called the handler here is a test, and in the router the router.
			text = createTrace(folder)(failure)
				?.split("\n")
				.filter((line) => !line.includes("test/plugin/"))
				.join("\n");
		}
	});
	return text;
}

// The handlers of these tests look at neither event nor context.
const NOTHING = {} as never;

const trace = createTrace("/site");

/** An error with a stack of one's own. */
function errorWith(stack: string, message = "no"): Error {
	return Object.assign(new Error(message), { stack });
}

describe("the stack of what a plugin throws", () => {
	it("has the user's own frames, where they were written", async () => {
		const text = await traceOf({
			"plugins/shop.ts": `import { definePlugin } from "switchhook"; import { find } from "../lib/find.ts";

interface Order { readonly id: string }

export default definePlugin({
	name: "shop",
	on: {
		"*": async (): Promise<void> => { const   order: Order = { id: "7" };   await find(order.id); },
	},
});
`,
			"lib/find.ts":
				"export async function find(id: string): Promise<never> {\n\tawait 1; const   rows: any = undefined;\n\tconst list: string[] = []; list.push(id);   return rows.first;\n}\n",
		});
		expect(text).to.equal(
			[
				"TypeError: Cannot read properties of undefined (reading 'first')",
				"    at find (lib/find.ts:3:58)",
				"    at async * (plugins/shop.ts:8:75)",
			].join("\n"),
		);
	});

	it("has own frames before those of packages, and none of Node's", async () => {
		const text = await traceOf({
			"plugins/a.js":
				'import { each } from "dep";\nexport default { name: "a", on: { "*": () => each(() => JSON.parse("{no")) } };\n',
			"node_modules/dep/package.json": '{ "name": "dep", "main": "index.js" }',
			"node_modules/dep/index.js":
				"exports.each = function each(run) {\n\treturn [1].map(run);\n};\n",
		});
		expect(
			text
				?.split("\n")
				.slice(1)
				.map((line) => line.replace(/.*\(|\)$/g, "").trim()),
		).to.deep.equal([
			"at plugins/a.js:2:62",
			"plugins/a.js:2:50",
			"node_modules/dep/index.js:2:13",
		]);
	});

	it("tells causes, and each error of several", async () => {
		const text = await traceOf({
			"plugins/a.js": `export default { name: "a", on: { "*": () => {
	const inner = Object.assign(new RangeError("inner"), { code: "E_INNER" });
	const cause = new AggregateError([inner, "words"], "both");
	throw new Error("outer", { cause });
} } };\n`,
		});
		expect(text).to.equal(
			[
				"Error: outer",
				"    at * (plugins/a.js:4:8)",
				"Caused by: AggregateError: both",
				"    at * (plugins/a.js:3:16)",
				"One of them: RangeError [E_INNER]: inner",
				"    at * (plugins/a.js:2:30)",
				"One of them: words",
			].join("\n"),
		);
	});
});

describe("createTrace", () => {
	it("has nothing to tell of what has no stack, and of a refusal by code", () => {
		for (const error of [
			"words",
			undefined,
			null,
			{},
			new HookError("HANDLER_TIMEOUT"),
		])
			expect(trace(error)).to.equal(undefined);
		const cause = "words";
		expect(trace(new HookError("HANDLER_FAILED", "no", { cause }))).to.equal(
			undefined,
		);
	});

	it("masks what the log masks, and cleans what could forge a line", () => {
		const error = errorWith(
			"Error\n    at f\u001b[2J (/site/plugins/x.ts:3:42)",
			"447700900001 at https://u:pass@h, token=abcdef123\n    at g (/site/plugins/fake.ts:1:1)\u202e\u0085",
		);
		expect(trace(error)).to.equal(
			"Error: 44********01 at https://[secret]@h, token=[secret]     at g (/site/plugins/fake.ts:1:1) \n    at f [2J (plugins/x.ts:3:42)",
		);
	});

	it("takes no frame from a message", () => {
		const message = "no\n    at f (/site/plugins/fake.ts:1:1)";
		const error = errorWith(
			`Error: ${message}\n    at g (/site/plugins/x.ts:3:42)`,
			message,
		);
		expect(trace(error)?.split("\n").slice(1)).to.deep.equal([
			"    at g (plugins/x.ts:3:42)",
		]);
	});

	it("knows places with blanks and brackets, and those outside of the folder", () => {
		const error = errorWith(
			"Error: no\n    at new Shop (/site/my (old) plugins/x.cjs:3:42)\n    at async file:///lib/y.mjs:1:2\n    at Z.a [as b] (/lib/z.cjs:7:1)",
		);
		expect(trace(error)).to.equal(
			"Error: no\n    at new Shop (my (old) plugins/x.cjs:3:42)\n    at ../lib/y.mjs:1:2\n    at Z.a [as b] (../lib/z.cjs:7:1)",
		);
	});

	it("shows the router's frames only where there are no others", () => {
		const at = `    at run (${fileURLToPath(import.meta.resolve("../../src/plugin/steer.ts"))}:3:1)`;
		const own = "    at f (/site/plugins/x.cjs:3:42)";
		expect(trace(errorWith(`Error: no\n${own}\n${at}`))).to.equal(
			"Error: no\n    at f (plugins/x.cjs:3:42)",
		);
		expect(trace(errorWith(`Error: no\n${at}`))).to.match(/steer\.[jt]s:3:1/);
	});

	it("is bounded, however long messages, stacks and chains of causes are", () => {
		const frame = `    at ${"f".repeat(400)} (/site/plugins/x.cjs:3:42)\n`;
		const long = (): Error =>
			errorWith(`Error: no\n${frame.repeat(1000)}`, "m".repeat(100_000));
		let error = long();
		for (let depth = 0; depth < 20; depth += 1) {
			const outer = long();
			outer.cause = error;
			error = outer;
		}
		const text = trace(error) ?? "";
		expect(text.length).to.be.within(3000, TRACE_LENGTH);
		expect(text.endsWith("\n…")).to.equal(true);
		const itself = errorWith("Error: no\n    at f (/site/x.cjs:1:1)");
		itself.cause = itself;
		expect(trace(itself)?.match(/Caused by/g)).to.have.length(7);
	});

	it("reads nothing but files of source, whatever a stack says", () => {
		const error = errorWith(
			"Error: no\n    at f (/dev/zero:1:7)\n    at g (/nowhere/a.ts:2:3)\n    at h (/:1:1)",
		);
		expect(trace(error)).to.contain("at f (../dev/zero:1:7)");
		expect(trace(error)).to.contain("at g (../nowhere/a.ts:2:3)");
	});

	it("is done soon with a stack that is made to take long", () => {
		const all = errorWith(`Error: no\n    at ${" (/x:1".repeat(20_000)}`);
		const errors = Array.from({ length: 5 }, () => all);
		Object.assign(all, { errors, cause: all });
		// Without the bounds this takes longer than Mocha allows.
		expect(trace(all)).to.equal(undefined);
	});

	it("never throws", () => {
		const error = new Error("no");
		Object.defineProperty(error, "message", {
			get() {
				throw new Error("hostile");
			},
		});
		expect(trace(error)).to.equal(undefined);
	});
});

describe("the place where a plugin threw", () => {
	const placeOf = createPlaceOf("/site");

	it("is the innermost of the user's own frames, relative to the folder", () => {
		const stack = `Error: no
    at parse (node:internal/json:1:1)
    at query (/site/node_modules/pg/lib/client.js:9:9)
    at find (/site/lib/find.js:3:42)
    at handle (/site/plugins/shop.js:7:7)`;
		expect(placeOf(errorWith(stack))).to.equal("lib/find.js:3:42");
	});

	it("is none where no frame is the user's, or nothing has a stack", () => {
		expect(
			placeOf(errorWith("Error: no\n    at node:internal/timers:1:1")),
		).to.equal(undefined);
		for (const thrown of ["text", undefined, null, 7, {}])
			expect(placeOf(thrown)).to.equal(undefined);
	});

	it("is not taken from the message, which may be a sender's", () => {
		const message = "no\n    at f (/site/plugins/forged.js:1:1)";
		const stack = `Error: ${message}\n    at g (/site/plugins/real.js:2:2)`;
		expect(placeOf(errorWith(stack, message))).to.equal("plugins/real.js:2:2");
	});

	it("survives an error whose stack cannot be read", () => {
		const error = Object.defineProperty(new Error("no"), "stack", {
			get() {
				throw new Error("no stack");
			},
		});
		expect(placeOf(error)).to.equal(undefined);
	});
});
