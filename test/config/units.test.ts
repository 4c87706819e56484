import { expect } from "chai";
import { readRoutesSchema } from "../../src/config/read/shape.ts";
import {
	formatDuration,
	guessDuration,
	guessSize,
	parseDuration,
	parseSize,
} from "../../src/finding/units.ts";

const durations: readonly [string, number][] = [
	["250ms", 250],
	["5s", 5000],
	["1m30s", 90_000],
	["24h", 86_400_000],
	["7d", 604_800_000],
	["1d2h3m4s5ms", 93_784_005],
	["0s", 0],
];

const noDurations = [
	...["", "5", "s", "5 s", " 5s", "5s ", "5S", "1.5s", "-5s", "+5s", "1e3s"],
	...["30s1m", "1s1s", "5sec", "5m30", "∞s", "5s\n", "99999999999999d"],
];

const sizes: readonly [string, number][] = [
	["0B", 0],
	["512B", 512],
	["64KB", 64_000],
	["1MiB", 1_048_576],
	["2GB", 2_000_000_000],
	["1GiB", 1_073_741_824],
];

const noSizes = [
	...["", "64", "KB", "64kb", "64K", "64 KB", "1.5MB", "-1KB", "1TB", "1iB"],
	...["1KB\n", "99999999999999GB"],
];

function patternOf(name: string): RegExp {
	const { $defs } = readRoutesSchema() as {
		$defs: Record<string, { pattern: string }>;
	};
	return new RegExp($defs[name]?.pattern ?? "", "u");
}

describe("parseDuration", () => {
	for (const [text, ms] of durations) {
		it(`reads ${text} as ${ms} ms`, () => {
			expect(parseDuration(text)).to.equal(ms);
		});
	}

	for (const text of noDurations) {
		it(`refuses ${JSON.stringify(text)}`, () => {
			expect(parseDuration(text)).to.equal(undefined);
		});
	}

	it("has the grammar of the schema, but for what no number holds", () => {
		const pattern = patternOf("duration");
		for (const [text] of durations) expect(text).to.match(pattern);
		for (const text of noDurations.slice(0, -1)) {
			expect(text).to.not.match(pattern);
		}
	});
});

describe("parseSize", () => {
	for (const [text, bytes] of sizes) {
		it(`reads ${text} as ${bytes} bytes`, () => {
			expect(parseSize(text)).to.equal(bytes);
		});
	}

	for (const text of noSizes) {
		it(`refuses ${JSON.stringify(text)}`, () => {
			expect(parseSize(text)).to.equal(undefined);
		});
	}

	it("has the grammar of the schema, but for what no number holds", () => {
		const pattern = patternOf("size");
		for (const [text] of sizes) expect(text).to.match(pattern);
		for (const text of noSizes.slice(0, -1)) {
			expect(text).to.not.match(pattern);
		}
	});
});

describe("formatDuration", () => {
	it("writes what parseDuration reads", () => {
		for (let ms = 0; ms < 1e9; ms = ms * 3 + 7) {
			expect(parseDuration(formatDuration(ms)), String(ms)).to.equal(ms);
		}
	});
});

describe("guessDuration", () => {
	it("shows the two units that a bare number may mean", () => {
		expect(guessDuration(500)).to.equal("write `500ms` or `500s`");
	});

	it("turns other words for a unit, and fractions, into what can be written", () => {
		expect(guessDuration("10 sec")).to.equal("write `10s`");
		expect(guessDuration("1.5 Hours")).to.equal("write `1h30m`");
	});

	it("says nothing where nothing can be guessed", () => {
		expect(guessDuration("soon")).to.equal(undefined);
		expect(guessDuration("5 parsecs")).to.equal(undefined);
	});
});

describe("guessSize", () => {
	it("shows the two units that a bare number may mean", () => {
		expect(guessSize("100")).to.equal("write `100KB` or `100B`");
	});

	it("turns other words for a unit into what can be written", () => {
		expect(guessSize("64kb")).to.equal("write `64KB`");
		expect(guessSize("2 mib")).to.equal("write `2MiB`");
		expect(guessSize("3G")).to.equal("write `3GB`");
		expect(guessSize("10 bytes")).to.equal("write `10B`");
	});

	it("says nothing where nothing can be guessed", () => {
		expect(guessSize("1.5MB")).to.equal(undefined);
	});
});
