import { createHash } from "node:crypto";
import { expect } from "chai";
import {
	type Called,
	type CallOptions,
	type Listener,
	sendBytes,
	withListener,
} from "./listener.ts";

const SECRET = "a-written-token-of-32-characters";
const HASHED = "another-token-that-is-only-hashed";

const TOKENS = `version: 1
inbox: { store: none }
admin:
  hosts: [admin.example.com]
  tokens:
    grafana: { token: "\${GRAFANA}", scopes: [read] }
    oncall: { token: "sha256:${createHash("sha256").update(HASHED).digest("hex")}", scopes: [operate] }
    lead: { token: "\${LEAD}", scopes: [reveal] }
`;
const WRITTEN = {
	config: TOKENS,
	env: { GRAFANA: SECRET, LEAD: "the-token-of-the-lead-is-this" },
};

describe("the tokens of the admin listener", () => {
	it("are required, and the answer says how to send one", async () => {
		await withListener(async ({ call }) => {
			const { status, headers, json } = await call("/api/v1/router", {
				token: null,
			});
			expect(status).to.equal(401);
			expect(headers["www-authenticate"]).to.equal('Bearer realm="switchhook"');
			expect(json().code).to.equal("no-token");
			expect(json().detail).to.include("Authorization: Bearer");
		});
	});

	it("come before the path, so that a stranger learns nothing", async () => {
		await withListener(async ({ call }) => {
			for (const path of ["/api/v1/nothing", "/api/v1/router/x"])
				expect((await call(path, { token: null })).status).to.equal(401);
		});
	});

	const malformed = [
		"Basic YWRtaW46YWRtaW4=",
		"Bearer",
		"Bearer ",
		"Bearer a b",
		"Bearer a,b",
		"test-token-0123456789abcdef",
		`Bearer ${"x".repeat(5000)}`,
		"Bearer test-token-0123456789abcdeF",
		"Bearer test-token-0123456789abcde",
		"Bearer test-token-0123456789abcdef0",
	];
	for (const authorization of malformed) {
		it(`are refused as ${authorization.slice(0, 50)}`, async () => {
			await withListener(async ({ call }) => {
				const { status, headers, json } = await call("/api/v1/router", {
					token: null,
					headers: { authorization },
				});
				expect([status, json().code]).to.deep.equal([401, "bad-token"]);
				expect(headers["www-authenticate"]).to.include("invalid_token");
			});
		});
	}

	it("are refused in two Authorization headers, whichever is right", async () => {
		await withListener(async ({ port, token }) => {
			const request = (first: string, second: string) =>
				sendBytes(
					port,
					`GET /api/v1/router HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${first}\r\nauthorization: Bearer ${second}\r\nconnection: close\r\n\r\n`,
				);
			expect(await request(token, "x")).to.match(/^HTTP\/1.1 401 /);
			expect(await request("x", token)).to.match(/^HTTP\/1.1 401 /);
		});
	});

	it("are not taken from the query or a body", async () => {
		await withListener(async ({ call, token }) => {
			const query = await call(`/api/v1/router?token=${token}`, {
				token: null,
			});
			expect(query.status).to.equal(401);
		});
	});

	it("may be several, each with its scopes", async () => {
		await withListener(async (listener) => {
			const reload = { method: "POST" };
			const codes = async (token: string) => {
				const one = await listener.call("/api/v1/router", { token });
				const two = await listener.call("/api/v1/reload", {
					...reload,
					token,
				});
				return [codeOf(one), codeOf(two)];
			};
			expect(await codes(SECRET)).to.deep.equal([200, "missing-scope"]);
			// `operate` includes `read`.
			expect(await codes(HASHED)).to.deep.equal([200, 200]);
			// `reveal` includes neither.
			expect(await codes("the-token-of-the-lead-is-this")).to.deep.equal([
				"missing-scope",
				"missing-scope",
			]);
			expect(await codes(listener.token)).to.deep.equal([200, 200]);
		}, WRITTEN);
	});

	it("name the missing scope", async () => {
		await withListener(async ({ call }) => {
			const { headers, json } = await call("/api/v1/reload", {
				method: "POST",
				token: SECRET,
			});
			expect(headers["www-authenticate"]).to.include('scope="operate"');
			expect(json().detail).to.include("`operate`");
		}, WRITTEN);
	});

	it("are nowhere in the settings, and the hash of one is no token", async () => {
		await withListener(async ({ call }) => {
			const hash = createHash("sha256").update(HASHED).digest("hex");
			for (const token of [hash, `sha256:${hash}`])
				expect((await call("/api/v1/router", { token })).status).to.equal(401);
		}, WRITTEN);
	});
});

