import { expect } from "chai";
import { SYSTEM_TIMING } from "../../src/inbox/worker/timing.ts";
import type { JournalEntry } from "../../src/phone/journal.ts";
import { createPhone } from "../../src/phone/phone.ts";
import { createSwitchboard } from "../../src/phone/switchboard.ts";
import { createTestLine } from "../../src/testing/phone-line.ts";
import { prepare } from "../../src/testing/prepare.ts";
import { type RunningRouter, startRouter } from "../../src/testing/running.ts";
import { MENU } from "../phone/play.ts";
import { type Listener, withListener } from "./listener.ts";

/** An admin listener whose phone plays against a router in this process, by the system's clock. */
async function withPhone(
	use: (listener: Listener) => Promise<void>,
	{ text = MENU, maxBytes }: { text?: string; maxBytes?: number } = {},
): Promise<void> {
	const prepared = await prepare({
		...{ configFile: "/nowhere/routes.yaml", text, env: {} },
	});
	const { settings } = prepared;
	if (settings === undefined) throw new Error("the configuration has errors");
	const router: RunningRouter = await startRouter(prepared, {
		at: Date.now(),
	});
	const { runtime } = router;
	const line = createTestLine(router, settings);
	const phone = createPhone({
		// A test need not make the bytes of the real limit.
		line: {
			send: (webhook) =>
				line.send({ ...webhook, ...(maxBytes !== undefined && { maxBytes }) }),
		},
		board: createSwitchboard({ runtime: () => runtime, addresses: () => [] }),
		clock: SYSTEM_TIMING,
	});
	try {
		await withListener(use, { router: { phone } });
	} finally {
		phone.close();
		await router.close();
	}
}

interface Answer {
	readonly status: number;
	readonly text: string;
	readonly body: Body;
}

/** Calls an operation with a JSON body. */
async function ask(
	{ call }: Listener,
	path: string,
	body?: object,
	method = body === undefined ? "GET" : "POST",
): Promise<Answer> {
	const { status, text } = await call(`/api/v1/phone${path}`, {
		method,
		...(body !== undefined && {
			headers: { "content-type": "application/json" },
			body: JSON.stringify(body),
		}),
	});
	const isJson = text.startsWith("{");
	return { status, text, body: (isJson ? JSON.parse(text) : {}) as Body };
}

interface Body {
	readonly id: string;
	readonly version: number;
	readonly isActive: boolean;
	readonly legs: readonly Record<string, unknown>[];
	readonly entries: readonly JournalEntry[];
}

/** Asks for news until an entry fits. Returns all entries by then. */
async function follow(
	listener: Listener,
	id: string,
	isMeant: (entry: JournalEntry) => boolean,
): Promise<readonly JournalEntry[]> {
	const known = new Map<number, JournalEntry>();
	for (let after = 0; ; ) {
		const { status, body } = await ask(
			listener,
			`/sessions/${id}?after=${after}&wait=20`,
		);
		expect(status).to.equal(200);
		after = body.version;
		for (const entry of body.entries) known.set(entry.id, entry);
		if ([...known.values()].some(isMeant)) return [...known.values()];
	}
}

