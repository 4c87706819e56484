import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { DriftState } from "../../src/admin/router.ts";
import { withListener } from "./listener.ts";

const RAN = `version: 1
admin: { token: plain-secret-of-admin }
platform: { apiKey: abcd1234, apiSecret: "\${SECRET}" }
routes:
  - { name: a, path: /a, signature: { hmac: { secret: [one-secret, two-secret] } } }
`;

async function withFile(
	text: string,
	use: (file: string) => Promise<void>,
): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), "switchhook-files-"));
	try {
		const file = join(folder, "routes.yaml");
		await writeFile(file, text);
		await use(file);
	} finally {
		await rm(folder, { recursive: true });
	}
}

describe("GET /configuration", () => {
	it("shows what runs and what differs, and never a secret", () =>
		withFile(
			RAN.replace("plain-secret-of-admin", "new-secret").replace("/a", "/b"),
			(file) =>
				withListener(
					async ({ call }) => {
						const called = await call("/api/v1/configuration");
						expect(called.status, called.text).to.equal(200);
						expect(called.text).to.not.match(/(plain|new|one|two)-secret/);
						const { files, changes, diskVersion } = called.json() as {
							readonly files: { path: string; text: string }[];
							readonly changes: {
								path: string;
								diff?: { sort: string; text: string; before?: number }[];
							}[];
							readonly diskVersion: string;
						};
						expect(files[0]?.text).to.contain(`apiSecret: "\${SECRET}"`);
						expect(files[0]?.text.split("\n")).to.have.length(6);
						const [first, second] = changes;
						const differing = first?.diff?.filter(
							({ sort }) => sort !== "same",
						);
						expect(differing).to.have.length(2);
						expect(differing?.[0]).to.include({ sort: "removed", before: 5 });
						expect(second?.diff).to.equal(undefined);
						expect(diskVersion).to.not.equal("");
						await writeFile(file, "version: 1\n");
						const later = (await call("/api/v1/configuration")).json();
						expect(later.diskVersion).to.not.equal(diskVersion);
					},
					{
						router: {
							files: async () => ({
								readAt: 1,
								texts: new Map([[file, RAN]]),
								changes: [
									{ file, what: "changed" },
									{ file: join(file, "../plugins/x.ts"), what: "removed" },
								],
								restart: ["server.listen"],
							}),
						},
					},
				),
		));

	it("has an empty difference where only a secret differs", () =>
		withFile(RAN.replace("plain-secret-of-admin", "other"), (file) =>
			withListener(
				async ({ call }) => {
					const { changes } = (await call("/api/v1/configuration")).json();
					expect(changes).to.deep.equal([
						{ path: file, what: "changed", diff: [] },
					]);
				},
				{
					router: {
						files: async () => ({
							readAt: 1,
							texts: new Map([[file, RAN]]),
							changes: [{ file, what: "changed" }],
							restart: [],
						}),
					},
				},
			),
		));
});

describe("GET /findings with frames", () => {
	it("draws the line with carets, and hides a secret in it", () =>
		withFile(RAN, (file) =>
			withListener(
				async ({ call }) => {
					const { findings } = (
						await call("/api/v1/findings?of=disk&frames=true")
					).json() as {
						readonly findings: { frame?: { text: string; sort: string }[] }[];
					};
					const [first, second] = findings;
					expect(first?.frame?.map(({ sort }) => sort)).to.deep.equal([
						"source",
						"carets",
					]);
					expect(first?.frame?.[0]?.text).to.equal(
						"admin: { token: ******** }",
					);
					expect(second?.frame).to.equal(undefined);
					const bare = (await call("/api/v1/findings?of=disk")).text;
					expect(bare).to.not.contain("frame");
				},
				{
					router: {
						check: async () => [
							{ file, line: 2, column: 10, severity: "error", what: "x" },
							{ ...GONE, severity: "error", what: "y" },
						],
					},
				},
			),
		));
});

const GONE = { file: "/nowhere/routes.yaml", line: 1, column: 1 };

describe("GET /drift", () => {
	const states: readonly DriftState[] = [
		{ state: "off" },
		{ state: "pending", everyMs: 60_000 },
		{ state: "elsewhere", everyMs: 60_000, at: 1 },
		{ state: "same", everyMs: 60_000, at: 1, differences: [] },
		{ state: "failed", everyMs: 60_000, at: 1, reason: "no answer" },
	];
	for (const state of states)
		it(`tells the state ${state.state}`, () =>
			withListener(
				async ({ call }) => {
					const called = await call("/api/v1/drift");
					expect(called.json()).to.deep.equal(state);
				},
				{ router: { drift: () => state } },
			));
});
