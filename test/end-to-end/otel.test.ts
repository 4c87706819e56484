import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { withFolder } from "../cli/cli.ts";
import { ask } from "../http/router.ts";
import { smsRequest } from "./inbox-router.ts";
import { commandLine, startProgram } from "./process.ts";

const resolved = (name: string): string =>
	JSON.stringify(import.meta.resolve(name));

/** Registers an SDK that writes the names and traces of spans to a file. */
const OTEL = `import { appendFileSync } from "node:fs";
import { trace } from ${resolved("@opentelemetry/api")};
import { BasicTracerProvider, SimpleSpanProcessor } from ${resolved("@opentelemetry/sdk-trace-base")};
const exporter = {
	export(spans, done) {
		for (const span of spans) appendFileSync("spans.log", span.name + " " + span.spanContext().traceId + "\\n");
		done({ code: 0 });
	},
	shutdown: async () => {},
};
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
`;

const ROUTES = `version: 1
server: { listen: "127.0.0.1:0" }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: sms, path: /sms, kind: sms.inbound, level: account, handler: { plugin: log } }
`;

describe("switchhook serve with NODE_OPTIONS=--import", () => {
	it("creates spans with the SDK that the imported file registers", () =>
		withFolder({ "routes.yaml": ROUTES, "otel.mjs": OTEL }, async (folder) => {
			// As the page says, but for the other options of this test's process.
			const options = `${process.env.NODE_OPTIONS ?? ""} --import ./otel.mjs`;
			const command = startProgram(
				["env", `NODE_OPTIONS=${options}`, ...commandLine(["serve"])],
				folder,
			);
			try {
				const [, url] = await command.says(/listens on (http:\/\/[\d.:]+)/);
				await ask(`${url}/sms`, smsRequest());
				await command.says(/"line":"delivery"/);
				command.child.kill("SIGTERM");
				expect(await command.ended).to.equal(0);
				const spans = await readFile(join(folder, "spans.log"), "utf8");
				const lines = spans.trim().split("\n");
				const [first = ""] = lines;
				const traceId = first.split(" ").at(-1);
				expect(lines.sort()).to.deep.equal(
					["attempt", "put", "receive"].map((name) => `${name} sms ${traceId}`),
				);
				expect(command.stdout()).to.contain(`"traceId":"${traceId}"`);
			} finally {
				if (command.child.exitCode === null) command.child.kill("SIGKILL");
				await command.ended;
			}
		}));
});
