import { generateApiPage } from "./generate-api-page.ts";
import { generateAuthoredTypes } from "./generate-authored.ts";
import { generateErrorsPage } from "./generate-errors.ts";
import { generateKindsPages } from "./generate-kinds-page.ts";
import { generatePageApi } from "./generate-page-api.ts";
import { generateRoutesReference } from "./generate-routes-reference.ts";
import {
	generateRoutesSchema,
	generateTestsSchema,
} from "./generate-routes-schema.ts";
import { generatePayloadTypes } from "./generate-types.ts";

/** Every generated file of the repository: its path from the root, and its text. */
export async function generateAll(): Promise<ReadonlyMap<string, string>> {
	const routes = await generateRoutesSchema();
	return new Map([
		["schemas/routes.schema.json", routes],
		["schemas/tests.schema.json", await generateTestsSchema()],
		["src/generated/payloads.ts", await generatePayloadTypes()],
		["src/generated/authored.ts", generateAuthoredTypes(routes)],
		["docs/routes-yaml.md", await generateRoutesReference()],
		...(await generateKindsPages()),
		["docs/errors.md", generateErrorsPage()],
		["docs/api.md", generateApiPage()],
		["page/generated/api.ts", generatePageApi()],
	]);
}
