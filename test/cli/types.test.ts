import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { runTsc } from "../tsc.ts";
import { runCli, withFolder } from "./cli.ts";

const FACE = fileURLToPath(new URL("../../src/index.ts", import.meta.url));

const ORDER = {
	title: "Order",
	description: "Somebody ordered. */ not the end",
	type: "object",
	required: ["id", "lines"],
	properties: {
		id: { type: "integer" },
		state: { enum: ["new", "paid", null, 3] },
		"ship-to": { $ref: "#/$defs/address" },
		lines: {
			type: "array",
			items: {
				type: "object",
				additionalProperties: false,
				required: ["sku"],
				properties: {
					sku: { type: "string" },
					count: { type: ["number", "null"] },
				},
			},
		},
		tags: { type: "array", items: { type: ["string", "number"] } },
		pair: {
			prefixItems: [{ type: "string" }, { const: 7 }],
			minItems: 1,
			items: false,
		},
		prices: { type: "object", additionalProperties: { type: "number" } },
		either: {
			anyOf: [
				{ type: "string" },
				{ type: "object", properties: { a: { type: "boolean" } } },
			],
		},
		both: {
			allOf: [
				{ properties: { a: { type: "string" } }, required: ["a"] },
				{ properties: { b: { const: "x|y" } } },
			],
		},
		tree: { $ref: "#/$defs/node" },
		open: {},
		nothing: false,
	},
	anyOf: [{ required: ["state"] }, { required: ["pair"] }],
	$defs: {
		address: { type: "object", properties: { zip: { type: "string" } } },
		node: {
			type: "object",
			additionalProperties: false,
			properties: { next: { $ref: "#/$defs/node" } },
		},
	},
};

const FILES = {
	"routes.yaml": `version: 1
tables:
  numbers: { file: numbers.csv, key: number }
  shops: { file: shops.yaml, key: shop }
  empty-one: { file: empty.csv, key: id }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: orders, path: /orders, schema: hooks/order.schema.json, handler: none }
  - { name: sms, path: /sms, kind: sms.inbound, handler: none }
`,
	"numbers.csv": "number,customer,__proto__\n447700900001,acme,x\n",
	"shops.yaml": `north: { open: { from: 9, to: [17, null] }, vip: true }
south: { open: { from: "10" }, note: null }
`,
	"empty.csv": "id,two words\n",
	"hooks/order.schema.json": JSON.stringify(ORDER),
	"schemas/meter.read.json": JSON.stringify({
		title: "Meter read",
		type: "object",
		required: ["kWh"],
		properties: { kWh: { type: "number" } },
		webhook: {},
	}),
	"schemas/sms.inbound.json": JSON.stringify({
		title: "My SMS",
		type: "object",
		required: ["mine"],
		properties: { mine: { type: "string" } },
		webhook: { levels: ["account"] },
	}),
	"tsconfig.json": JSON.stringify({
		compilerOptions: {
			target: "es2023",
			module: "nodenext",
			strict: true,
			exactOptionalPropertyTypes: true,
			noUncheckedIndexedAccess: true,
			allowImportingTsExtensions: true,
			noEmit: true,
			types: [],
			skipLibCheck: false,
			paths: { switchhook: [FACE] },
		},
		include: ["plugins"],
	}),
};

