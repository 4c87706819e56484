import type { jsonSchemaValidator } from "@modelcontextprotocol/server";
import { describeInvalid } from "../../admin/validate.ts";
import { isRecord } from "../../event/is-record.ts";
import { createAjv } from "../../finding/ajv.ts";
import { once } from "../../memo.ts";

/** Creates the validator of arguments and results. Its messages name the argument, and list what is known. */
export function createArgumentValidator(): jsonSchemaValidator {
	const ajv = once(() => createAjv({ strict: false }));
	return {
		getValidator<T>(schema: unknown) {
			const { properties } = schema as { readonly properties?: unknown };
			const known = isRecord(properties) ? Object.keys(properties) : [];
			// Compiled when a tool is first called: a client lists all tools, and calls few.
			const compile = once(() => ajv().compile<T>(schema as object));
			return (input) => {
				const isValid = compile();
				if (isValid(input))
					return { valid: true, data: input, errorMessage: undefined };
				const errorMessage = describeInvalid(
					"argument",
					isValid.errors?.[0],
					known,
				);
				return { valid: false, data: undefined, errorMessage };
			};
		},
	};
}
