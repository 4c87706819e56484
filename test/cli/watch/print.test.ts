import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { printOf, stampOf } from "../../../src/cli/watch/print.ts";
import { withFolder } from "../cli.ts";

describe("printOf", () => {
	it("never has the content of a file beside the stamp of the one before", () =>
		withFolder({ "routes.yaml": "kind: sms.inbuond\n" }, async (folder) => {
			const file = join(folder, "routes.yaml");
			const reading = printOf(file);
			// The stamp is taken already, and the content is not.
			writeFileSync(file, "kind: sms.inbound\n");
			const { stamp, content } = await reading;
			const { content: repaired } = await printOf(file);
			expect(content).to.equal(repaired);
			expect(stamp).to.equal(stampOf(file));
		}));
});
