import { expect } from "chai";
import { databaseHosts } from "../../src/config/parts/inbox/database-hosts.ts";

describe("databaseHosts", () => {
	const split: readonly [string, readonly (readonly [string, string])[]][] = [
		["postgres://u@a/db", [["a", "postgres://u@a/db"]]],
		[
			"postgres://u:p@a:1,b:2,c/db?sslmode=verify-full",
			[
				["a:1", "postgres://u:p@a:1/db?sslmode=verify-full"],
				["b:2", "postgres://u:p@b:2/db?sslmode=verify-full"],
				["c", "postgres://u:p@c/db?sslmode=verify-full"],
			],
		],
		[
			"postgresql://[::1]:1,[::2]/db",
			[
				["[::1]:1", "postgresql://[::1]:1/db"],
				["[::2]", "postgresql://[::2]/db"],
			],
		],
		[
			"postgres:///db?host=a,b&port=1,2&user=u",
			[
				["a:1", "postgres:///db?user=u&host=a&port=1"],
				["b:2", "postgres:///db?user=u&host=b&port=2"],
			],
		],
		[
			"postgres://a,b/db?port=7",
			[
				["a:7", "postgres://a/db?port=7"],
				["b:7", "postgres://b/db?port=7"],
			],
		],
		// A comma, an @ and a / of a password are not those of hosts.
		[
			"postgres://u:p,q@a,b/db",
			[
				["a", "postgres://u:p,q@a/db"],
				["b", "postgres://u:p,q@b/db"],
			],
		],
		["postgres://u:p,q@a/db", [["a", "postgres://u:p,q@a/db"]]],
	];
	for (const [url, hosts] of split)
		it(`splits ${url}`, () => {
			expect(databaseHosts(url)).to.deep.equal(
				hosts.map(([name, own]) => ({ name, url: own })),
			);
		});

	const wrong: readonly [string, string][] = [
		["postgres://a,b/db?port=1,2,3", "it names 3 ports for 2 hosts"],
		["postgres://a,,b/db", "one of its hosts is empty"],
		["postgres:///db?host=a,", "one of its hosts is empty"],
		["postgres://a,b/db?target_session_attrs=standby", "takes no writes"],
		["postgres://a/db?target_session_attrs=read-only", "takes no writes"],
	];
	for (const [url, reason] of wrong)
		it(`cannot split ${url}`, () => {
			expect(databaseHosts(url)).to.be.a("string").that.includes(reason);
		});
});
