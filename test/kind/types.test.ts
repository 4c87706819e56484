import { readFile } from "node:fs/promises";
import { expect } from "chai";
import {
	generatePayloadTypes,
	PAYLOAD_TYPES_FILE,
} from "../../scripts/generate-types.ts";

describe("the payload types", () => {
	it("are those of the kind files (else run `npm run generate`)", async () => {
		const kept = await readFile(PAYLOAD_TYPES_FILE, "utf8");
		expect(kept).to.equal(await generatePayloadTypes());
	});

	it("have a map from each kind to its payload", async () => {
		const text = await generatePayloadTypes();
		expect(text).to.include('\t"sms.inbound": SmsInbound;\n');
		expect(text).to.match(
			/export interface SmsInbound \{[^}]*\tmsisdn: string;/,
		);
		expect(text).to.include('\t"message-timestamp"?: string;\n');
	});
});
