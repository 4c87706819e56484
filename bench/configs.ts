import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DISTINCT, RECEIPT_PATH } from "./requests.ts";

/** A generated config, and what of it is asked: evenly spread, as traffic is. */
export interface Generated {
	/** Path of the routes.yaml. */
	readonly file: string;
	readonly paths: readonly string[];
	readonly senders: readonly string[];
}

/** Path of a config that is checked in. */
export function configFile(name: string): string {
	return fileURLToPath(new URL(`config/${name}`, import.meta.url));
}

/** Writes `count` routes, each with a path of its own. */
export function manyRoutes(folder: string, count: number): Generated {
	const pathOf = (index: number) =>
		`${RECEIPT_PATH}-${String(index).padStart(5, "0")}`;
	const routes = Array.from({ length: count }, (_, index) =>
		route(`receipts-${index}`, pathOf(index), "account"),
	);
	return {
		file: writeConfig(folder, routes),
		paths: spread(count).map(pathOf),
		senders: SENDERS,
	};
}

/**
 * Writes one stack: a route for the account and narrower ones that share `count` numbers, a
 * thousand each.
 *
 * @param field the field that holds the number
 * @param end stands behind each number: a star makes it a prefix
 */
export function manyNumbers(
	folder: string,
	count: number,
	field = "to",
	end = "",
): Generated {
	const routes = [route("receipts", RECEIPT_PATH, "account")];
	for (let first = 0; first < count; first += NUMBERS_A_ROUTE) {
		const size = Math.min(NUMBERS_A_ROUTE, count - first);
		const numbers = Array.from(
			{ length: size },
			(_, offset) => `          - "${numberOf(first + offset)}${end}"`,
		);
		routes.push(
			`${route(`receipts-${first}`, RECEIPT_PATH, "request")}
    match:
      ${field}:
${numbers.join("\n")}`,
		);
	}
	return {
		file: writeConfig(folder, routes),
		paths: [RECEIPT_PATH],
		senders: spread(count).map(numberOf),
	};
}

/** Writes one stack: a route for the account and one for the keys of a table with `count` rows. */
export function manyRows(folder: string, count: number): Generated {
	const routes = [
		route("receipts", RECEIPT_PATH, "account"),
		`${route("tenants", RECEIPT_PATH, "request")}
    match: { to: { in: tenants } }`,
	];
	const file = writeConfig(
		folder,
		routes,
		"tables: { tenants: { file: tenants.csv, key: number } }\n",
	);
	const rows = Array.from(
		{ length: count },
		(_, index) => `${numberOf(index)},tenant ${index % 1000}\n`,
	);
	writeFileSync(join(folder, "tenants.csv"), `number,name\n${rows.join("")}`);
	return {
		file,
		paths: [RECEIPT_PATH],
		senders: spread(count).map(numberOf),
	};
}

/** Writes one route that answers a call by a template, from a table of `count` rows. */
export function manyGreetings(folder: string, count: number): Generated {
	const answer = `  - name: answer
    path: ${ANSWER_PATH}
    kind: voice.answer
    level: app
    handler: { ncco: [{ action: talk, text: "{{ tenants[payload.to].greeting }}" }] }`;
	const file = writeConfig(
		folder,
		[answer],
		"tables: { tenants: { file: tenants.csv, key: number } }\n",
	);
	const rows = Array.from(
		{ length: count },
		(_, index) => `${numberOf(index)},Welcome to shop ${index % 1000}`,
	);
	writeFileSync(
		join(folder, "tenants.csv"),
		`number,greeting\n${rows.join("\n")}\n`,
	);
	const numbers = spread(count).map(numberOf);
	// One number is asked as often as many are.
	const senders = SENDERS.map(
		(_, index) => numbers[index % numbers.length] ?? numberOf(0),
	);
	return { file, paths: [ANSWER_PATH], senders };
}

/** Senders for a config that does not look at them. */
export const SENDERS: readonly string[] = Array.from(
	{ length: DISTINCT },
	(_, index) => String(447_700_900_000 + index),
);

/** Writes a routes.yaml beside the plugins of the bench, and returns its path. */
export function writeSite(folder: string, routes: string): string {
	mkdirSync(folder, { recursive: true });
	cpSync(configFile("plugins"), join(folder, "plugins"), { recursive: true });
	const file = join(folder, "routes.yaml");
	writeFileSync(file, routes);
	return file;
}

// --- helpers ---

const NUMBERS_A_ROUTE = 1000;

function numberOf(index: number): string {
	return String(447_700_900_000 + index);
}

function route(name: string, path: string, level: string): string {
	return `  - name: ${name}
    path: ${path}
    kind: sms.dlr
    level: ${level}
    handler: { plugin: noop }`;
}

const ANSWER_PATH = "/webhooks/answer";

function writeConfig(
	folder: string,
	routes: readonly string[],
	sections = "",
): string {
	return writeSite(
		folder,
		`version: 1
inbox: { store: none }
${sections}defaults:
  signature: none
  firewall: [loopback]
routes:
${routes.join("\n")}
`,
	);
}

function spread(count: number): readonly number[] {
	const distinct = Math.min(DISTINCT, count);
	return Array.from({ length: distinct }, (_, index) =>
		Math.floor((index * count) / distinct),
	);
}
