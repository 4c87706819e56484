import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { Vonage } from "@vonage/server-sdk";
import { expect } from "chai";
import type { Advice } from "../../src/platform/advice/advice.ts";
import { runCli, withFolder } from "../cli/cli.ts";

const URL = "https://hooks.example.com";

/** A route for each kind that has a place at a level. */
function fileFor(level: string, kinds: readonly string[]): string {
	const routes = kinds.map((kind) => {
		const isReply = /answer|input|stream|notify|onAnswer/.test(kind);
		const handler =
			kind === "ncco.stream"
				? "{ static: { file: a.mp3 } }"
				: isReply
					? "{ ncco: [{ action: talk, text: Hello. }] }"
					: "none";
		const name = kind.replaceAll(".", "-");
		return `  - { name: ${name}, path: /${name}, kind: ${kind}, level: ${level}, handler: ${handler} }`;
	});
	return `version: 1
server: { publicUrl: "${URL}" }
defaults: { firewall: [vonage], signature: none }
routes:
${routes.join("\n")}
`;
}

async function adviceFor(
	level: string,
	kinds: readonly string[],
): Promise<readonly Advice[]> {
	let advice: readonly Advice[] = [];
	await withFolder(
		{ "routes.yaml": fileFor(level, kinds), "a.mp3": "x" },
		async (folder) => {
			const args = ["platform", "plan", "--for", level, "--json"];
			const { out, err, code } = await runCli(args, folder);
			expect(err).to.equal("");
			expect(code).to.equal(0);
			advice = JSON.parse(out).advice;
		},
	);
	return advice;
}

const REQUEST_KINDS = [
	"voice.answer",
	"voice.event",
	"sms.dlr",
	"ni.advanced-async",
	"messages.status",
	"messages-v0.status",
	"ncco.input",
	"ncco.record",
	"ncco.stream",
	"reports.callback",
];

const NCCO_KINDS = [
	"voice.event",
	"ncco.connect",
	"ncco.connect.onAnswer",
	"ncco.conversation",
	"ncco.input",
	"ncco.notify",
	"ncco.pay",
	"ncco.record",
	"ncco.transcription",
	"ncco.stream",
];

/** A request that an example sent. */
interface Sent {
	readonly path: string;
	readonly text: string;
}

/** Listens in the place of the platform. */
async function withPlatform(
	use: (origin: string, sent: Sent[]) => Promise<void>,
): Promise<void> {
	const sent: Sent[] = [];
	const server = createServer((request, response) => {
		let body = "";
		request.setEncoding("utf8").on("data", (part: string) => {
			body += part;
		});
		request.on("end", () => {
			const [path = "", query = ""] = (request.url ?? "").split("?");
			sent.push({ path, text: `${decodeURIComponent(query)} ${decode(body)}` });
			response.setHeader("content-type", "application/json");
			response.end('{"messages":[],"uuid":"u","message_uuid":"m"}');
		});
	});
	server.listen(0, "127.0.0.1");
	await new Promise((resolve) => server.once("listening", resolve));
	const { port } = server.address() as AddressInfo;
	try {
		await use(`http://127.0.0.1:${port}`, sent);
	} finally {
		server.closeAllConnections();
		server.close();
	}
}

function decode(body: string): string {
	return body.includes("%") && !body.startsWith("{")
		? decodeURIComponent(body)
		: body;
}

describe("switchhook platform plan --for", () => {
	it("says for each route of level request where its URL goes", async () => {
		const advice = await adviceFor("request", REQUEST_KINDS);
		const all = JSON.stringify(advice);
		for (const kind of REQUEST_KINDS) {
			expect(all).to.include(`${URL}/${kind.replaceAll(".", "-")}`);
		}
		// One call takes both of its URLs.
		expect(advice).to.have.length(REQUEST_KINDS.length - 1);
		expect(advice[0]?.title).to.equal(
			"POST https://api.nexmo.com/v1/calls, answer_url and event_url (lists of one)",
		);
		expect(advice[0]?.because.map(({ line }) => line)).to.deep.equal([5, 6]);
	});

	it("gives code that the official SDK sends as the platform documents it", async () => {
		const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
		const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
		const advice = [
			...(await adviceFor("request", REQUEST_KINDS)),
			...(await adviceFor("ncco", NCCO_KINDS)),
		].filter(({ code }) => code !== undefined);
		expect(advice).to.have.length(17);
		await withPlatform(async (origin, sent) => {
			const vonage = new Vonage(
				{
					apiKey: "abcd1234",
					apiSecret: "secret",
					applicationId: "78d335fa-323d-0114-9c3d-d6f0d48968cf",
					privateKey: key,
				},
				{ restHost: origin, apiHost: origin },
			);
			for (const { code = "", title, ncco } of advice) {
				const before = sent.length;
				const run = new Function(
					"vonage",
					"process",
					`return (async () => { ${code} })();`,
				);
				await run(vonage, { env: { CALL_UUID: "63f61863" } });
				expect(sent, title).to.have.length(before + 1);
				const { path, text } = sent.at(-1) as Sent;
				expect(text, title).to.include(`${URL}/`);
				if (ncco === undefined) {
					const documented = /https:\/\/\S+?\.com(\/[^\s,]+)/.exec(title)?.[1];
					expect(path).to.equal(documented?.replace("{uuid}", "63f61863"));
				} else {
					expect(JSON.parse(text.trim()).ncco[0].action).to.equal(
						(ncco as { action: string }).action,
					);
				}
			}
		});
	});

	it("gives command lines that a shell takes", async () => {
		const advice = [
			...(await adviceFor("request", REQUEST_KINDS)),
			...(await adviceFor("ncco", NCCO_KINDS)),
		];
		for (const { curl = "", title } of advice) {
			const { stdout } = await promisify(execFile)("sh", [
				"-c",
				`curl() { for one in "$@"; do printf '%s\\n' "$one"; done; }; CALL_UUID=u CONVERSATION_ID=c; ${curl}`,
			]);
			expect(stdout, title).to.include(`${URL}/`);
			const json = stdout.split("\n").find((line) => line.startsWith("{"));
			if (json !== undefined) JSON.parse(json);
		}
	});

	it("says how an NCCO of the router names the route", async () => {
		const [advice] = await adviceFor("ncco", ["ncco.input"]);
		expect(advice?.notes).to.deep.equal([
			'In an NCCO of this router write `{{ "ncco-input" | url }}` instead of the URL.',
		]);
		expect(advice?.ncco).to.deep.include({
			action: "input",
			eventUrl: [`${URL}/ncco-input`],
		});
	});

	it("warns of a callback that is too long for an SMS", () =>
		withFolder(
			{
				"routes.yaml": fileFor("request", ["sms.dlr"]).replace(
					"path: /sms-dlr",
					`path: /${"long-".repeat(20)}`,
				),
			},
			async (folder) => {
				const args = ["platform", "plan", "--for", "request"];
				const { out } = await runCli(args, folder);
				expect(out).to.include("the platform takes 100 at most");
			},
		));

	it("says that no route has the level, and needs no account", () =>
		withFolder(
			{ "routes.yaml": fileFor("request", ["sms.dlr"]) },
			async (folder) => {
				const args = ["platform", "plan", "--for", "ncco"];
				const { out, code } = await runCli(args, folder);
				expect(out).to.equal("No route is of level `ncco`.\n");
				expect(code).to.equal(0);
			},
		));
});