describe("guessing a token", () => {
	const guess = ({ call }: Listener, token: string) =>
		call("/api/v1/router", { token });

	it("is slowed after ten wrong ones, and then twice as much with each", async () => {
		let now = 0;
		await withListener(
			async (listener) => {
				for (let one = 0; one < 11; one++)
					expect((await guess(listener, `wrong-${one}`)).status).to.equal(401);
				const slowed = await guess(listener, "wrong-11");
				expect([slowed.status, slowed.json().code]).to.deep.equal([
					429,
					"too-many-attempts",
				]);
				expect(slowed.headers["retry-after"]).to.equal("1");
				// Not even a right one is looked at.
				expect((await guess(listener, SECRET)).status).to.equal(429);
				now += 1000;
				expect((await guess(listener, "wrong-11")).status).to.equal(401);
				expect(
					(await guess(listener, "wrong-12")).headers["retry-after"],
				).to.equal("2");
				now += 2000;
				expect((await guess(listener, SECRET)).status).to.equal(200);
			},
			{ ...WRITTEN, now: () => now },
		);
	});

	it("is in the log, once a minute for an address", async () => {
		await withListener(
			async (listener) => {
				for (let one = 0; one < 5; one++) await guess(listener, `wrong-${one}`);
				const lines = listener.log.filter(({ client }) => client !== undefined);
				expect(lines).to.have.length(1);
				expect(lines[0]).to.include({
					severity: "warn",
					line: "admin",
					client: "127.0.0.1",
				});
				expect(JSON.stringify(listener.log)).to.not.include("wrong-");
			},
			{ now: () => 0 },
		);
	});

	it("does not lock out the router's own token, or a session", async () => {
		await withListener(
			async (listener) => {
				const { cookie } = await signIn(listener, listener.token);
				for (let one = 0; one < 12; one++)
					await guess(listener, `wrong-${one}`);
				expect((await guess(listener, "wrong-12")).status).to.equal(429);
				expect((await guess(listener, listener.token)).status).to.equal(200);
				const session = await listener.call("/session", {
					token: null,
					headers: { cookie },
				});
				expect(session.status).to.equal(200);
			},
			{ now: () => 0 },
		);
	});

	it("does not count an outdated token that a client repeats", async () => {
		await withListener(
			async (listener) => {
				for (let one = 0; one < 30; one++)
					expect((await guess(listener, "outdated")).status).to.equal(401);
				expect((await guess(listener, SECRET)).status).to.equal(200);
			},
			{ ...WRITTEN, now: () => 0 },
		);
	});

	it("counts at POST /session too", async () => {
		await withListener(
			async ({ call }) => {
				const codes: unknown[] = [];
				for (let one = 0; one < 12; one++) {
					const { json } = await call("/session", {
						method: "POST",
						token: null,
						body: JSON.stringify({ token: `wrong-${one}` }),
					});
					codes.push(json().code);
				}
				expect(codes.slice(0, 11)).to.deep.equal(Array(11).fill("bad-token"));
				expect(codes[11]).to.equal("too-many-attempts");
			},
			{ now: () => 0 },
		);
	});
});

