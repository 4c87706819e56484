import { type Ran, runCli, withFolder } from "../cli/cli.ts";

/** The files of a project: two levels of SMS, a signed call, a plugin that does what the text says. */
export const PROJECT: Readonly<Record<string, string>> = {
	"routes.yaml": `version: 1
defaults: { firewall: [vonage], signature: none }
signatures: { jwt: { scheme: vonage-jwt, secret: "\${SECRET:-0123456789abcdef0123456789abcdef}" } }
routes:
  - { name: inbound-sms, path: /sms, kind: sms.inbound, level: account, handler: { plugin: obeys } }
  - { name: support-line, path: /sms, kind: sms.inbound, level: number, match: { to: ["447700900001"] }, handler: { forward: "http://127.0.0.1:3000/sms" } }
  - name: answer
    path: /answer
    kind: voice.answer
    level: app
    signature: jwt
    handler: { ncco: [{ action: talk, text: "Hello {{ payload.from }}" }, { action: input, type: [dtmf] }] }
`,
	"plugins/obeys.ts": `import { lookup } from "node:dns/promises";
import http from "node:http";
import { connect } from "node:net";
import { definePlugin } from "switchhook";

let loads = 0;

export default definePlugin({
	name: "obeys",
	setup: () => ({ load: ++loads }),
	on: {
		"sms.inbound": async ({ payload }, { store, log, handOn, state }) => {
			const calls = ((await store.get<number>("calls")) ?? 0) + 1;
			await store.put("calls", calls);
			log.info("obeying", { calls, load: state.load, at: new Date().toISOString() });
			const [word, url = ""] = String(payload.text).split(" ");
			if (word === "fetch") log.info("fetched", { body: await (await fetch(url, { method: "POST", body: "a=1", headers: { "content-type": "application/x-www-form-urlencoded" } })).text() });
			if (word === "http") log.info("http", { status: await get(url) });
			if (word === "net") await new Promise((_, reject) => connect(80, url).on("error", reject));
			if (word === "dns") await lookup(url);
			if (word === "throw") JSON.parse("{bad");
			if (word === "hand") await handOn("support-line", { ...payload, text: "handed" });
			if (word === "later") setTimeout(() => log.info("an hour later", { at: new Date().toISOString() }), 3_600_000).unref();
			if (word === "forget") void Promise.reject(new Error("forgotten"));
			if (word === "sleep") await new Promise((resolve) => setTimeout(resolve, 30));
		},
	},
});

function get(url: string): Promise<number | undefined> {
	return new Promise((resolve, reject) => {
		http.get(url, (response) => { response.resume(); resolve(response.statusCode); }).on("error", reject);
	});
}
`,
};

/** Runs `switchhook test` on the project with these tests in `tests/own.yaml`. */
export function runTests(
	tests: string,
	args: readonly string[] = [],
	more: Readonly<Record<string, string>> = {},
): Promise<Ran> {
	const files = { ...PROJECT, "tests/own.yaml": tests, ...more };
	return withFolder(files, (folder) => runCli(["test", ...args], folder));
}
