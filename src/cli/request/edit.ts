import { parse, stringify } from "yaml";
import { isRecord } from "../../event/is-record.ts";
import type { Fields } from "../../kind/set-fields.ts";
import { CannotRun, type Io } from "../io.ts";

/** Lets the user edit a payload in their editor, as YAML. Throws CannotRun if nothing should be sent. */
export async function editPayload(
	{ edit }: Pick<Io, "edit">,
	payload: Fields,
): Promise<Fields> {
	if (edit === undefined) {
		throw new CannotRun("--edit needs a terminal");
	}
	const text = await edit(`${HEAD}${stringify(payload)}`, "payload.yaml");
	const written = text.replace(/^#.*$/gm, "").trim();
	if (written === "")
		throw new CannotRun("the text is empty. Nothing was sent.");
	let value: unknown;
	try {
		value = parse(text);
	} catch (error) {
		throw new CannotRun(
			`nothing was sent, because the text is not valid YAML: ${(error as Error).message}\n\n${text}`,
		);
	}
	if (isRecord(value)) return value;
	throw new CannotRun(
		"the payload must be a mapping of fields. Nothing was sent.",
	);
}

// --- helpers ---

const HEAD = `# Save and close to send this payload, as YAML or JSON. Remove all of it to send nothing.
`;
