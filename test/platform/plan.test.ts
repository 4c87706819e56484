import { expect } from "chai";
import type {
	ObjectPlan,
	Plan,
	PlanProblem,
} from "../../src/platform/plan/plan.ts";
import { checkCallable } from "../../src/platform/plan/public-url.ts";
import { runCli } from "../cli/cli.ts";
import {
	ACCOUNT,
	FOREIGN,
	LINKED,
	MAIN,
	SUPPORT,
	type World,
	withWorld,
} from "./world.ts";

const KEY = ACCOUNT.apiKey;

/** A configuration with these routes, and more keys of `platform`. */
function configure(
	routes: string,
	{ more = "", publicUrl = "", head = "" } = {},
): (mock: { readonly url: string }, hooks: string) => string {
	return (mock, hooks) => `version: 1
server: { publicUrl: "${publicUrl || hooks}" }
${head}
platform:
  apiKey: \${VONAGE_API_KEY}
  apiSecret: \${VONAGE_API_SECRET}
  hosts: { rest: "${mock.url}", api: "${mock.url}" }
  pace: 999/s
${more || `  applications: { main: ${MAIN} }`}
defaults: { firewall: [vonage], signature: none }
routes:
${routes}
`;
}

async function planOf(world: World, ...args: string[]): Promise<Plan> {
	const { out, err } = await world.platform("plan", "--json", ...args);
	expect(err).to.equal("");
	return JSON.parse(out);
}

/** Plans these routes, and returns the problem of a code. */
async function problemOf(
	code: string,
	routes: string,
	more: Parameters<typeof configure>[1] = {},
): Promise<PlanProblem | undefined> {
	let found: PlanProblem | undefined;
	await withWorld(
		async (world) => {
			const { problems } = await planOf(world);
			found = problems.find((problem) => problem.code === code);
		},
		{},
		configure(routes, more),
	);
	return found;
}

const SMS = `  - { name: inbound, path: /sms, kind: sms.inbound, handler: none }`;
const ANSWER = `  - name: answer
    path: /answer
    kind: voice.answer
    handler: { ncco: [{ action: talk, text: Hello. }] }`;

