import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect } from "chai";
import { controlSocketOf } from "../../src/cli/control.ts";
import { openEditor } from "../../src/cli/editor.ts";
import { toLine } from "../../src/desk/line.ts";
import { packEnvelope } from "../../src/inbox/port/envelope.ts";
import { FILES, runCli, withFolder } from "./cli.ts";
import { type Running, withRouter } from "./router.ts";

describe("switchhook send --file", () => {
	for (const [title, args] of [
		["whose kind it knows", ["send", "--file", "payload.json"]],
		[
			"of the kind that is named",
			["send", "sms.inbound", "--file", "payload.json"],
		],
		["from standard input", ["send", "--file", "-"]],
	] as const) {
		it(`sends a payload ${title}`, () =>
			withRouter(FILES, async (running) => {
				await writeFile(join(running.folder, "payload.json"), PAYLOAD);
				const input = async function* () {
					yield Buffer.from(PAYLOAD.slice(0, 9));
					yield Buffer.from(PAYLOAD.slice(9));
				};
				const { code, err } = await runCli(
					args,
					running.folder,
					{},
					{ readInput: input },
				);
				expect(code, err).to.equal(0);
				expect(lastPayload(running)).to.include({
					text: "mine",
					to: "447700900000",
				});
			}));
	}

	it("sends an event that `inbox export` wrote, and the options change it", () =>
		withRouter(FILES, async (running) => {
			const file = join(running.folder, "saved.json");
			await writeFile(file, savedLine());
			const { code, err } = await runCli(
				[
					"send",
					"--file",
					"saved.json",
					"--set",
					"text=other",
					"--unset",
					"keyword",
				],
				running.folder,
			);
			expect(code, err).to.equal(0);
			expect(lastPayload(running)).to.include({
				text: "other",
				messageId: "0A01",
			});
			expect(lastPayload(running)).to.not.have.property("keyword");
		}));

	it("sends what `inbox show --json --payloads` printed, and refuses a masked one", () =>
		withRouter(FILES, async (running) => {
			const { switchhook, envelope, body, ...rest } = JSON.parse(savedLine());
			const report = { ...rest, webhook: JSON.parse(envelope), body };
			const file = join(running.folder, "shown.json");
			await writeFile(file, JSON.stringify(report));
			const args = ["send", "--file", "shown.json"];
			expect((await runCli(args, running.folder)).code).to.equal(0);
			expect(lastPayload(running)).to.include({ text: "kept" });
			await writeFile(file, JSON.stringify({ ...report, body: null }));
			const masked = await runCli(args, running.folder);
			expect(masked.code).to.equal(2);
			expect(masked.err).to.contain("inbox show <id> --json --payloads");
		}));

	it("says what is wrong with a file, and asks for a kind where there is neither", () =>
		withRouter(
			{
				...FILES,
				"list.json": "[1]",
				"bad.json": "{",
				"lines.jsonl": "{}\n{}\n",
			},
			async ({ folder }) => {
				for (const [args, says] of [
					[
						["send", "--file", "none.json"],
						/^error: there is no file none\.json\n$/,
					],
					[
						["send", "--file", "lines.jsonl"],
						/lines\.jsonl holds several events\. Send one/,
					],
					[["send", "--file", "list.json"], /neither a request nor a payload/],
					[["send", "--file", "bad.json"], /bad\.json is not JSON/],
					[["send"], /name a kind to send/],
					[
						["send", "sms.inbound", "--unset", "txet"],
						/has no field `txet` to unset\. It has .*text/,
					],
				] as const) {
					const { code, err } = await runCli(args, folder);
					expect(code).to.equal(2);
					expect(err).to.match(says);
				}
			},
		));
});

