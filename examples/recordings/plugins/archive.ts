import {
	createPrivateKey,
	type KeyObject,
	randomUUID,
	sign,
} from "node:crypto";
import { mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { definePlugin, giveUp, retryLater } from "switchhook";

/** The folder of routes.yaml: this file is in its `plugins/`. */
const HOME = fileURLToPath(new URL("..", import.meta.url));

export default definePlugin({
	name: "archive",
	options: {
		type: "object",
		required: ["applicationId", "privateKey", "from"],
		additionalProperties: false,
		properties: {
			applicationId: { type: "string" },
			privateKey: { type: "string" },
			folder: { type: "string", default: "recordings" },
			from: { type: "array", items: { type: "string" } },
		},
	},
	// A key that cannot be read stops the start, not the first recording.
	setup: ({ options }) => ({
		key: createPrivateKey(options.privateKey),
		folder: resolve(HOME, options.folder),
	}),
	on: {
		"ncco.record": async (event, { options, state, signal, log }) => {
			const url = new URL(event.payload.recording_url);
			if (!options.from.some((origin) => fits(origin, url.origin))) {
				throw giveUp(`${url.origin} is not among the origins in \`from\``);
			}
			// A redirect to another origin leaves the token behind (Fetch standard, HTTP-redirect fetch).
			const response = await fetch(url, {
				headers: {
					authorization: `Bearer ${createToken(options.applicationId, state.key)}`,
				},
				signal,
			});
			if (!response.ok || response.body === null) throw toError(response);

			// A name for a file, whatever the platform sends.
			const { recording_uuid: uuid = "" } = event.payload;
			const name = /^[\w-]+$/.test(uuid) ? uuid : event.id;
			const type = response.headers.get("content-type") ?? "";
			const file = `${name}.${/wav/.test(type) ? "wav" : "mp3"}`;
			await write(join(state.folder, file), response.body);
			const from = new URLSearchParams(event.query).get("from");
			const about = JSON.stringify(
				{ from, file, ...event.payload },
				null,
				"\t",
			);
			await write(join(state.folder, `${name}.json`), [about]);
			log.info("archived", { file });
		},
	},
});

// --- helpers ---

/** `https://*.nexmo.com` fits the origin of one host below nexmo.com. */
function fits(origin: string, own: string): boolean {
	const [start = "", end] = origin.split("*");
	if (end === undefined) return origin === own;
	const host = own.slice(start.length, -end.length);
	return own === `${start}${host}${end}` && /^[\w-]+$/.test(host);
}

/** Makes the token of an application: a JWT, signed with RS256 (RFC 7518, section 3.3). */
function createToken(applicationId: string, key: KeyObject): string {
	const iat = Math.floor(Date.now() / 1000);
	const claims = {
		application_id: applicationId,
		iat,
		exp: iat + 300,
		jti: randomUUID(),
	};
	const content = [{ alg: "RS256", typ: "JWT" }, claims]
		.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
		.join(".");
	const signature = sign("sha256", Buffer.from(content), key);
	return `${content}.${signature.toString("base64url")}`;
}

/** 404: the file is not there yet. 429 and 5xx pass. Any other refusal, such as a wrong key, stays. */
function toError({ status }: Response): Error {
	const why = `the platform answered ${status}`;
	return status === 404 || status === 429 || status >= 500 || status === 204
		? retryLater(why)
		: giveUp(why);
}

/** Writes a file whole or not at all: under another name first, which it loses once all of it is on the disk. */
async function write(
	path: string,
	content: AsyncIterable<Uint8Array> | Iterable<string>,
): Promise<void> {
	await mkdir(join(path, ".."), { recursive: true });
	const part = `${path}.${randomUUID()}.part`;
	try {
		const file = await open(part, "wx");
		try {
			await writeFile(file, content);
			await file.sync();
		} finally {
			await file.close();
		}
		await rename(part, path);
	} finally {
		await rm(part, { force: true });
	}
}
