import { expect } from "chai";
import type { HookError } from "../../src/errors.ts";
import { createFirewall } from "../../src/gate/firewall.ts";
import { UNSIGNED } from "../../src/gate/signature.ts";
import type { Route } from "../../src/route/route.ts";
import { createStack } from "../../src/route/stack.ts";
import { createTable, type Table } from "../../src/route/table.ts";
import { fakeRoute } from "./kinds.ts";

const DOOR = {
	firewall: createFirewall(["any"], undefined),
	onDenied: "reject",
	onUnsigned: "reject",
	signature: UNSIGNED,
	bodyLimitBytes: 100,
} as const;

function tableOf(...paths: string[]): Table<Route> {
	return createTable(
		paths.map((path) =>
			createStack(path, [fakeRoute(path, "account", { path })], DOOR),
		),
	);
}

function lookUp(table: Table<Route>, path: string): string {
	try {
		return table.find(path).stack.path;
	} catch (error) {
		return (error as HookError).code;
	}
}

describe("the route table", () => {
	const table = tableOf(
		"/",
		"/hooks/admin",
		"/hooks/:tenant",
		"/hooks/:tenant/admin",
		"/hooks/:tenant/:action",
		"/a/b/c",
	);

	it("finds literal paths and patterns", () => {
		expect(lookUp(table, "/")).to.equal("/");
		expect(lookUp(table, "/hooks/admin")).to.equal("/hooks/admin");
		expect(lookUp(table, "/hooks/acme")).to.equal("/hooks/:tenant");
		expect(lookUp(table, "/hooks/acme/admin")).to.equal("/hooks/:tenant/admin");
		expect(lookUp(table, "/hooks/acme/pay")).to.equal("/hooks/:tenant/:action");
	});

	it("decodes the values of a pattern", () => {
		expect(table.find("/hooks/caf%C3%A9/a%20b").params).to.deep.equal({
			tenant: "café",
			action: "a b",
		});
	});

	it("knows no other path", () => {
		for (const path of ["/x", "/hooks", "/hooks/a/b/c", "/a/b", "*"]) {
			expect(lookUp(table, path), path).to.equal("ROUTE_UNKNOWN");
		}
	});

	it("never serves another spelling of a path that has a route", () => {
		const spellings = [
			"/hooks/%61dmin",
			"/hooks/ADMIN",
			"/Hooks/admin",
			"/hooks/admin/",
			"/hooks//admin",
			"//hooks/admin",
			"/hooks/./admin",
			"/hooks/x/../admin",
			"/hooks/%2e/admin",
			"/hooks/x/%2e%2e/admin",
			"/hooks%2fadmin",
			"/hooks%2Fadmin",
			"/hooks%5cadmin",
			"/hooks\\admin",
			"/hooks/%2561dmin",
			"/hooks/admin;v=1",
			"/hooks/admin%2f",
			"/hooks/admin%2e",
			"/hooks/admin%00",
			"/HOOKS/acme",
			"/hooks/acme/",
			"/hooks//acme",
			"/hooks/acme%2fadmin",
			"/hooks/acme/%61dmin",
			"/hooks/acme/ADMIN",
			"/hooks/acme/%2561dmin",
			"/hooks/acme/x%2f..%2fadmin",
			"/hooks/acme/./pay",
			"/a/b%2fc",
			"/a/B/c",
			"/a/b/c/",
		];
		for (const path of spellings) {
			expect(lookUp(table, path), path).to.match(/^ROUTE_(SPELLING|UNKNOWN)$/);
		}
	});

	it("does not walk over the patterns of other prefixes", () => {
		const many = Array.from(
			{ length: 10_000 },
			(_, index) => `/t/${index}/:id`,
		);
		const large = tableOf(...many);
		expect(lookUp(large, "/t/9999/x")).to.equal("/t/9999/:id");
		expect(lookUp(large, "/t/10000/x")).to.equal("ROUTE_UNKNOWN");
	});
});
