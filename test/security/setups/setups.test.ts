import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "chai";
import { packageFile } from "../../../src/cli/package.ts";
import { runCli } from "../../cli/cli.ts";
import { SECRETS } from "./setup.ts";

const EXAMPLES = packageFile("examples/security");
const MISTAKES = join(import.meta.dirname, "mistakes");

const check = (config: string) =>
	runCli(["check", "--strict", "--config", config], "/", SECRETS);

/** The common mistakes of docs/security.md, and the finding of each. */
const FINDINGS: Readonly<Record<string, RegExp>> = {
	"bare-loopback": /warning: the firewall admits this machine/,
	"bare-open":
		/warning: the route has neither a signature nor a narrow firewall/,
	"bare-trial": /warning: clients that the firewall refuses pass anyway/,
	"bare-withdrawn": /warning: three of the four ranges of `nexmo`/,
	"internal-beside-the-platform": /warning: the firewall admits this machine/,
	"kubernetes-all-pods": /warning: .*can name any client/,
	"kubernetes-private": /warning: the firewall admits a proxy/,
	"proxy-admitted": /warning: the firewall admits a proxy/,
	"proxy-all-of-a-network": /warning: .*can name any client/,
	"proxy-local-url": /warning: `publicUrl` is .*nobody outside can call/,
	"proxy-platform": /error: "vonage" trusts the platform/,
	"tcp-tunnel-basic": /warning: `basic` proves nothing about the content/,
	"tcp-tunnel-quarantine": /warning: anyone can fill the quarantine/,
	"tcp-tunnel-report": /warning: unsigned webhooks pass/,
	"tunnel-admitted": /warning: the firewall admits a proxy/,
};

describe("the set-ups of docs/security.md", () => {
	for (const entry of readdirSync(EXAMPLES, { withFileTypes: true })) {
		if (!entry.isDirectory()) continue;
		const { name } = entry;
		it(`are in order, to the last note: ${name}`, async () => {
			const { code, out } = await check(join(EXAMPLES, name, "routes.yaml"));
			expect(out).to.equal("3 routes, 0 errors, 0 warnings\n");
			expect(code).to.equal(0);
		});
	}

	for (const file of readdirSync(MISTAKES)) {
		const name = basename(file, ".yaml");
		it(`are told from the mistake: ${name}`, async () => {
			const { code, out } = await check(join(MISTAKES, file));
			expect(out).to.match(FINDINGS[name] as RegExp);
			expect(code).to.equal(1);
			const found = out.match(/: (?:error|warning): /g);
			expect(found, out).to.have.length(1);
		});
	}
});
