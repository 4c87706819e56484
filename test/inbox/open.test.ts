import { expect } from "chai";
import { missingPackageOf } from "../../src/inbox/open.ts";

describe("missingPackageOf", () => {
	const fail = (): never => {
		throw new Error("there is none");
	};

	it("says how to install the driver of PostgreSQL where it is missing", () => {
		const address = { type: "postgres", url: "postgres://db/x" } as const;
		expect(missingPackageOf(address, fail)?.todo).to.include(
			"npm install pg@8",
		);
		expect(missingPackageOf(address)).to.equal(undefined);
	});

	it("asks for nothing where the engine needs no package", () => {
		for (const address of [
			{ type: "none" },
			{ type: "sqlite", file: "x.db" },
		] as const) {
			expect(missingPackageOf(address, fail)).to.equal(undefined);
		}
	});
});
