import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { formatWording } from "../../src/finding/finding.ts";
import { readTlsFiles } from "../../src/tls/files.ts";
import { certFile } from "./certs.ts";

describe("the files of a certificate", () => {
	it("are read without a problem when they fit together", async () => {
		const { files, problems } = await readTlsFiles({
			cert: certFile("first.crt"),
			key: certFile("first.key"),
			ca: certFile("authority.crt"),
		});
		expect(problems).to.deep.equal([]);
		expect(files?.ca?.toString()).to.include("BEGIN CERTIFICATE");
	});

	const cases: Readonly<
		Record<string, readonly [cert: string, key: string, ca: string, RegExp]>
	> = {
		"a certificate that does not exist": [
			"none.crt",
			"first.key",
			"authority.crt",
			/^cert error .*none\.crt does not exist$/,
		],
		"a key that does not exist": [
			"first.crt",
			"none.key",
			"authority.crt",
			/^key error .*none\.key does not exist$/,
		],
		"an authority that does not exist": [
			"first.crt",
			"first.key",
			"none.crt",
			/^ca error .*none\.crt does not exist$/,
		],
		"a folder": [".", "first.key", "authority.crt", /^cert error .*EISDIR/],
		"the key of another certificate": [
			"first.crt",
			"second.key",
			"authority.crt",
			/^key error the key does not belong to the certificate\. Expected/,
		],
		"a key instead of a certificate": [
			"first.key",
			"first.key",
			"authority.crt",
			/^cert error .*first\.key contains a key\. Expected certificates/,
		],
		"a certificate instead of a key": [
			"first.crt",
			"first.crt",
			"authority.crt",
			/^key error .*first\.crt has no valid key/,
		],
		"a file of another type as the authority": [
			"first.crt",
			"first.key",
			"README.md",
			/^ca error .*README\.md has no valid certificate/,
		],
		"an encrypted key": [
			"first.crt",
			"encrypted.key",
			"authority.crt",
			/^key error .*encrypted\.key is encrypted with a passphrase\. .*Decrypt it/,
		],
	};
	for (const [title, [cert, key, ca, expected]] of Object.entries(cases)) {
		it(`are refused with ${title}`, async () => {
			const { files, problems } = await readTlsFiles({
				cert: certFile(cert),
				key: certFile(key),
				ca: certFile(ca),
			});
			expect(files).to.equal(undefined);
			expect(problems.map(show)).to.have.length(1);
			expect(problems.map(show)[0]).to.match(expected);
		});
	}

	it("are refused when they are cut off", async () => {
		const folder = await mkdtemp(join(tmpdir(), "switchhook-tls-"));
		try {
			const cert = join(folder, "cut.crt");
			await writeFile(
				cert,
				"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
			);
			const { files, problems } = await readTlsFiles({
				cert,
				key: certFile("first.key"),
			});
			expect(files).to.equal(undefined);
			expect(problems.map(show)[0]).to.match(/cut\.crt has no valid/);
		} finally {
			await rm(folder, { recursive: true });
		}
	});

	it("are used with a warning outside of their time", async () => {
		const settings = {
			cert: certFile("first.crt"),
			key: certFile("first.key"),
		};
		const at = async (now: number) => {
			const { files, problems } = await readTlsFiles(settings, now);
			expect(files).to.not.equal(undefined);
			return problems.map(show);
		};
		expect(await at(Date.UTC(2030, 0))).to.deep.equal([]);
		const [late] = await at(Date.UTC(2121, 0));
		expect(late).to.match(
			/^cert warning the certificate expired on \d{4}-\d\d-\d\d, so clients refuse it\. Renew it\.$/,
		);
		const [early] = await at(0);
		expect(early).to.match(/^cert warning the certificate is not valid before/);
		const expired = await readTlsFiles({
			cert: certFile("expired.crt"),
			key: certFile("expired.key"),
		});
		expect(expired.problems.map(show)[0]).to.match(/expired on/);
	});
});

// --- helpers ---

function show({
	key,
	severity,
	...wording
}: Awaited<ReturnType<typeof readTlsFiles>>["problems"][number]): string {
	return `${key} ${severity} ${formatWording(wording)}`;
}
