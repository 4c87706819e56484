import { readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import {
	type Moment,
	playTraffic,
	writeScene,
} from "../../scripts/terminal/scene.ts";
import { packageFile } from "../../src/cli/package.ts";
import { withFolder } from "../cli/cli.ts";
import { ask } from "../http/router.ts";
import { stopRouter, useRouters } from "../serving/serve.ts";

type Line = Readonly<Record<string, unknown>>;

const MOMENTS: Readonly<Record<Moment, RegExp>> = {
	delivered: /"outcome":"delivered"/,
	waiting: /"outcome":"waiting"/,
	dead: /"outcome":"dead"/,
	fallback: /"outcome":"fallback"/,
	kept: /"line":"reload".*sms\.inbuond/,
	reloaded: /"line":"reload","routes":4/,
};

const startRouter = useRouters();

describe("the log off a terminal", function () {
	this.timeout(120_000);
	let stdout = "";
	let stderr = "";
	let lines: readonly Line[] = [];
	const find = (fits: Line): Line =>
		lines.find((line) =>
			Object.entries(fits).every(([key, value]) => line[key] === value),
		) ?? expect.fail(`no line has ${JSON.stringify(fits)}:\n${stdout}`);

	before(() =>
		withFolder({}, async (folder) => {
			await writeScene(folder, "1h");
			const router = startRouter(folder, [
				"--log-level",
				"debug",
				"--log-payloads",
			]);
			try {
				const [, url = ""] = await router.says(/listens on (http:\/\/[\d.:]+)/);
				await breakGrammar(Number(new URL(url).port));
				const [, admin = ""] = await router.says(/"admin":"(http:[^"]+)"/);
				const headers = { authorization: "Bearer wrong" };
				await ask(`${admin}/api/v1/router`, { headers });
				await playTraffic({
					url,
					pid: Number(router.child.pid),
					folder,
					until: (moment) => router.says(MOMENTS[moment]),
				});
				router.child.kill("SIGTERM");
				expect(await router.ended).to.equal(0);
			} finally {
				await stopRouter(router);
			}
			stdout = router.stdout();
			stderr = router.stderr();
			lines = stdout
				.trimEnd()
				.split("\n")
				.map((line) => JSON.parse(line));
		}),
	);

	it("is JSON on standard output, with nothing between its lines", () => {
		expect(stderr).to.equal("");
		for (const line of lines) expect(line).to.be.an("object");
	});

	it("fits the schema that the package has, line by line", async () => {
		const text = await readFile(packageFile("schemas/log.schema.json"), "utf8");
		const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
		const validate = ajv.compile(JSON.parse(text));
		for (const line of lines) {
			const isValid = validate(line);
			expect(
				isValid,
				`${JSON.stringify(line)}\n${ajv.errorsText(validate.errors)}`,
			).to.equal(true);
		}
	});

	it("has lines of every type", () => {
		expect(new Set(lines.map(({ line }) => line))).to.deep.equal(
			new Set([
				..."start webhook delivery plugin connection reload admin router".split(
					" ",
				),
			]),
		);
	});

	it("has no key twice in a line", () => {
		for (const line of stdout.trimEnd().split("\n"))
			expect(JSON.stringify(JSON.parse(line))).to.equal(line);
	});

	it("joins the lines of an event by its id", () => {
		const { id } = find({ line: "plugin", msg: "order stored" });
		expect(id).to.be.a("string");
		find({ line: "webhook", route: "inbound-sms", id });
		find({ line: "delivery", outcome: "delivered", id });
	});

	it("keeps a plugin's fields to themselves", () => {
		expect(find({ line: "plugin", msg: "order stored" })).to.deep.include({
			severity: "info",
			attempt: 1,
			fields: {
				order: 17,
				outcome: "ok",
				severity: "fatal",
				line: "webhook",
				note: "two\nlines, \u001b[31mred",
			},
		});
	});

	it("begins a stack with the user's own frames, on both kinds of routes", () => {
		expect(find({ line: "delivery", outcome: "dead" }).stack).to.match(
			/^SyntaxError: .*\n {4}at voice\.event \(plugins\/calls\.ts:7:9\)$/,
		);
		const { err } = find({ line: "webhook", outcome: "fallback" });
		expect(err).to.include({ type: "TypeError" });
		expect((err as Line).stack).to.match(
			/^TypeError: .*\n {4}at voice\.answer \(plugins\/calls\.ts:11:\d+\)$/,
		);
	});

	it("has one line of the start, with all that a terminal shows", () => {
		expect(lines.filter(({ line }) => line === "start")).to.have.length(1);
		const start = find({ line: "start" });
		expect(start).to.deep.include({
			routes: 4,
			inbox: {
				store: "data/inbox.db",
				earlier: { waiting: 0, dead: 0, quarantined: 0 },
			},
		});
		expect(start.urls).to.have.length(4);
	});
});

describe("warnings at a start off a terminal", () => {
	it("are a line of the log, before that of the start", () =>
		withFolder({}, async (folder) => {
			await writeScene(folder, "1h");
			const file = join(folder, "routes.yaml");
			const text = await readFile(file, "utf8");
			await writeFile(
				file,
				text.replace("server: {", "server: { trustedProxies: [loopback],"),
			);
			const router = startRouter(folder);
			try {
				await router.says(/listens on/);
				const [first = "", second = ""] = router.stdout().split("\n");
				expect(JSON.parse(first)).to.include({
					severity: "warn",
					line: "start",
					msg: "the configuration has warnings",
				});
				expect(JSON.parse(first).findings[0]).to.match(
					/^routes\.yaml:3:\d+: warning: /,
				);
				expect(JSON.parse(second)).to.include({ line: "start", routes: 4 });
				expect(router.stderr()).to.equal("");
			} finally {
				router.child.kill("SIGTERM");
				await router.ended;
			}
		}));
});

/** Sends what is no HTTP, and waits for the end of the connection. */
function breakGrammar(port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		const socket = connect(port, "127.0.0.1", () =>
			socket.write("nonsense\r\n\r\n"),
		);
		socket
			.on("error", reject)
			.on("close", () => resolve())
			.resume();
	});
}
