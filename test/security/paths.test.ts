import { expect } from "chai";
import { createFirewall } from "../../src/gate/firewall.ts";
import { type Router, startRouter, talk } from "../http/router.ts";

/** What the strict routes guard; everything else is open to all. */
const STRICT = ["/hooks/admin", "/hooks/:tenant/admin"];
const LOOSE = ["/", "/:a", "/hooks/:tenant", "/hooks/:tenant/:action"];
const LOOSEST = ["/:a/:b/:c", "/:a/:b/:c/:d"];

describe("another spelling of a guarded path", () => {
	let router: Router;
	before(async () => {
		router = await startRouter({
			routes: [...STRICT, ...LOOSE, ...LOOSEST].map((path) => ({
				path,
				name: path,
				methods: ["GET", "POST", "OPTIONS"],
			})),
			door: (path) =>
				STRICT.includes(path)
					? {}
					: { firewall: createFirewall(["any"], undefined) },
			trusted: ["127.0.0.1"],
		});
	});
	after(() => router.close());

	const send = (line: string, headers = ""): Promise<string> =>
		talk(
			router.port,
			`${line}\r\nHost: x\r\nX-Forwarded-For: 203.0.113.9\r\nConnection: close\r\n${headers}\r\n`,
			/\r\n\r\n/,
		);
	const statusOf = (heard: string): number =>
		Number(/^HTTP\/1\.1 (\d+)/.exec(heard)?.[1]);

	it("is needed: the loose routes are open, the strict ones are not", async () => {
		const open = ["/", "/x", "/hooks/acme", "/hooks/acme/pay", "/x/y/z"];
		for (const path of open) {
			const heard = await send(`GET ${path} HTTP/1.1`);
			expect(statusOf(heard), path).to.equal(200);
		}
		for (const path of ["/hooks/admin", "/hooks/acme/admin"]) {
			const heard = await send(`GET ${path} HTTP/1.1`);
			expect(statusOf(heard), path).to.equal(403);
		}
	});

	const guarded = ["/hooks/admin", "/hooks/acme/admin"];
	const spell: readonly ((path: string) => string)[] = [
		(path) => `/${path}`,
		(path) => `//x${path}`,
		(path) => `/.${path}`,
		(path) => `/..${path}`,
		(path) => `/x/..${path}`,
		(path) => `/x/%2e%2e${path}`,
		(path) => `/%2e${path}`,
		(path) => `http://x${path}`,
		(path) => `HTTP://x${path}`,
		(path) => `http://127.0.0.1${path}`,
		(path) => `${path}/`,
		(path) => `${path}//`,
		(path) => `${path}/.`,
		(path) => `${path}/x/..`,
		(path) => `${path};`,
		(path) => `${path};v=1`,
		(path) => `${path};v=1/x`,
		(path) => `${path}%3b`,
		(path) => `${path}%00`,
		(path) => `${path}%09`,
		(path) => `${path}%0a`,
		(path) => `${path}%0d%0a`,
		(path) => `${path}%7f`,
		(path) => `${path}#`,
		(path) => `${path}#x?y`,
		(path) => `${path}%2f`,
		(path) => `${path}%5c`,
		(path) => `${path}\\`,
		(path) => `${path}\t`,
		(path) => `${path}\u00a0`,
		(path) => `${path}%2e`,
		(path) => `${path}%252f`,
		(path) => path.toUpperCase(),
		(path) => path.replace("admin", "Admin"),
		(path) => path.replace("admin", "%61dmin"),
		(path) => path.replace("admin", "%41dmin"),
		(path) => path.replace("admin", "%2561dmin"),
		(path) => path.replace("admin", "%252561dmin"),
		(path) => path.replace("/hooks", "/%68ooks"),
		(path) => path.replace("/hooks", "/hoo%E2%84%AAs"),
		(path) => path.replace("/admin", "%2fadmin"),
		(path) => path.replace("/admin", "%2Fadmin"),
		(path) => path.replace("/admin", "%5cadmin"),
		(path) => path.replace("/admin", "\\admin"),
		(path) => path.replace("/admin", "//admin"),
		(path) => path.replace("/admin", "/./admin"),
		(path) => path.replace("/admin", "/%2e/admin"),
		(path) => path.replace("/admin", ";x/admin"),
		// Overlong UTF-8 of `/`, `.` and `a`, which a lax decoder takes.
		(path) => path.replace("/admin", "%c0%afadmin"),
		(path) => path.replace("/admin", "/%c0%ae/admin"),
		(path) => path.replace("admin", "%c1%a1dmin"),
		(path) => path.replace("admin", "%e0%81%a1dmin"),
		(path) => path.replace("admin", "%u0061dmin"),
		(path) => `/%ff/..${path}`,
	];
	const targets = guarded.flatMap((path) => spell.map((to) => to(path)));
	for (const target of targets) {
		it(`is refused: ${JSON.stringify(target)}`, async () => {
			const before = router.events.length;
			for (const query of ["", "?x=1"]) {
				const heard = await send(`GET ${target}${query} HTTP/1.1`);
				expect(statusOf(heard), query).to.be.oneOf([400, 403, 404]);
			}
			expect(router.events.length).to.equal(before);
		});
	}

	it("does not pass the firewall by a query, a method or a header", async () => {
		const before = router.events.length;
		for (const line of [
			"GET /hooks/admin?",
			"GET /hooks/admin?/../../x",
			"GET /hooks/admin??x=1",
			"HEAD /hooks/admin",
			"OPTIONS /hooks/admin",
			"POST /hooks/admin",
			"DELETE /hooks/admin",
			"PURGE /hooks/admin",
		]) {
			expect(statusOf(await send(`${line} HTTP/1.1`)), line).to.equal(403);
		}
		for (const header of [
			"X-HTTP-Method-Override: GET",
			"X-Original-URL: /x",
			"X-Rewrite-URL: /x",
			"X-Forwarded-Prefix: /..",
			"X-Real-IP: 127.0.0.1",
			"Client-IP: 127.0.0.1",
			"True-Client-IP: 127.0.0.1",
			"X-Forwarded: 127.0.0.1",
			"X-Forwarded-Host: localhost",
			"Via: 1.1 127.0.0.1",
			"Connection: upgrade\r\nUpgrade: h2c",
			"Connection: close, X-Forwarded-For",
			"Upgrade: websocket",
		]) {
			const heard = await send("GET /hooks/admin HTTP/1.1", `${header}\r\n`);
			expect(statusOf(heard), header).to.equal(403);
		}
		expect(router.events.length).to.equal(before);
	});

	it("serves neither `*`, nor CONNECT, nor a target without a slash", async () => {
		const before = router.events.length;
		for (const line of [
			"OPTIONS * HTTP/1.1",
			"GET * HTTP/1.1",
			"GET ?x HTTP/1.1",
			"GET hooks/admin HTTP/1.1",
			"CONNECT /hooks/admin HTTP/1.1",
			"CONNECT x:80 HTTP/1.1",
			"GET  /hooks/admin HTTP/1.1",
			"get /hooks/admin HTTP/1.1",
			"GET /hooks/admin HTTP/9.9",
			"GET /hooks/admin",
		]) {
			expect(await send(line), line).not.to.match(/^HTTP\/1\.1 2/);
		}
		expect(router.events.length).to.equal(before);
	});
});
