import { expect } from "chai";
import pg from "pg";
import {
	bigintArray,
	booleanArray,
	byteaArray,
	integerArray,
	smallintArray,
	textArray,
} from "../../src/inbox/postgres/arrays.ts";
import { usePostgres } from "../postgres.ts";

describe("binary arrays", () => {
	const server = usePostgres();
	let client: pg.Client;

	beforeEach(async () => {
		client = new pg.Client({
			connectionString: await server().createDatabase(),
		});
		await client.connect();
	});
	afterEach(() => client?.end());

	/** What the server reads, in its own words: it writes no element that it did not read. */
	const read = async (type: string, bytes: Buffer) => {
		const { rows } = await client.query<{ one: string | null }>(
			`select one::text from unnest($1::${type}[]) one`,
			[bytes],
		);
		return rows.map(({ one }) => one);
	};

	it("carry texts as they are", async () => {
		const texts = [
			"",
			"a",
			'"{\\,}"',
			"NULL",
			null,
			"é€😀",
			"x".repeat(70_000),
		];
		expect(await read("text", textArray(texts))).to.deep.equal(texts);
		expect(await read("text", textArray(["\ud800"]))).to.deep.equal(["\ufffd"]);
	});

	it("carry bytes as they are", async () => {
		const all = Uint8Array.from({ length: 256 }, (_, at) => at);
		const found = await read("bytea", byteaArray([new Uint8Array(), all]));
		expect(found).to.deep.equal([
			"\\x",
			`\\x${Buffer.from(all).toString("hex")}`,
		]);
	});

	it("carry integers to their bounds", async () => {
		const safe = [0, -1, 2 ** 31, 2 ** 32, -(2 ** 32) - 1, 1_764_486_000_000];
		const bounds = [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
		const toText = (values: readonly (number | null)[]) =>
			values.map((value) => (value === null ? null : `${value}`));
		const large = [...safe, null, ...bounds];
		expect(await read("bigint", bigintArray(large))).to.deep.equal(
			toText(large),
		);
		const plain = [0, 2 ** 31 - 1, -(2 ** 31)];
		expect(await read("integer", integerArray(plain))).to.deep.equal(
			toText(plain),
		);
		const small = [0, 32_767, -32_768];
		expect(await read("smallint", smallintArray(small))).to.deep.equal(
			toText(small),
		);
	});

	it("carry booleans", async () => {
		const found = await read("boolean", booleanArray([true, false]));
		expect(found).to.deep.equal(["true", "false"]);
	});

	it("leave nulls at their end to the statement, which fills them up", async () => {
		const columns = [
			bigintArray([1, null, 3, null, undefined]),
			textArray([undefined, "b", null, null, null]),
			booleanArray([null, null, null, null, null]),
			integerArray([1, 2, 3, 4, 5]),
		];
		expect(columns.map(({ length }) => length)).to.deep.equal([48, 29, 20, 60]);
		const { rows } = await client.query(
			`select array_to_json(array[a::text, b, c::text, d::text]) as row
			from unnest($1::bigint[], $2::text[], $3::boolean[], $4::int[]) t(a, b, c, d)`,
			columns,
		);
		expect(rows.map(({ row }) => row)).to.deep.equal([
			["1", null, null, "1"],
			[null, "b", null, "2"],
			["3", null, null, "3"],
			[null, null, null, "4"],
			[null, null, null, "5"],
		]);
	});

	it("may be empty", async () => {
		expect(await read("text", textArray([]))).to.deep.equal([]);
		expect(await read("bytea", byteaArray([]))).to.deep.equal([]);
	});
});