describe("switchhook send --edit", () => {
	it("sends what the person saved", () =>
		withRouter(FILES, async (running) => {
			const edit = async (text: string): Promise<string> => {
				expect(text)
					.to.match(/^# Save and close/)
					.and.contain("text: Hi\n");
				return text.replace("text: Hi", "text: Ho");
			};
			const args = ["send", "sms.inbound", "--set", "text=Hi", "--edit"];
			const { code } = await runCli(args, running.folder, {}, { edit });
			expect(code).to.equal(0);
			expect(lastPayload(running)).to.include({ text: "Ho" });
		}));

	it("sends nothing for an empty text, one that cannot be read, or no terminal", () =>
		withRouter(FILES, async (running) => {
			for (const [text, says] of [
				["# Only this\n\n", /the text is empty. Nothing was sent./],
				[
					"a: [",
					/nothing was sent, because the text is not valid YAML[\s\S]*a: \[/,
				],
				["- a", /the payload must be a mapping/],
				[undefined, /needs a terminal/],
			] as const) {
				const { code, err } = await runCli(
					["send", "sms.inbound", "--edit"],
					running.folder,
					{},
					text === undefined ? {} : { edit: async () => text },
				);
				expect(code).to.equal(2);
				expect(err).to.match(says);
			}
			expect(running.visits).to.deep.equal([]);
		}));

	it("opens the editor of VISUAL, else of EDITOR, options and all, and heeds how it ends", () =>
		withFolder(
			{ "ed.sh": 'printf "%s" "$1" > seen; sed -i s/one/two/ "$2"' },
			async (folder) => {
				const script = `sh ${join(folder, "ed.sh")}`;
				const open = (env: Record<string, string>) =>
					openEditor("one", "a.yaml", { env });
				const where = process.cwd();
				process.chdir(folder);
				try {
					expect(
						await open({ VISUAL: `${script} --wait`, EDITOR: "false" }),
					).to.equal("two");
					expect(await readFile("seen", "utf8")).to.equal("--wait");
					expect(await open({ VISUAL: "", EDITOR: `${script} x` })).to.equal(
						"two",
					);
				} finally {
					process.chdir(where);
				}
				const failed = await open({ EDITOR: "false" }).catch(
					(error: Error) => error.message,
				);
				expect(failed).to.equal(
					"the editor `false` exited with 1. Nothing was sent.",
				);
			},
		));
});

describe("switchhook send, by the answer", () => {
	it("prints request, answer and outcome as JSON", () =>
		withRouter(FILES, async ({ folder }) => {
			const { code, out } = await runCli(
				[
					"send",
					"sms.inbound",
					"--to",
					"support",
					"--set",
					"text=Hi",
					"--json",
				],
				folder,
			);
			const { request, response, outcome } = JSON.parse(out);
			expect(request).to.include({ method: "GET", path: "/sms" });
			expect(request.query).to.contain("text=Hi");
			expect(response.status).to.equal(200);
			expect(outcome).to.include({ outcome: "handled", isAsIntended: true });
			expect(code).to.equal(0);
		}));

	it("says that what answered not this router", () =>
		withFolder(FILES, async (folder) => {
			const file = controlSocketOf({
				folder,
				inbox: {
					store: { type: "sqlite", file: join(folder, "inbox.db") },
				} as never,
			});
			await writeFile(
				join(folder, "routes.yaml"),
				FILES["routes.yaml"]?.replace(
					"version: 1",
					'version: 1\ninbox: { store: "sqlite:inbox.db" }',
				) ?? "",
			);
			const other = createServer((_, response) => response.end("other"));
			await new Promise<void>((done) => other.listen(file, done));
			try {
				const { code, err } = await runCli(["send", "sms.inbound"], folder);
				expect(code).to.equal(2);
				expect(err).to.contain("not this router");
			} finally {
				other.close();
			}
		}));
});

// --- helpers ---

const PAYLOAD = JSON.stringify({
	msisdn: "447700900001",
	to: "447700900000",
	messageId: "0A0000001234567B",
	text: "mine",
	type: "text",
	"message-timestamp": "2020-01-01 12:00:00",
});

function lastPayload({ visits }: Running) {
	return visits.at(-1)?.answer.event?.payload;
}

/** An event as `inbox export` writes it. */
function savedLine(): string {
	const body = {
		...JSON.parse(PAYLOAD),
		messageId: "0A01",
		text: "kept",
		keyword: "KEPT",
	};
	const raw = Buffer.from(JSON.stringify(body));
	return toLine({
		id: "01890000-0000-7000-8000-000000000000",
		route: "inbound",
		kind: "sms.inbound",
		state: "delivered",
		attempts: 1,
		dedupeKey: undefined,
		orderKey: undefined,
		receivedAt: 1,
		dueAt: undefined,
		updatedAt: 1,
		reason: undefined,
		sizeBytes: raw.length,
		isBlocked: false,
		envelope: packEnvelope({
			method: "POST",
			path: "/sms",
			query: "",
			headers: { "content-type": "application/json", host: "old.example" },
			params: {},
			claims: {},
			client: "127.0.0.1",
			handedOn: 0,
			text: undefined,
		} as never),
		body: raw,
		history: [],
		doubts: [],
	});
}
