// Writes every generated file. `npm test` fails when one of them is stale.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { generateAll } from "./generated.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
for (const [file, text] of await generateAll()) {
	writeFileSync(root + file, text);
	console.log(file);
}
