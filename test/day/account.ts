import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { APPLICATIONS } from "./size.ts";

/** The configuration of a customer with many applications and numbers, which several routers serve. */
export interface Account {
	readonly folder: string;
	/** Writes another version of the application whose deploys go wrong. */
	deploy(version: Version): Promise<void>;
	remove(): Promise<void>;
}

/** `broken` does not load. `wrong` loads, and forwards to a path that the service does not have. */
export type Version = "good" | "broken" | "wrong";

export interface AccountOptions {
	/** `inbox.store`. */
	readonly store: string;
	/** The rows of its table. */
	readonly numbers: number;
	/** The webhooks a second that each router takes from one client for the application of a campaign. */
	readonly limit: number;
	/** The services, which share the applications. */
	readonly origins: readonly string[];
}

/** The application whose deploys go wrong. */
export const DEPLOYED = 13;

/** The application that sends so much that the receipts exceed the limit of its path. */
export const CAMPAIGN = 7;

/** Writes the files into a folder of its own. */
export async function createAccount(options: AccountOptions): Promise<Account> {
	const { store, numbers } = options;
	const folder = await mkdtemp(join(tmpdir(), "switchhook-day-"));
	const deploy = (version: Version) =>
		writeFile(
			join(folder, "apps", `${nameOf(DEPLOYED)}.yaml`),
			toApplication(DEPLOYED, options, version),
		);
	await mkdir(join(folder, "apps"));
	for (let app = 0; app < APPLICATIONS; app += 1)
		await writeFile(
			join(folder, "apps", `${nameOf(app)}.yaml`),
			toApplication(app, options, "good"),
		);
	await writeFile(join(folder, "numbers.csv"), toTable(numbers));
	await writeFile(
		join(folder, "routes.yaml"),
		`version: 1
include: apps/*.yaml
server: { listen: 127.0.0.1:0, drainTimeout: 5s }
inbox: { store: ${JSON.stringify(store)}, quarantine: { maxCount: 1000000, maxSize: 10GB } }
tables: { numbers: { file: numbers.csv, key: number } }
defaults:
  signature: none
  firewall: [loopback]
  orderBy: true
  concurrency: 20
  retry: { first: 50ms, max: 1s, for: 24h }
routes:
  - name: inbound
    path: ${INBOUND_PATH}
    kind: sms.inbound
    level: account
    handler:
      forward: { url: "${options.origins[0]}/{{ numbers[payload.to].application }}", headers: { ${CUSTOMER} } }
`,
	);
	return {
		folder,
		deploy,
		remove: () => rm(folder, { recursive: true, force: true }),
	};
}

/** Where the platform sends messages to any number of the account. */
export const INBOUND_PATH = "/inbound";

/** Where the platform sends the receipts of an application. */
export function receiptsPath(app: number): string {
	return `/${nameOf(app)}/receipts`;
}

/** The row with this index. */
export function numberAt(index: number): string {
	return `4477${String(index).padStart(8, "0")}`;
}

/** The columns of a number: the name of its application, and its customer. */
export function rowOf(number: string): {
	readonly application: string;
	readonly customer: string;
} {
	const index = Number(number.slice(4));
	return {
		application: nameOf(index % APPLICATIONS),
		customer: `customer-${index % 997}`,
	};
}

/** The service of an application, of so many. */
export function serviceOf(app: number, services: number): number {
	return app % services;
}

// --- helpers ---

const CUSTOMER = '"x-customer": "{{ numbers[payload.to].customer }}"';

function nameOf(app: number): string {
	return `app-${String(app).padStart(2, "0")}`;
}

function toApplication(
	app: number,
	{ origins, limit }: AccountOptions,
	version: Version,
): string {
	const name = nameOf(app);
	const origin = origins[serviceOf(app, origins.length)];
	const path = version === "wrong" ? `retired/${name}` : name;
	const limited = app === CAMPAIGN ? `\n    limit: ${limit}/s` : "";
	return `routes:
  - name: ${name}-receipts
    path: ${receiptsPath(app)}
    kind: sms.dlr
    level: request${limited}${version === "broken" ? "\n    handle: none" : ""}
    handler: { forward: { url: "${origin}/${path}", headers: { ${CUSTOMER} } } }
`;
}

function toTable(numbers: number): string {
	const lines = ["number,application,customer"];
	for (let index = 0; index < numbers; index += 1) {
		const number = numberAt(index);
		const { application, customer } = rowOf(number);
		lines.push(`${number},${application},${customer}`);
	}
	return `${lines.join("\n")}\n`;
}