describe("switchhook platform plan", () => {
	it("is a versioned JSON with reasons, and no value twice", () =>
		withWorld(async (world) => {
			const plan = await planOf(world);
			expect(plan.version).to.equal(1);
			expect(plan.publicUrl).to.equal(world.hooks);
			expect(
				plan.accounts[0]?.objects.map(({ target }) => target),
			).to.deep.equal([
				{ type: "account" },
				{ type: "application", id: MAIN, name: "main" },
				{ type: "number", country: "GB", msisdn: SUPPORT },
			]);
			expect(plan.accounts[0]?.objects[0]?.changes[0]).to.deep.equal({
				action: "update",
				setting: "moCallBackUrl",
				from: "https://old.example/sms",
				to: `${world.hooks}/sms`,
				because: [{ route: "inbound", file: "routes.yaml", line: 12 }],
			});
			expect(await planOf(world)).to.deep.equal(plan);
		}));

	it("takes no more than 60 calls for 1,000 numbers and 50 applications", () => {
		const numbers = Array.from({ length: 1000 }, (_, index) => ({
			country: "GB",
			msisdn: String(447700000000 + index),
		}));
		const applications = Array.from({ length: 50 }, (_, index) => ({
			...ACCOUNT.applications[0],
			name: `Application ${index}`,
			id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
		}));
		return withWorld(
			async (world) => {
				const plan = await planOf(world);
				expect(plan.accounts[0]?.objects).to.have.length(1001);
				expect(world.mock.requests.length).to.be.at.most(60);
				const { out } = await world.platform("plan");
				expect(out).to.match(
					/^1000 numbers: 447700000000, .* and 990 more; --json lists all\n {2}\+ moHttpUrl: \S+\/each {2}\(each, routes\.yaml:/m,
				);
				expect(out.split("\n").length).to.be.below(60);
			},
			{ accounts: [{ ...ACCOUNT, numbers, applications }] },
			configure(
				`${SMS}
  - { name: each, path: /each, kind: sms.inbound, level: number, match: { to: "4477*" }, handler: none }`,
				{ more: "  applications: {}" },
			),
		);
	});

	it("refuses by a problem what several applications or accounts leave open", async () => {
		const two = `  applications: { main: ${MAIN}, other: ${FOREIGN} }`;
		const open = await problemOf("application-unnamed", ANSWER, { more: two });
		expect(open?.blocks).to.equal(true);
		expect(open?.what).to.equal(
			"Route answer may belong to any of the applications `main` or `other`.",
		);
		const none = await problemOf("application-unnamed", ANSWER, {
			more: "  applications: {}",
		});
		expect(none?.what).to.include("has no application in");
		const named = await problemOf(
			"application-unnamed",
			ANSWER.replace("kind:", "app: main\n    kind:"),
			{ more: two },
		);
		expect(named).to.equal(undefined);
	});

	it("writes nothing while a problem blocks", () =>
		withWorld(
			async (world) => {
				const { code, out } = await world.platform("apply", "--yes");
				expect(code).to.equal(1);
				expect(out).to.include("✖ Account default has no application");
				expect(out).to.include(
					"Nothing can be applied before the first is solved.",
				);
				expect(world.writes()).to.deep.equal([]);
			},
			{},
			configure(`${SMS}\n${ANSWER}`, {
				more: "  applications: { main: 11111111-1111-4111-8111-111111111111 }",
			}),
		));

	it("finds numbers that nobody owns, in a match and in tables, and senders that are no numbers", async () => {
		const problem = await problemOf(
			"number-unowned",
			`  - { name: support, path: /s, kind: sms.inbound, level: number, match: { to: ["${SUPPORT}", "447700999999", ACME, "12345"] }, handler: none }`,
		);
		expect(problem?.numbers).to.deep.equal(["447700999999"]);
		expect(problem?.because[0]?.line).to.equal(12);
	});

	it("finds owned numbers that no route takes", async () => {
		const problem = await problemOf("number-untaken", ANSWER);
		// It is linked to an application that no route is for.
		expect(problem?.numbers).to.deep.equal([LINKED]);
		expect(await problemOf("number-untaken", SMS)).to.equal(undefined);
	});

	it("finds a number whose own URL beats a route of the account", async () => {
		const problem = await problemOf(
			"number-url-wins",
			`  - { name: inbound, path: /sms, kind: sms.inbound, match: { to: "${SUPPORT}" }, handler: none }`,
		);
		expect(problem?.what).to.include("https://old.example/support");
	});

	it("links a number that a route of an application names, and says whose it was", () =>
		withWorld(
			async (world) => {
				const plan = await planOf(world);
				const problem = plan.problems.find(({ code }) => code === "link-wins");
				expect(problem?.what).to.include("(Somebody else's)");
				const applied = await world.platform("apply", "--yes");
				expect(applied.err).to.equal("");
				expect(world.mock.state.account(KEY).number(LINKED)?.app_id).to.equal(
					MAIN,
				);
				expect((await planOf(world)).accounts[0]?.objects).to.deep.equal([]);
			},
			{},
			configure(`${ANSWER}\n    match: { to: "${LINKED}" }`),
		));

	it("finds a capability that the application lacks, and adds it with --enable only", () =>
		withWorld(
			async (world) => {
				const plan = await planOf(world);
				expect(plan.problems.map(({ code }) => code)).to.deep.equal([
					"capability-missing",
					"number-untaken",
				]);
				expect(plan.accounts[0]?.objects).to.deep.equal([]);
				const { code } = await world.platform("apply", "--enable", "--yes");
				expect(code).to.equal(0);
				expect(
					world.mock.state.account(KEY).application(MAIN)?.value.capabilities,
				)
					.to.have.property("verify")
					.that.deep.equals({
						webhooks: {
							status_url: {
								address: `${world.hooks}/verify`,
								http_method: "POST",
							},
						},
					});
				const before = ACCOUNT.applications[0]?.capabilities;
				await world.platform("apply", "--undo", "--yes");
				expect(
					world.mock.state.account(KEY).application(MAIN)?.value.capabilities,
				).to.deep.equal(before);
			},
			{},
			configure(
				"  - { name: verify, path: /verify, kind: verify2.callback, handler: none }",
			),
		));

	it("finds routes that want several URLs in one setting, and leaves it", async () => {
		const problem = await problemOf(
			"conflict",
			`${SMS}
  - { name: short, path: /short, kind: shortcode.inbound, handler: none }`,
		);
		expect(problem?.what).to.include(
			"`moCallBackUrl` of the account takes one",
		);
	});

	it("finds a public URL that the platform cannot call, unless that is a mock here", () => {
		const codesFor = (publicUrl: string, rest: string) =>
			checkCallable(publicUrl, [{ hosts: { rest, api: rest } }], []).map(
				({ code, blocks }) => `${code} ${blocks}`,
			);
		const rest = "https://rest.nexmo.com";
		for (const host of ["localhost:8080", "10.0.0.1", "[::1]", "box.local"]) {
			expect(codesFor(`http://${host}`, rest), host).to.deep.equal([
				"public-url true",
			]);
		}
		expect(codesFor("https://hooks.example.com", rest)).to.deep.equal([]);
		expect(codesFor("http://8.8.8.8", rest)).to.deep.equal([]);
		expect(
			codesFor("http://localhost:8080", "http://127.0.0.1:4010"),
		).to.deep.equal([]);
	});

	it("finds a route of level number that does not say for which numbers", async () => {
		const problem = await problemOf(
			"number-uncounted",
			"  - { name: each, path: /each, kind: sms.inbound, level: number, handler: none }",
		);
		expect(problem?.what).to.include("none gets its URL");
	});

	it("sets URLs by prefix and pattern, skips numbers without SMS, and takes ids that are not digits", () =>
		withWorld(
			async ({ platform }) => {
				const { out, code, err } = await platform("plan", "--json");
				expect(err).to.equal("");
				expect(code).to.equal(1);
				const plan = JSON.parse(out);
				const [{ objects, untouched }] = plan.accounts;
				expect(objects.map(({ target }: ObjectPlan) => target)).to.deep.equal([
					{ type: "number", country: "GB", msisdn: SUPPORT },
					{ type: "number", country: "US", msisdn: "12015550123" },
				]);
				expect(out)
					.to.match(/"to": "http[^"]*\/britain"/)
					.and.match(/"to": "http[^"]*\/america"/);
				expect(JSON.stringify(untouched)).to.include("number 12015550199");
				expect(
					plan.problems.find(
						({ code }: PlanProblem) => code === "number-unowned",
					).numbers,
				).to.deep.equal(["447700900009"]);
			},
			{
				accounts: [
					{
						...ACCOUNT,
						numbers: [
							{ country: "GB", msisdn: SUPPORT, features: ["SMS", "VOICE"] },
							{ country: "US", msisdn: "12015550123", features: ["SMS"] },
							{ country: "US", msisdn: "12015550199", features: ["VOICE"] },
						],
					},
				],
			},
			configure(`  - { name: britain, path: /britain, kind: sms.inbound, level: number, match: { to: "4477*" }, handler: none }
  - { name: america, path: /america, kind: sms.inbound, level: number, match: { to: { pattern: "^1201" } }, handler: none }
  - { name: people, path: /people, kind: sms.inbound, level: number, match: { to: [US.13491208655302741918, Acme, "12345", "447700900009"] }, handler: none }
`),
		));

	it("lets the closest match have a number, and finds a tie", () => {
		const routes = (
			one: string,
			other: string,
		) => `  - { name: one, path: /one, kind: sms.inbound, level: number, match: { to: "${one}" }, handler: none }
  - { name: other, path: /other, kind: sms.inbound, level: number, match: { to: "${other}" }, handler: none }`;
		return withWorld(
			async (world) => {
				const { accounts, problems } = await planOf(world);
				const urls = accounts[0]?.objects.flatMap(({ target, changes }) =>
					changes.map(
						({ to }) =>
							`${target.type === "number" ? target.msisdn : ""} ${String(to).slice(world.hooks.length)}`,
					),
				);
				expect(urls).to.deep.equal([
					`${SUPPORT} /one`,
					"447700900002 /other",
					`${LINKED} /other`,
				]);
				expect(problems.some(({ code }) => code === "conflict")).to.equal(
					false,
				);
				await world.configure(
					configure(routes(SUPPORT, SUPPORT))(world.mock, world.hooks),
				);
				const tied = await planOf(world);
				expect(tied.accounts[0]?.objects).to.deep.equal([]);
				expect(
					tied.problems.find(({ code }) => code === "conflict")?.what,
				).to.include(`\`moHttpUrl\` of number ${SUPPORT} takes one URL`);
			},
			{},
			configure(routes(SUPPORT, "4477*")),
		);
	});

	it("finds routes of SMS that have no method in common", async () => {
		const problem = await problemOf(
			"conflict",
			`  - { name: in, path: /in, kind: sms.inbound, methods: [GET], handler: none }
  - { name: dlr, path: /dlr, kind: sms.dlr, methods: [POST], handler: none }`,
		);
		expect(problem?.what).to.include("calls all URLs of SMS by one method");
	});

	it("finds an application that sends messages in another version", async () => {
		let problem: PlanProblem | undefined;
		await withWorld(
			async (world) => {
				await world.mock.edit((state) =>
					state
						.account(KEY)
						.application(MAIN)
						?.patch({ capabilities: { messages: { version: "v0.1" } } }),
				);
				problem = (await planOf(world)).problems.find(
					({ code }) => code === "messages-version",
				);
			},
			{},
			configure(
				"  - { name: in, path: /in, kind: messages.inbound, level: app, handler: none }",
			),
		);
		expect(problem?.what).to.include(
			"sends messages in version v0.1, and route in expects v1",
		);
	});

	it("sets one route at several applications", () =>
		withWorld(
			async (world) => {
				const { accounts } = await planOf(world);
				const ids = accounts[0]?.objects.map(({ target }) =>
					target.type === "application" ? target.name : "",
				);
				expect(ids).to.deep.equal(["main", "other"]);
			},
			{},
			configure(ANSWER.replace("kind:", "app: [main, other]\n    kind:"), {
				more: `  applications: { main: ${MAIN}, other: ${FOREIGN} }`,
			}),
		));

	it("leaves to people what no call can set, and says where", () =>
		withWorld(
			async (world) => {
				const { accounts } = await planOf(world);
				const whys = accounts[0]?.untouched.map(
					({ what, why }) => `${what}: ${why}`,
				);
				expect(whys?.join("\n"))
					.to.include("its path has parameters")
					.and.include("an action of an NCCO names it")
					.and.include("API Settings: inbound messages");
			},
			{},
			configure(`  - { name: each, path: "/sms/:tenant", kind: sms.inbound, handler: none }
  - { name: input, path: /input, kind: ncco.input, handler: none }
  - { name: inbox, path: /inbox, kind: messages.inbound, handler: none }`),
		));

	it("keeps a method that the route takes, and writes one that it does not", () =>
		withWorld(
			async (world) => {
				const { accounts } = await planOf(world);
				const settings = accounts[0]?.objects.flatMap(({ changes }) =>
					changes.map(({ setting, to }) => `${setting}=${String(to)}`),
				);
				expect(settings).to.include("voice.answer_url method=POST");
				expect(settings).to.not.include("voice.event_url method=POST");
			},
			{},
			configure(`${ANSWER}
    methods: [POST]
  - { name: event, path: /event, kind: voice.event, handler: none }`),
		));

	it("sets no answer URL for conversations, posts for Messages and Verify, and leaves time-outs alone", () =>
		withWorld(
			async (world) => {
				await world.mock.edit((state) => {
					state
						.account(KEY)
						.application(MAIN)
						?.patch({
							capabilities: {
								voice: {
									webhooks: {
										answer_url: { connect_timeout: 500, socket_timeout: 3000 },
									},
								},
								rtc: { webhooks: {}, signed_callbacks: true },
								messages: { version: "v1", webhooks: {} },
								verify: { version: "v2", webhooks: {} },
							},
						});
				});
				expect((await world.platform("apply", "--yes")).code).to.equal(0);
				const { capabilities } = JSON.parse(
					world.mock.state.account(KEY).application(MAIN)?.text ?? "",
				);
				expect(Object.keys(capabilities.rtc.webhooks)).to.deep.equal([
					"event_url",
				]);
				const { inbound_url, status_url } = capabilities.messages.webhooks;
				expect(inbound_url.http_method).to.equal("POST");
				expect(status_url.http_method).to.equal("POST");
				expect(capabilities.verify.webhooks.status_url.http_method).to.equal(
					"POST",
				);
				expect(capabilities.voice.webhooks.answer_url).to.deep.include({
					address: `${world.hooks}/answer`,
					connect_timeout: 500,
					socket_timeout: 3000,
				});
			},
			{},
			configure(`${ANSWER}
  - { name: conversation, path: /rtc, kind: rtc.event, level: app, handler: none }
  - { name: message, path: /messages, kind: messages.inbound, level: app, handler: none }
  - { name: status, path: /statuses, kind: messages.status, level: app, handler: none }
  - { name: verified, path: /verify, kind: verify2.callback, handler: none }`),
		));

	it("clears what no route names with --prune only, and never what it does not know", () =>
		withWorld(
			async (world) => {
				const plain = await planOf(world);
				const what = plain.accounts[0]?.untouched.map((one) => one.what);
				expect(what).to.include(
					"`voice.event_url` of application main is https://old.example/event",
				);
				const settings = (await planOf(world, "--prune")).accounts[0]?.objects
					.flatMap(({ changes }) => changes)
					.filter(({ action }) => action === "clear")
					.map(({ setting }) => setting);
				expect(settings).to.deep.equal([
					"drCallBackUrl",
					"voice.event_url",
					"voiceCallbackType",
					"voiceCallbackValue",
				]);
				expect(
					(await world.platform("apply", "--prune", "--yes")).code,
				).to.equal(0);
				const value = world.mock.state.account(KEY).application(MAIN)?.value;
				expect(JSON.stringify(value)).to.include("redirect.example");
				expect(JSON.stringify(value)).to.not.include("old.example/event");
				const undone = await world.platform("apply", "--undo", "--yes");
				expect(undone.code).to.equal(0);
				expect(
					world.mock.state.account(KEY).application(MAIN)?.value,
				).to.deep.include({
					capabilities: ACCOUNT.applications[0]?.capabilities,
				});
			},
			{ probe: false },
			configure(`${SMS}\n${ANSWER}`),
		));

	it("sends a URL that nobody can read once, and again when the route's changes", () => {
		const routes = `  - { name: ended, path: /ended, kind: legacy.call.status, level: number, match: { to: "${SUPPORT}" }, handler: none }`;
		return withWorld(
			async (world) => {
				const { out } = await world.platform("plan");
				expect(out).to.include(`+ voiceStatusCallback: ${world.hooks}/ended`);
				expect((await world.platform("apply", "--yes")).code).to.equal(0);
				const number = world.mock.state.account(KEY).number(SUPPORT);
				expect(number?.voiceStatusCallback).to.equal(`${world.hooks}/ended`);
				// All that was there went along.
				expect(number?.moHttpUrl).to.equal("https://old.example/support");
				expect((await planOf(world)).accounts[0]?.objects).to.deep.equal([]);
				await world.configure(
					configure(routes.replace("path: /ended", "path: /over"))(
						world.mock,
						world.hooks,
					),
				);
				expect((await world.platform("plan")).out).to.include(
					`~ voiceStatusCallback: ${world.hooks}/ended → ${world.hooks}/over`,
				);
			},
			{ probe: false },
			configure(routes),
		);
	});

	it("reads only what `manage` names", () =>
		withWorld(
			async (world) => {
				const { accounts } = await planOf(world);
				expect(world.mock.requests.map(({ path }) => path)).to.deep.equal([
					"/v2/applications",
				]);
				expect(accounts[0]?.unreadable.join("\n")).to.include(
					"the numbers of the account: `manage` leaves them out",
				);
			},
			{},
			configure(ANSWER, {
				more: `  applications: { main: ${MAIN} }\n  manage: [applications]`,
			}),
		));

	it("needs the platform's secrets, and says which is missing", () =>
		withWorld(async ({ folder }) => {
			const { code, err } = await runCli(["platform", "plan"], folder, {
				VONAGE_API_KEY: "x",
			});
			expect(code).to.equal(2);
			expect(err).to.include("`VONAGE_API_SECRET` is not set");
			expect((await runCli(["routes"], folder)).code).to.equal(0);
		}));

	it("says in a sentence that the credentials are wrong", () =>
		withWorld(
			async (world) => {
				const { code, err, out } = await world.platform("plan");
				expect(code).to.equal(2);
				expect(out).to.equal("");
				expect(err).to.match(
					/^error: The platform does not accept the key and the secret of account default\./,
				);
				expect(world.mock.requests).to.have.length(1);
			},
			{ accounts: [{ ...ACCOUNT, apiSecret: "another" }] },
		));

	it("says in a sentence that there is no network", () =>
		withWorld(async (world) => {
			await world.mock.close();
			const { code, err } = await world.platform("plan");
			expect(code).to.equal(2);
			expect(err).to.match(
				/^error: 127\.0\.0\.1:\d+ cannot be reached to read the settings of the account \(ECONNREFUSED\)\./,
			);
		}));

	it("serves several accounts, each with its own routes", () =>
		withWorld(
			async (world) => {
				const plan = await planOf(world);
				expect(plan.problems).to.deep.equal([]);
				expect(
					plan.accounts.map(({ account, objects }) => [
						account,
						objects.length,
					]),
				).to.deep.equal([
					["retail", 1],
					["office", 1],
				]);
			},
			{
				accounts: [
					{ apiKey: KEY, apiSecret: ACCOUNT.apiSecret },
					{ apiKey: "office", apiSecret: "other" },
				],
			},
			(mock, hooks) => `version: 1
server: { publicUrl: "${hooks}" }
platform:
  accounts:
    retail: { apiKey: "\${VONAGE_API_KEY}", apiSecret: "\${VONAGE_API_SECRET}", hosts: { rest: "${mock.url}", api: "${mock.url}" } }
    office: { apiKey: office, apiSecret: other, hosts: { rest: "${mock.url}", api: "${mock.url}" } }
defaults: { firewall: [vonage], signature: none }
routes:
  - { name: retail, path: /retail, kind: sms.inbound, account: retail, handler: none }
  - { name: both, path: /dlr, kind: sms.dlr, account: [office], handler: none }
`,
		));

	it("works with a key that may only read", () =>
		withWorld(
			async (world) => {
				const { code, err } = await world.platform("drift");
				expect(err).to.equal("");
				expect(code).to.equal(1);
				expect(world.writes()).to.deep.equal([]);
			},
			{ accounts: [{ ...ACCOUNT, isReadOnly: true }] },
		));
});
