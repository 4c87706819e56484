import { expect } from "chai";
import type { CheckContext } from "../../src/config/handler-spec.ts";
import type { Site } from "../../src/finding/site.ts";
import { checkExposure } from "../../src/handler/static/exposure.ts";

/** The findings about a file that is served, by their severity. */
function findingsOf(file: string, folder: string): string[] {
	const found: string[] = [];
	const site = { at: () => ({}), show: String, value: file } as never as Site;
	const report = {
		error: (_: unknown, { what }: { what: string }) =>
			found.push(`error: ${what}`),
		warn: (_: unknown, { what }: { what: string }) =>
			found.push(`warning: ${what}`),
	} as never as CheckContext["report"];
	const store = { type: "none" } as const;
	checkExposure(file, site, { report, folder, files: [], store });
	return found;
}

describe("checkExposure", () => {
	for (const folder of ["/root/hooks", "/etc/switchhook", "/srv/hooks"]) {
		it(`takes a file beside a configuration in ${folder}`, () => {
			expect(findingsOf(`${folder}/audio/hold.wav`, folder)).to.deep.equal([]);
		});
	}

	for (const file of ["/etc/shadow", "/proc/self/environ"]) {
		it(`refuses ${file}`, () => {
			for (const folder of ["/root/hooks", "/etc/switchhook", "/srv/hooks"]) {
				const [finding] = findingsOf(file, folder);
				expect(finding).to.match(/^error: .* is a file of the system/);
			}
		});
	}

	it("warns of a file outside, and of one that is hidden", () => {
		const findings = [
			"/srv/other/a.wav",
			"/root/a.wav",
			"/srv/hooks/.git/config",
		].flatMap((file) => findingsOf(file, "/srv/hooks"));
		expect(findings).to.have.length(3);
		for (const finding of findings) expect(finding).to.match(/^warning: /);
	});
});