const PLUGIN =
	`import { definePlugin, type PayloadOf, type Tables } from "switchhook";
import type { OrderAddress } from "./types.d.ts";
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_: Same<A, B>): void {}
type Order = PayloadOf<"order">;
same<Order["id"], number>(true);
same<Order["state"], "new" | "paid" | null | 3 | undefined>(true);
same<Order["ship-to"], OrderAddress | undefined>(true);
same<NonNullable<Order["ship-to"]>["zip"], string | undefined>(true);
same<Order["lines"][number], { sku: string; count?: number | null }>(true);
same<Order["tags"], (string | number)[] | undefined>(true);
same<Order["pair"], [string, 7?] | undefined>(true);
same<NonNullable<Order["prices"]>["x"], number | undefined>(false as never);
same<Extract<Order["either"], string>, string>(true);
same<NonNullable<Order["both"]>["a"], string>(true);
same<NonNullable<Order["both"]>["b"], "x|y" | undefined>(true);
same<NonNullable<NonNullable<Order["tree"]>["next"]>, NonNullable<Order["tree"]>>(true);
same<Order["open"], unknown>(true);
same<PayloadOf<"meter.read">["kWh"], number>(true);
same<PayloadOf<"sms.inbound">["mine"], string>(true);
type Shop = Tables["shops"];
same<Tables["numbers"]["customer"], string>(true);
same<Shop["shop"], string>(true);
same<Shop["open"]["from"], number | string>(true);
same<Shop["open"]["to"], readonly (number | null)[] | undefined>(true);
same<Shop["vip"], boolean | undefined>(true);
same<Shop["note"], null | undefined>(true);
same<Tables["empty-one"]["two words"], string>(true);
export default definePlugin({
	name: "own",
	setup: ({ tables }) => tables.numbers.size,
	on: {
		order: (event, { tables }) => {
			event.payload.id.toFixed();
			tables.numbers.get("447700900001")?.customer.trim();
			// @ts-expect-error: a row may be missing
			tables.numbers.get("447700900001").customer;
			// @ts-expect-error: no such column
			tables.numbers.get("447700900001")?.costumer;
			// @ts-expect-error: no such table
			tables.numbrs.get("447700900001");
		},
		"meter.read": (event) => { event.payload.kWh.toFixed(); },
		"sms.inbound": (event) => { event.payload.mine.trim(); },
		// @ts-expect-error: mistyped
		"meter.raed": () => {},
	},
});
`
		.replace("undefined>(false as never)", "undefined>(true)")
		.replace(
			'same<NonNullable<Order["prices"]>["x"], number | undefined>',
			'same<NonNullable<Order["prices"]>["x"], number>',
		);

describe("switchhook types", () => {
	it("types the payloads of a folder's own schemas and kinds, so that a plugin compiles", () =>
		withFolder(FILES, async (folder) => {
			const wrote = await runCli(
				["types", "--out", "plugins/types.d.ts"],
				folder,
			);
			expect(wrote.code, wrote.err).to.equal(0);
			await writeFile(join(folder, "plugins/own.ts"), PLUGIN);
			expect(runTsc(folder)).to.equal("");
		}));

	it("prints the same text each time, and says by --check whether a file is stale", () =>
		withFolder(FILES, async (folder) => {
			const printed = await runCli(["types"], folder);
			const missing = await runCli(["types", "--check"], folder);
			expect(missing.code).to.equal(1);
			expect(missing.out).to.equal(
				"plugins/types.d.ts is missing. Run `switchhook types --out plugins/types.d.ts`.\n",
			);
			await runCli(["types", "--out", "plugins/types.d.ts"], folder);
			const file = join(folder, "plugins/types.d.ts");
			expect(await readFile(file, "utf8")).to.equal(printed.out);
			expect((await runCli(["types", "--check"], folder)).code).to.equal(0);
			// A row more of the same types changes nothing, another column does.
			const numbers = FILES["numbers.csv"];
			await writeFile(
				join(folder, "numbers.csv"),
				`${numbers}447700900002,acme,\n`,
			);
			expect((await runCli(["types", "--check"], folder)).code).to.equal(0);
			await writeFile(
				join(folder, "numbers.csv"),
				numbers.replace("customer", "client"),
			);
			expect((await runCli(["types", "--check"], folder)).code).to.equal(1);
			await writeFile(join(folder, "numbers.csv"), numbers);
			const schema = FILES["schemas/meter.read.json"].replace("kWh", "MWh");
			await writeFile(join(folder, "schemas/meter.read.json"), schema);
			const stale = await runCli(["types", "--check"], folder);
			expect(stale.code).to.equal(1);
			expect(stale.out).to.include("is stale");
			expect(await readFile(file, "utf8")).to.equal(printed.out);
		}));

	it("could not run where it cannot write, and where the configuration has errors", () =>
		withFolder(FILES, async (folder) => {
			const out = "routes.yaml/types.d.ts";
			const unwritable = await runCli(["types", "--out", out], folder);
			expect(unwritable.code).to.equal(2);
			expect(unwritable.err).to.include(`${out} cannot be written`);
			await writeFile(join(folder, "routes.yaml"), "version: 1\nrouts: []\n");
			const broken = await runCli(["types"], folder);
			expect(broken.code).to.equal(2);
			expect(broken.err).to.include("unknown key `routs`");
		}));

	it("writes a module without types where a folder has no schema of its own", () =>
		withFolder(
			{
				"routes.yaml":
					"version: 1\nroutes:\n  - { name: a, path: /a, kind: sms.dlr, firewall: [loopback], signature: none, handler: none }\n",
			},
			async (folder) => {
				const { code, out } = await runCli(["types"], folder);
				expect(code).to.equal(0);
				expect(out).to.match(/^\/\/ .*\n\nexport \{\};\n$/);
			},
		));
});
