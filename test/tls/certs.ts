import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Absolute path of a test certificate or its key. */
export function certFile(name: string): string {
	return fileURLToPath(new URL(`certs/${name}`, import.meta.url));
}

/** The content of a test certificate or its key. */
export function readCert(name: string): string {
	return readFileSync(certFile(name), "utf8");
}
