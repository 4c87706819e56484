import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { packageFile } from "../../src/cli/package.ts";
import { runCli, withFolder } from "./cli.ts";

const OWN = `{ "webhook": { "methods": ["PUT"] }, "title": "An order" }`;

describe("switchhook schema", () => {
	it("lists the built-in kinds and one's own, without a configuration", () =>
		withFolder({ "schemas/shop.order.json": OWN }, async (folder) => {
			const { code, out } = await runCli(["schema"], folder);
			expect(code).to.equal(0);
			expect(out).to.match(/^KIND +METHODS +MODE +LEVELS +TITLE$/m);
			expect(out).to.match(/^sms\.inbound +GET POST +accept +account number /m);
			expect(out).to.match(/^shop\.order +PUT .* An order$/m);
		}));

	it("lists them as JSON", async () => {
		const { out } = await runCli(["schema", "--json"], "/");
		const names = JSON.parse(out).map(({ name }: { name: string }) => name);
		expect(names).to.include("voice.answer");
	});

	it("prints the schema of a kind", async () => {
		const { code, out } = await runCli(["schema", "sms.inbound"], "/");
		expect(code).to.equal(0);
		expect(JSON.parse(out).properties).to.have.property("messageId");
	});

	for (const name of ["routes", "ncco"]) {
		it(`prints the schema of ${name}`, async () => {
			const { code, out } = await runCli(["schema", name], "/");
			expect(code).to.equal(0);
			const file = packageFile(`schemas/${name}.schema.json`);
			expect(out).to.equal(await readFile(file, "utf8"));
		});
	}

	it("asks whether another kind was meant", async () => {
		const { code, err } = await runCli(["schema", "sms.inbond"], "/");
		expect(code).to.equal(2);
		expect(err).to.contain("Did you mean `sms.inbound`?");
	});

	it("says of an API without webhooks that it has none", async () => {
		const { code, err } = await runCli(["schema", "verify.status"], "/");
		expect(code).to.equal(2);
		expect(err).to.contain("The first Verify API sends no webhook");
		expect(err).to.not.contain("lists them");
	});

	it("takes no name from an object's own", async () => {
		const { code } = await runCli(["schema", "constructor"], "/");
		expect(code).to.equal(2);
	});
});
