import { join } from "node:path";
import { expect } from "chai";
import { LEVELS } from "../../src/event/webhook.ts";
import {
	compileKind,
	createKindReader,
	loadKinds,
} from "../../src/kind/load.ts";
import { findingsOf, kindOf, SCHEMAS, withFolder } from "./folder.ts";

describe("loadKinds", () => {
	it("fills in what a dropped-in kind leaves out", async () => {
		const kind = await kindOf({ $id: "shop.paid", required: ["order"] });
		expect(kind).to.deep.include({
			name: "shop.paid",
			title: "shop.paid",
			description: "",
			product: "shop",
			deprecated: undefined,
			methods: ["POST"],
			contentTypes: ["json", "form"],
			levels: [...LEVELS],
			levelsWhy: undefined,
			settings: {},
			mode: "accept",
			reply: { body: "none", required: false },
			timeoutMs: 15_000,
			dedupe: [],
			orderBy: [],
			number: [],
			signed: undefined,
			precedence: 0,
		});
		expect(kind.recognizes({ order: 1 })).to.equal(true);
		expect(kind.recognizes({ paid: 1 })).to.equal(false);
	});

	it("reads all that the keyword says", async () => {
		const webhook = {
			product: "shop",
			methods: ["PUT"],
			contentTypes: ["json"],
			levels: ["ncco", "account"],
			levelsWhy: "Because.",
			settings: { account: { rest: "POST /x", dashboard: "Shop" } },
			mode: "reply",
			reply: { body: "voicexml", required: true },
			timeout: "250ms",
			dedupe: ["a"],
			orderBy: ["b"],
			number: ["c"],
			signed: ["hmac"],
			recognize: true,
			precedence: 7,
			source: ["A page"],
			deprecated: "Since 2020.",
		};
		const kind = await kindOf({ title: "T", description: "D.", webhook });
		const { recognize, timeout, source, ...same } = webhook;
		expect(kind).to.deep.include({
			...same,
			levels: ["account", "ncco"],
			title: "T",
			description: "D.",
			timeoutMs: 250,
		});
		expect(kind.recognizes({})).to.equal(true);
	});

	it("takes any reply where the mode is reply and nothing else is said", async () => {
		const kind = await kindOf({ webhook: { mode: "reply" } });
		expect(kind.reply).to.deep.equal({ body: "any", required: false });
	});

	it("lets a later folder take the place of an earlier one", async () => {
		const files = {
			"own/sms.inbound.json": { $id: "sms.inbound", title: "Mine" },
			"own/extra.yaml": "title: Extra\ntype: object\n",
		};
		await withFolder(files, async (folder) => {
			const folders = [SCHEMAS, join(folder, "own"), join(folder, "missing")];
			const { kinds, findings } = await loadKinds(folders);
			expect(findings).to.deep.equal([]);
			expect(kinds.get("sms.inbound")?.title).to.equal("Mine");
			expect(kinds.get("sms.dlr")?.title).to.equal("SMS delivery receipt");
			expect(kinds.get("extra")?.title).to.equal("Extra");
		});
	});

	it("reads a folder that is named twice once", async () => {
		await withFolder({ "a.json": "{" }, async (folder) => {
			const { findings } = await loadKinds([folder, `${folder}/`]);
			expect(findings).to.have.length(1);
		});
	});

	it("passes over what is no kind file", async () => {
		const files = {
			"editor.schema.json": "broken {",
			".hidden.json": "broken {",
			"notes.md": "# Notes",
			"deeper/other.json": "broken {",
		};
		expect(await findingsOf(files)).to.deep.equal([]);
	});

	it("compiles a schema only when it is used or asked for", async () => {
		const broken = { "a.json": { $ref: "#/$defs/none" } };
		await withFolder(broken, async (folder) => {
			const { kinds, findings } = await loadKinds([folder]);
			expect(findings).to.deep.equal([]);
			const kind = kinds.get("a");
			expect(kind && compileKind(kind)).to.have.length(1);
		});
	});

	it("does not look for slips in a proven folder, unless it is the user's too", async () => {
		const slip = { $id: "slip", webhook: { mode: "swallow" }, type: "object" };
		await withFolder({ "slip.json": slip }, async (folder) => {
			const options = { proven: `${folder}/` };
			const findingsIn = async (folders: readonly string[]) =>
				(await loadKinds(folders, options)).findings;
			expect(await findingsIn([folder])).to.deep.equal([]);
			expect(await findingsIn([folder, folder])).to.have.length(1);
			expect((await loadKinds([folder])).findings).to.have.length(1);
		});
		const example = { required: ["a"], examples: [{}] };
		await withFolder({ "a.json": example }, async (folder) => {
			for (const [proven, count] of [
				[folder, 0],
				["elsewhere", 1],
			] as const) {
				const { kinds } = await loadKinds([folder], { proven });
				expect([...kinds.values()].flatMap(compileKind)).to.have.length(count);
			}
		});
	});

	it("reads a proven file once in a process, and another one each time", async () => {
		await withFolder({ "a.json": { type: "object" } }, async (folder) => {
			const read = async (proven?: string) =>
				(await loadKinds([folder], { proven })).kinds.get("a");
			expect(await read(folder)).to.equal(await read(folder));
			expect(await read()).to.not.equal(await read());
			expect(await read()).to.not.equal(await read(folder));
		});
	});

	it("keeps what two schemas name alike inside of them apart", async () => {
		const part = (field: string) => ({
			$defs: { part: { $id: "part", required: [field] } },
			$ref: "part",
		});
		const files = { "one.json": part("a"), "two.json": part("b") };
		await withFolder(files, async (folder) => {
			const { kinds } = await loadKinds([folder]);
			expect(kinds.get("one")?.validate({ a: 1 })).to.equal(undefined);
			expect(kinds.get("two")?.validate({ a: 1 })).to.have.length(1);
			expect(kinds.get("two")?.validate({ b: 1 })).to.equal(undefined);
		});
	});

	it("keeps two schemas of one $id apart", async () => {
		const files = {
			"a/one.json": { $id: "same", required: ["a"] },
			"b/two.json": { $id: "same", required: ["b"] },
		};
		await withFolder(files, async (folder) => {
			const reader = createKindReader();
			const read = (file: string) => reader.read(join(folder, file), "schema");
			const one = (await read("a/one.json")).kind;
			const two = (await read("b/two.json")).kind;
			expect(one?.validate({ a: 1 })).to.equal(undefined);
			expect(two?.validate({ b: 1 })).to.equal(undefined);
			expect(two?.validate({ a: 1 })).to.have.length(1);
		});
	});
});
