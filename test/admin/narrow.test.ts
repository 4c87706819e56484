import { expect } from "chai";
import { type Called, withListener } from "./listener.ts";

describe("a client that gives up rights of its token", () => {
	it("has no scope that it did not name, and none that the token lacks", async () => {
		await withListener(async ({ call }) => {
			const ask = (path: string, scopes: string, method = "GET") =>
				call(path, { method, headers: { "switchhook-scopes": scopes } });
			const code = (called: Called) => [called.status, called.json().code];
			expect((await ask("/api/v1/router", "read")).status).to.equal(200);
			for (const [path, scopes, method] of [
				["/api/v1/reload", "read", "POST"],
				["/api/v1/export", "read operate", "GET"],
				["/api/v1/router", "", "GET"],
				["/api/v1/router", "operate", "GET"],
				["/api/v1/router", "admin root", "GET"],
			] as const)
				expect(code(await ask(path, scopes, method)), path).to.deep.equal([
					403,
					"missing-scope",
				]);
			const reloaded = await ask("/api/v1/reload", "operate,read", "POST");
			expect(reloaded.status).to.equal(200);
		});
	});

	it("is named in the log beside its token, by a short name only", async () => {
		await withListener(async ({ call, log }) => {
			const ask = (name: string) =>
				call("/api/v1/reload", {
					method: "POST",
					headers: { "switchhook-client": name },
				});
			expect((await ask("mcp")).status).to.equal(200);
			expect(log.some(({ actor }) => actor === "local (mcp)")).to.equal(true);
			for (const name of ["a b", "<script>", "x".repeat(41)])
				expect((await ask(name)).json().code, name).to.equal("bad-request");
		});
	});
});
