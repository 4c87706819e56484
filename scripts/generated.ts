import { generateErrorsPage } from "./generate-errors.ts";
import { generateKindsPage } from "./generate-kinds-page.ts";
import { generateRoutesReference } from "./generate-routes-reference.ts";
import {
	generateRoutesSchema,
	generateTestsSchema,
} from "./generate-routes-schema.ts";
import { generatePayloadTypes } from "./generate-types.ts";

/** Every generated file of the repository: its path from the root, and its text. */
export async function generateAll(): Promise<ReadonlyMap<string, string>> {
	return new Map([
		["schemas/routes.schema.json", generateRoutesSchema()],
		["schemas/tests.schema.json", generateTestsSchema()],
		["src/generated/payloads.ts", await generatePayloadTypes()],
		["schemas/routes.schema.json", generateRoutesSchema()],
		["docs/routes-yaml.md", await generateRoutesReference()],
		["docs/kinds.md", await generateKindsPage()],
		["docs/errors.md", generateErrorsPage()],
	]);
}