describe("the Host of a request to the admin listener", () => {
	const allowed = [
		"localhost",
		"LOCALHOST:8081",
		"127.0.0.1",
		"127.0.0.1:1234",
		"[::1]:8081",
		"a.localhost",
		"localhost.",
	];
	const refused = [
		"evil.example",
		"localhost.evil.example",
		"127.0.0.1.evil.example",
		"10.0.0.1",
		"[2001:db8::1]",
		"admin.example.com",
		"localhost@evil.example",
		"localhost/evil",
		"evil.example:127.0.0.1",
		"0x7f.1",
		"localhost, evil.example",
	];
	it("is one of loopback", async () => {
		await withListener(async ({ call }) => {
			for (const host of allowed) {
				const { status } = await call("/api/v1/router", { headers: { host } });
				expect(status, host).to.equal(200);
			}
		});
	});

	it("is refused with 421 otherwise, before the token", async () => {
		await withListener(async ({ call }) => {
			for (const host of refused) {
				for (const token of [null, undefined]) {
					const { status, json } = await call("/api/v1/router", {
						headers: { host },
						...(token === null && { token }),
					});
					expect([status, json().code], host).to.deep.equal([
						421,
						"wrong-host",
					]);
				}
			}
		});
	});

	it("may be a name of `admin.hosts`", async () => {
		await withListener(async ({ call }) => {
			const { status } = await call("/api/v1/router", {
				headers: { host: "Admin.Example.com" },
			});
			expect(status).to.equal(200);
		}, WRITTEN);
	});

	it("may be any address where the listener is open to other machines", async () => {
		await withListener(
			async ({ call }) => {
				const codes = async (host: string) =>
					(await call("/api/v1/router", { headers: { host } })).status;
				expect(await codes("10.0.0.7:8081")).to.equal(200);
				expect(await codes("[2001:db8::1]")).to.equal(200);
				expect(await codes("evil.example")).to.equal(421);
			},
			{ address: "0.0.0.0" },
		);
	});

	it("is there once", async () => {
		await withListener(async ({ port, token }) => {
			const rest = `authorization: Bearer ${token}\r\nconnection: close\r\n\r\n`;
			const twice = `GET /api/v1/router HTTP/1.1\r\nhost: localhost\r\nHost: evil.example\r\n${rest}`;
			expect(await sendBytes(port, twice)).to.match(/^HTTP\/1.1 400 /);
			const empty = `GET /api/v1/router HTTP/1.1\r\nhost:\r\n${rest}`;
			expect(await sendBytes(port, empty)).to.match(/^HTTP\/1.1 421 /);
			const never = `GET /api/v1/router HTTP/1.1\r\n${rest}`;
			expect(await sendBytes(port, never)).to.match(/^HTTP\/1.1 421 /);
			const old = `GET /api/v1/router HTTP/1.0\r\n${rest}`;
			expect(await sendBytes(port, old)).to.match(/^HTTP\/1.1 421 /);
		});
	});

	it("is not overruled by a target with another one", async () => {
		await withListener(async ({ port, token }) => {
			for (const target of [
				"http://evil.example/api/v1/router",
				"//evil.example/api/v1/router",
				"*",
			]) {
				const method = target === "*" ? "OPTIONS" : "GET";
				const answer = await sendBytes(
					port,
					`${method} ${target} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\nconnection: close\r\n\r\n`,
				);
				expect(answer, target).to.match(/^HTTP\/1.1 400 /);
			}
		});
	});

	it("does not matter for probes", async () => {
		await withListener(async ({ call }) => {
			for (const path of ["/healthz", "/readyz"]) {
				const headers = { host: "10.1.2.3:8081" };
				const { status } = await call(path, { headers, token: null });
				expect(status, path).to.equal(200);
			}
		});
	});
});

describe("the Origin of a request to the admin listener", () => {
	const host = "localhost:8081";
	const foreign: readonly Readonly<Record<string, string>>[] = [
		{ origin: "https://evil.example" },
		{ origin: "null" },
		{ origin: "http://localhost:9999" },
		{ origin: "http://localhost:8081.evil.example" },
		{ origin: "http://evil.example@localhost:8081" },
		{ origin: "" },
		{ "sec-fetch-site": "cross-site" },
		{ "sec-fetch-site": "same-site" },
	];
	for (const headers of foreign) {
		it(`is refused as ${JSON.stringify(headers)}, even with a token`, async () => {
			await withListener(async ({ call }) => {
				for (const method of ["GET", "POST", "OPTIONS"]) {
					const { status, json } = await call("/api/v1/reload", {
						method,
						headers: { host, ...headers },
					});
					expect([status, json().code]).to.deep.equal([403, "wrong-origin"]);
				}
			});
		});
	}

	it("may be the listener's own, also behind a proxy with TLS", async () => {
		await withListener(async ({ call }) => {
			for (const origin of [
				"http://localhost:8081",
				"https://localhost:8081",
			]) {
				const { status } = await call("/api/v1/reload", {
					method: "POST",
					headers: { host, origin },
				});
				expect(status).to.equal(200);
			}
		});
	});
});

