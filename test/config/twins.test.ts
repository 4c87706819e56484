import { expect } from "chai";
import { checkConfig } from "../../src/config/check.ts";
import { readConfig } from "../../src/config/read/read.ts";
import { formatFinding } from "../../src/finding/finding.ts";
import { HANDLER_TYPES } from "../../src/handler/types.ts";
import { loadKinds } from "../../src/kind/load.ts";
import { SCHEMAS, withFolder } from "../kind/folder.ts";

describe("kinds of one path", () => {
	const HEAD =
		"version: 1\ndefaults: { firewall: [vonage], signature: none }\nroutes:\n";
	const findings = (...routes: readonly string[]): Promise<string[]> =>
		withFolder({ "routes.yaml": HEAD + routes.join("\n") }, async (folder) => {
			const { kinds } = await loadKinds([SCHEMAS]);
			const read = await readConfig(`${folder}/routes.yaml`, { env: {} });
			const checked = checkConfig(read, {
				kinds,
				handlerTypes: HANDLER_TYPES,
				isFile: () => true,
			});
			return checked.findings.map((finding) =>
				formatFinding(finding).replaceAll(`${folder}/`, ""),
			);
		});
	const route = (name: string, kind: string, more = ""): string =>
		`  - { name: ${name}, path: /a, kind: ${kind}${more}, handler: { plugin: log } }`;

	it("warns of one whose body is another's that is asked first", async () => {
		const found = await findings(
			route("connect", "ncco.connect"),
			route("event", "voice.event"),
		);
		expect(found).to.deep.equal([
			"routes.yaml:4:38: warning: a webhook of `ncco.connect` also looks like `voice.event`, which is tried first on this path (routes.yaml:5), so this route may get nothing. Give it a path of its own.",
		]);
	});

	it("says nothing of those that are told apart", async () => {
		const found = await findings(
			route("event", "voice.event"),
			route("record", "ncco.record"),
			route("message", "messages.inbound"),
			route("sms", "sms.inbound"),
			route("dlr", "sms.dlr"),
		);
		expect(found).to.deep.equal([]);
	});

	it("says nothing of one that comes by another method", async () => {
		const found = await findings(
			route("connect", "ncco.connect", ", methods: [GET]"),
			route("event", "voice.event", ", methods: [POST]"),
		);
		expect(found).to.deep.equal([]);
	});

	it("warns of no kind on a path of its own", async () => {
		expect(await findings(route("connect", "ncco.connect"))).to.deep.equal([]);
	});
});
