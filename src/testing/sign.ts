import { checkShape } from "../config/read/shape.ts";
import { routesSchemaOf } from "../config/routes-schema.ts";
import { formatWording } from "../finding/finding.ts";
import { createReport } from "../finding/report.ts";
import { type ConfigFile, Site } from "../finding/site.ts";
import { SCHEMES } from "../gate/schemes/index.ts";
import type {
	AuthoredScheme,
	ConfiguredScheme,
} from "../gate/schemes/scheme.ts";
import { HANDLER_TYPES } from "../handler/types.ts";

/** Puts a scheme to use that is written as in `signatures` of routes.yaml. Throws a TypeError that says what is wrong with it. */
export function configureScheme(written: AuthoredScheme): ConfiguredScheme {
	const report = createReport();
	const value = { version: 1, signatures: { own: written } };
	const file: ConfigFile = {
		source: {
			file: "the scheme",
			value,
			locate: () => ({ file: "the scheme", line: 1, column: 1 }),
		},
		label: "the scheme",
		value,
		secret: new Set(),
		broken: new Set(),
	};
	const schema = routesSchemaOf({
		schemes: SCHEMES,
		handlerTypes: HANDLER_TYPES,
	});
	const shape = checkShape(file, "first", schema, report);
	const scheme = shape.isBad("signatures", "own")
		? undefined
		: SCHEMES.get(written.scheme);
	const site = new Site(file, ["signatures", "own"]);
	const settings = scheme?.read(written, site, report);
	const errors = report
		.list([])
		.filter(({ severity }) => severity === "error")
		.map(formatWording);
	if (scheme !== undefined && settings !== undefined && errors.length === 0)
		return scheme.configure(settings);
	throw new TypeError(
		`the signature scheme cannot be used: ${errors.join("; ")}`,
	);
}