describe("the phone of the admin API", () => {
	it("lists what can be called, and plays a call with a key and a busy second leg", () =>
		withPhone(async (listener) => {
			const listed = await ask(listener, "");
			expect(listed.body).to.deep.equal({
				dialable: [
					{
						...{ route: "answer", kind: "voice.answer", path: "/voice/answer" },
						...{ level: "app", numbers: [] },
					},
				],
				sessions: [],
			});
			const begun = await ask(listener, "/sessions", {
				...{ do: "dial", from: "447700900123" },
			});
			expect(begun.status).to.equal(201);
			const { id } = begun.body;
			const act = (body: object) =>
				ask(listener, `/sessions/${id}/actions`, body);
			await follow(listener, id, ({ what }) => what === "heard");
			expect((await act({ do: "press", keys: "2" })).status).to.equal(200);
			await follow(
				listener,
				id,
				(entry) => entry.what === "heard" && entry.text === "One moment.",
			);
			expect((await act({ do: "skip" })).status).to.equal(200);
			await follow(
				listener,
				id,
				(entry) => entry.what === "heard" && entry.by === "ringing",
			);
			const early = await act({ do: "callee", does: "answer", leg: "nobody" });
			expect(early.status).to.equal(409);
			expect((await act({ do: "callee", does: "busy" })).status).to.equal(200);
			await follow(
				listener,
				id,
				(entry) =>
					entry.what === "heard" && entry.text === "The agent is busy.",
			);
			await act({ do: "hangUp", leg: "caller" });
			const entries = await follow(
				listener,
				id,
				(entry) =>
					entry.what === "webhook" &&
					entry.label === "completed" &&
					entry.answer !== undefined,
			);
			const rungs = entries.flatMap((entry) =>
				entry.what === "webhook" ? [`${entry.leg} ${entry.label}`] : [],
			);
			expect(rungs).to.include.members([
				...["caller answer", "caller input", "callee ringing"],
				...["callee busy", "caller completed"],
			]);
			const path = `/sessions/${id}`;
			const gone = await ask(listener, path, undefined, "DELETE");
			expect(gone.status).to.equal(200);
			expect((await ask(listener, path)).status).to.equal(404);
		}));

	it("refuses actions that mean nothing or are not possible", () =>
		withPhone(async (listener) => {
			const cases: readonly (readonly [object, number])[] = [
				[{ do: "fly" }, 400],
				[{ do: "press" }, 400],
				[{ do: "press", keys: "1" }, 409],
				[{ do: "press", keys: "x" }, 400],
				[{ do: "hangUp" }, 409],
				[{ do: "message", text: "no route takes it" }, 409],
				[{ do: "dial", answer: "no-such-route" }, 409],
				[{ do: "dial", more: 1 }, 400],
			];
			for (const [body, status] of cases) {
				const { status: got, text } = await ask(
					...([listener, "/sessions", body] as const),
				);
				expect(got, `${JSON.stringify(body)} ${text}`).to.equal(status);
			}
			// Nothing is left of what was refused.
			const { body } = await ask(listener, "");
			expect(body).to.deep.include({ sessions: [] });
		}));

	describe("plays audio", () => {
		const AUDIO = `${MENU}
  - { name: hold, path: /hold.wav, kind: ncco.stream, level: ncco, signature: none, methods: [GET], handler: { static: { headers: { content-type: audio/wav }, text: RIFFdata } } }
  - { name: text, path: /hold.txt, kind: ncco.stream, level: ncco, signature: none, methods: [GET], handler: { static: { headers: { content-type: text/html }, text: <b> } } }
`;
		const OWN = "https://hooks.example.com";
		const load = ({ call }: Listener, url: string, token?: string | null) =>
			call(`/api/v1/phone/audio?${new URLSearchParams({ url })}`, {
				...(token !== undefined && { token }),
			});

		it("of a route of this router, as it is", () =>
			withPhone(
				async (listener) => {
					const { status, headers, text } = await load(
						listener,
						`${OWN}/hold.wav?x=1`,
					);
					expect([status, text]).to.deep.equal([200, "RIFFdata"]);
					expect(headers).to.include({
						"content-type": "audio/wav",
						"x-content-type-options": "nosniff",
						"cross-origin-resource-policy": "same-origin",
					});
				},
				{ text: AUDIO },
			));

		it("of no other origin, of no other type, and not without a token or beyond the limit", () =>
			withPhone(
				async (listener) => {
					const cases: readonly (readonly [string, number, RegExp])[] = [
						["https://cdn.example.com/hold.wav", 400, /not on this router/],
						[`${OWN}.evil.example/hold.wav`, 400, /not on this router/],
						["http://169.254.169.254/latest", 400, /not on this router/],
						["file:///etc/passwd", 400, /not on this router/],
						["//", 400, /not on this router/],
						[`${OWN}/hold.txt`, 409, /with 200, text\/html/],
						[`${OWN}/nowhere.wav`, 409, /with 404/],
						[`${OWN}/hold.wav`, 409, /more than/],
					];
					for (const [url, status, words] of cases) {
						const { status: got, text } = await load(listener, url);
						expect(got, `${url} ${text}`).to.equal(status);
						expect(text).to.match(words);
					}
					const stranger = await load(listener, `${OWN}/hold.wav`, null);
					expect(stranger.status).to.equal(401);
				},
				{ text: AUDIO, maxBytes: 7 },
			));

		it("and marks it in the journal, as nothing from elsewhere", () =>
			withPhone(
				async (listener) => {
					const begun = await ask(listener, "/sessions", { do: "dial" });
					const heard = await follow(
						listener,
						begun.body.id,
						(entry) => entry.what === "heard" && entry.text.includes("cdn"),
					);
					expect(
						heard.flatMap((entry) =>
							entry.what === "heard"
								? [[new URL(entry.text).host, entry.isOwn === true]]
								: [],
						),
					).to.deep.equal([
						["hooks.example.com", true],
						["cdn.example.com", false],
					]);
				},
				{
					text: AUDIO.replace(
						"ncco:\n",
						`ncco:
        - { action: stream, streamUrl: ["${OWN}/hold.wav"] }
        - { action: stream, streamUrl: ["https://cdn.example.com/a.wav"] }
`,
					),
				},
			));
	});

	it("keeps the 20 newest sessions", () =>
		withPhone(async (listener) => {
			const ids: string[] = [];
			for (let count = 0; count < 21; count++) {
				const action = { do: "fault", fault: "lost" };
				ids.push((await ask(listener, "/sessions", action)).body.id);
			}
			const statuses = await Promise.all(
				[ids[0], ids[1], ids[20]].map(
					async (id) => (await ask(listener, `/sessions/${id}`)).status,
				),
			);
			expect(statuses).to.deep.equal([404, 200, 200]);
		}));
});
