import { expect } from "chai";
import { generatePayloadTypes } from "../../scripts/generate-types.ts";

describe("the payload types", () => {
	it("have a map from each kind to its payload", async () => {
		const text = await generatePayloadTypes();
		expect(text).to.include('\t"sms.inbound": SmsInbound;\n');
		expect(text).to.match(
			/export interface SmsInbound \{[^}]*\tmsisdn: string;/,
		);
		expect(text).to.include('\t"message-timestamp"?: string;\n');
	});
});