describe("a session of the admin listener", () => {
	it("is a cookie that scripts and other sites cannot use", async () => {
		await withListener(async (listener) => {
			const { called, cookie } = await signIn(listener, listener.token);
			expect(called.json()).to.deep.equal({
				actor: "local",
				scopes: ["operate", "read", "reveal"],
			});
			const [set = ""] = called.headers["set-cookie"] as string[];
			expect(set).to.match(
				/^switchhook-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
			);
			expect(set).to.not.include(listener.token);
			const { status } = await listener.call("/api/v1/router", {
				token: null,
				headers: { cookie: `other=1; ${cookie}; more=2` },
			});
			expect(status).to.equal(200);
		});
	});

	it("changes something only with a proof of the origin", async () => {
		await withListener(async (listener) => {
			const { cookie } = await signIn(listener, listener.token);
			const host = "localhost:8081";
			const reload = (headers: Readonly<Record<string, string>>) =>
				listener.call("/api/v1/reload", {
					method: "POST",
					token: null,
					headers: { host, cookie, ...headers },
				});
			expect(codeOf(await reload({}))).to.equal("wrong-origin");
			expect(codeOf(await reload({ "sec-fetch-site": "none" }))).to.equal(
				"wrong-origin",
			);
			expect(codeOf(await reload({ origin: "http://evil.example" }))).to.equal(
				"wrong-origin",
			);
			expect(codeOf(await reload({ origin: `http://${host}` }))).to.equal(200);
			expect(
				codeOf(await reload({ "sec-fetch-site": "same-origin" })),
			).to.equal(200);
		});
	});

	it("ends with DELETE, which needs that proof too", async () => {
		await withListener(async (listener) => {
			const { cookie } = await signIn(listener, listener.token);
			const headers = { host: "localhost", cookie };
			const end = (more: Readonly<Record<string, string>>) =>
				listener.call("/session", {
					method: "DELETE",
					token: null,
					headers: { ...headers, ...more },
				});
			expect((await end({})).status).to.equal(403);
			const ended = await end({ origin: "http://localhost" });
			expect(ended.status).to.equal(204);
			expect(String(ended.headers["set-cookie"])).to.include("Max-Age=0");
			const after = await listener.call("/session", { token: null, headers });
			expect(codeOf(after)).to.equal("bad-token");
		});
	});

	it("ends after 12 hours without a request, and after a week", async () => {
		let now = 0;
		const hour = 3_600_000;
		await withListener(
			async (listener) => {
				const look = async (cookie: string) =>
					(
						await listener.call("/session", {
							token: null,
							headers: { cookie },
						})
					).status;
				const idle = await signIn(listener, listener.token);
				now += 12 * hour;
				expect(await look(idle.cookie)).to.equal(200);
				now += 12 * hour + 1;
				expect(await look(idle.cookie)).to.equal(401);
				const busy = await signIn(listener, listener.token);
				for (let day = 0; day < 14; day++) {
					now += 12 * hour;
					expect(await look(busy.cookie)).to.equal(200);
				}
				now += 1;
				expect(await look(busy.cookie)).to.equal(401);
			},
			{ now: () => now },
		);
	});

	it("has the scopes of its token, and no other way in", async () => {
		await withListener(async (listener) => {
			const { cookie, called } = await signIn(listener, SECRET);
			expect(called.json()).to.deep.equal({
				actor: "grafana",
				scopes: ["read"],
			});
			const headers = { cookie, host: "localhost", origin: "http://localhost" };
			const reload = await listener.call("/api/v1/reload", {
				method: "POST",
				token: null,
				headers,
			});
			expect(codeOf(reload)).to.equal("missing-scope");
			for (const forged of ["x", SECRET, `${cookie.split("=")[1]}x`, ""]) {
				const name = cookie.split("=")[0];
				const { status } = await listener.call("/api/v1/router", {
					token: null,
					headers: { cookie: `${name}=${forged}` },
				});
				expect(status).to.equal(401);
			}
		}, WRITTEN);
	});
});

// --- helpers ---

function codeOf({ status, json }: Called): unknown {
	return status === 200 ? 200 : json().code;
}

async function signIn(
	{ call }: Listener,
	token: string,
	options: CallOptions = {},
): Promise<{ readonly called: Called; readonly cookie: string }> {
	const called = await call("/session", {
		method: "POST",
		token: null,
		body: JSON.stringify({ token }),
		...options,
	});
	const [cookie = ""] = String(called.headers["set-cookie"]).split(";");
	return { called, cookie };
}
