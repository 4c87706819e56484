import { createPrivateKey, createPublicKey } from "node:crypto";
import type { Vonage } from "@vonage/server-sdk";
import { expect } from "chai";
import { ACCOUNT, APP, KEY, rejectionOf, sdkFor, withMock } from "./ground.ts";

describe("the mock's applications, called by the official SDK", () => {
	it("are created, read, changed and deleted", () =>
		withMock({}, async (mock) => {
			const { applications, numbers } = sdkFor(mock);
			const made = await create(applications, {
				name: "New",
				capabilities: {
					voice: {
						webhooks: {
							answerUrl: {
								address: "https://new.example/answer",
								httpMethod: "GET",
							},
						},
					},
				},
			});
			const { id } = made;
			expect(id).to.match(/^[0-9a-f-]{36}$/);
			expect(mock.requests.at(-1)?.status).to.equal(201);
			expect(made.capabilities?.voice?.webhooks?.answerUrl).to.deep.include({
				address: "https://new.example/answer",
			});

			const read = await applications.getApplication(id);
			expect(read.name).to.equal("New");
			await update(applications, { ...read, name: "Newer" });
			expect((await applications.getApplication(id)).name).to.equal("Newer");

			await numbers.updateNumber({
				country: "US",
				msisdn: "12015550123",
				appId: id,
			});
			await applications.deleteApplication(id);
			expect(
				await rejectionOf(applications.getApplication(id)),
			).to.have.nested.property("response.status", 404);
			// A number of a deleted application is free again.
			expect(
				mock.state.account(KEY).number("12015550123"),
			).to.not.have.property("app_id");
		}));

	it("show a private key once, which belongs to the public one", () =>
		withMock({}, async (mock) => {
			const { applications } = sdkFor(mock);
			const made = await create(applications, { name: "Keys" });
			const keys = made.keys as Readonly<Record<string, string>>;
			const derived = createPublicKey(
				createPrivateKey(keys.private_key as string),
			).export({ type: "spki", format: "pem" });
			expect(derived).to.equal(keys.public_key);
			const read = await applications.getApplication(made.id);
			expect(read.keys).to.deep.include({ public_key: keys.public_key });
			expect(JSON.stringify(read)).to.not.contain("PRIVATE");
			expect(mock.state.account(KEY).application(made.id)?.text).to.not.contain(
				"PRIVATE",
			);
		}));

	it("make no key where a public one is given, and keep it through an update without keys", () =>
		withMock({}, async (mock) => {
			const { applications } = sdkFor(mock);
			const made = await create(applications, {
				name: "Own key",
				keys: { publicKey: "-----BEGIN PUBLIC KEY-----" },
			});
			expect(JSON.stringify(made)).to.not.contain("private");
			await update(applications, { id: made.id, name: "Renamed" });
			const read = await applications.getApplication(made.id);
			expect(read.keys).to.deep.include({
				public_key: "-----BEGIN PUBLIC KEY-----",
			});
		}));

	it("are signed unless an update says otherwise", () =>
		withMock({}, async (mock) => {
			const { applications } = sdkFor(mock);
			const voice = { webhooks: {} };
			const voiceOf = (): unknown => {
				const { value } = mock.state.account(KEY).applications.at(-1) ?? {};
				return (value?.capabilities as { voice: object } | undefined)?.voice;
			};
			const made = await create(applications, {
				name: "Signed",
				capabilities: { voice },
			});
			expect(voiceOf()).to.deep.include({ signed_callbacks: true });
			await update(applications, {
				id: made.id,
				name: "Unsigned",
				capabilities: { voice: { ...voice, signedCallbacks: false } },
			});
			expect(voiceOf()).to.deep.include({ signed_callbacks: false });
			await update(applications, {
				id: made.id,
				name: "Left out",
				capabilities: { voice },
			});
			expect(voiceOf()).to.deep.include({ signed_callbacks: true });
		}));

	it("are replaced as a whole by an update", () =>
		withMock({}, async (mock) => {
			const { applications } = sdkFor(mock);
			await update(applications, { id: APP, name: "Bare" });
			const { value } = mock.state.account(KEY).application(APP) ?? {};
			expect(value).to.deep.equal({
				name: "Bare",
				keys: { public_key: "-----BEGIN PUBLIC KEY-----\nMII\n" },
			});
		}));

	it("keep what an update leaves out where the mock is told so", () =>
		withMock({ quirks: { applicationLeftOut: "keep" } }, async (mock) => {
			await update(sdkFor(mock).applications, {
				id: APP,
				name: "Messages too",
				capabilities: { messages: {} },
			});
			const { value } = mock.state.account(KEY).application(APP) ?? {};
			expect(value).to.have.property("privacy");
			expect(value?.capabilities).to.have.all.keys(
				"voice",
				"network_apis",
				"messages",
			);
		}));

	it("come in pages of HAL, which the client follows to the end", () =>
		withMock(
			{
				accounts: [
					{
						...ACCOUNT,
						applications: Array.from({ length: 57 }, (_, index) => ({
							name: `App ${index}`,
						})),
					},
				],
			},
			async (mock) => {
				const { applications } = sdkFor(mock);
				const seen: string[] = [];
				for await (const { name } of applications.listAllApplications({
					pageSize: 20,
				})) {
					seen.push(name);
				}
				expect(seen).to.have.length(57);
				expect(new Set(seen).size).to.equal(57);
				expect(mock.requests.map(({ query }) => query)).to.deep.equal([
					"page_size=20&page=1",
					"page_size=20&page=2",
					"page_size=20&page=3",
				]);
				const page = await applications.listApplications({});
				expect(page).to.deep.include({
					pageSize: 10,
					totalItems: 57,
					totalPages: 6,
				});
				const refused = (await rejectionOf(
					applications.listApplications({ pageSize: 101 }),
				)) as { readonly response: Response };
				expect(refused.response.status).to.equal(400);
				const problem = (await refused.response.json()) as object;
				expect(problem).to.deep.include({
					title: "Bad Request",
					invalid_parameters: [
						{ name: "page_size", reason: "must be between 1 and 100" },
					],
				});
			},
		));

	it("are those of one account", () =>
		withMock(
			{
				accounts: [ACCOUNT, { apiKey: "other999", apiSecret: "two" }],
			},
			async (mock) => {
				const other = sdkFor(mock, { apiKey: "other999", apiSecret: "two" });
				expect(
					await rejectionOf(other.applications.getApplication(APP)),
				).to.have.nested.property("response.status", 404);
				const page = await other.applications.listApplications({});
				expect(page._embedded?.applications).to.deep.equal([]);
			},
		));

	it("refuse what is invalid by the path of each parameter", () =>
		withMock({}, async (mock) => {
			const url = { address: "nowhere", httpMethod: "PUT" };
			const refused = (await rejectionOf(
				update(sdkFor(mock).applications, {
					id: APP,
					name: "",
					capabilities: {
						voice: {
							webhooks: {
								answerUrl: { ...url, socketTimeout: 5001 },
								eventUrl: {
									address: "https://new.example/events",
									httpMethod: "POST",
									socketTimeout: 10_000,
								},
							},
						},
						messages: {
							webhooks: {
								inboundUrl: {
									address: "https://new.example",
									httpMethod: "GET",
								},
							},
						},
						rtc: {
							webhooks: { answerUrl: { address: "https://new.example" } },
						},
						vbc: { enabled: true },
					},
				}),
			)) as { readonly response: Response };
			expect(refused.response.status).to.equal(400);
			expect(refused.response.headers.get("content-type")).to.equal(
				"application/problem+json",
			);
			const problem = (await refused.response.json()) as {
				readonly invalid_parameters: readonly {
					readonly name: string;
					readonly reason: string;
				}[];
			};
			expect(
				problem.invalid_parameters.map(
					({ name, reason }) => `${name} ${reason}`,
				),
			).to.deep.equal([
				"name is required",
				"capabilities.vbc must be an empty object",
				"capabilities.voice.webhooks.answer_url.address must be a valid URL",
				"capabilities.voice.webhooks.answer_url.http_method must be one of: GET, POST",
				"capabilities.voice.webhooks.answer_url.socket_timeout must be between 1000 and 5000",
				"capabilities.rtc.webhooks.answer_url is not allowed",
				"capabilities.messages.webhooks.inbound_url.http_method must be one of: POST",
			]);
			expect(mock.state.account(KEY).application(APP)?.value.name).to.equal(
				"Hotline",
			);
		}));
});

// --- helpers ---

type Applications = Vonage["applications"];

/** The client asks for capabilities, and the platform does not. */
async function create(
	applications: Applications,
	application: object,
): Promise<
	Awaited<ReturnType<Applications["createApplication"]>> & { id: string }
> {
	const made = await applications.createApplication(application as never);
	return { ...made, id: made.id as string };
}

function update(
	applications: Applications,
	application: object,
): Promise<unknown> {
	return applications.updateApplication(application as never);
}
