import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { installPacked, type Packed } from "../packed.ts";
import { listFiles, ROOT } from "./outside.ts";

/** Every file of the package fits one of these, and each of these a file. */
const CONTENT: readonly RegExp[] = [
	/^(?:CHANGELOG|README|SECURITY)\.md$/,
	/^LICENSE$/,
	/^package\.json$/,
	/^dist\/(?:[\w-]+\/)*[\w-]+\.(?:js|d\.ts)$/,
	/^page\/dist\/[\w-]+\.(?:css|html|js|svg)(?:\.gz)?$/,
	/^schemas\/[\w.-]+\.json$/,
	/^plugins\/shipped\/(?:[\w-]+\/)?[\w-]+\.ts$/,
	/^templates\/(?:(?:nccos|plugins|tests)\/)?[\w.]+$/,
	/^docs\/[\w-]+\.md$/,
	/^docs\/kinds\/[\w-]+\.md$/,
	/^docs\/images\/(?:page\/)?[\w-]+\.(?:png|svg)$/,
	/^examples\/[\w-]+\/README\.md$/,
	/^examples\/[\w-]+\/\.env\.example$/,
	/^examples\/security\/\.env\.example$|^examples\/(?:[\w-]+\/)+[\w.-]+\.(?:csv|json|mjs|ts|txt|yaml)$/,
	/^deploy\/README\.md$/,
	/^deploy\/docker\/Dockerfile(?:\.dockerignore)?$/,
	/^deploy\/compose\/(?:[\w-]+\/)*[\w-]+\.(?:mjs|ya?ml)$/,
	/^deploy\/kubernetes\/[\w-]+\/[\w-]+\.yaml$/,
	/^deploy\/monitoring\/[\w.]+\.(?:json|yaml)$/,
	/^deploy\/systemd\/[\w.-]+\.(?:conf|service|socket)$/,
];

/** Bytes: of the archive, and of what is in it. */
const ARCHIVE_MAX = 4_000_000;
const CONTENT_MAX = 9_000_000;

/** The packages of a production install, those that others bring included. Each new one is one more to trust. */
const PACKAGES_MAX = 125;

/** Packages that have an install script, and work where it is not run. */
const SCRIPTED = ["node_modules/@photostructure/sqlite"];

const LICENSES: ReadonlySet<unknown> = new Set([
	"0BSD",
	"Apache-2.0",
	"BSD-2-Clause",
	"BSD-3-Clause",
	"BlueOak-1.0.0",
	"ISC",
	"MIT",
	"PSF-2.0",
]);

describe("the package for npm", function () {
	this.timeout(120_000);
	let packed: Packed;
	let files: readonly string[];
	before(async () => {
		packed = await installPacked();
		files = await listFiles(packed.home);
	});
	after(() => packed.remove());

	it("has these files and no others", () => {
		const fits = (file: string) => CONTENT.some((each) => each.test(file));
		expect(files.filter((file) => !fits(file))).to.deep.equal([]);
		const unused = CONTENT.filter((each) => !files.some((f) => each.test(f)));
		expect(unused.map(String)).to.deep.equal([]);
	});

	it("is small", async () => {
		let bytes = 0;
		for (const file of files)
			bytes += (await stat(join(packed.home, file))).size;
		expect(bytes).to.be.below(CONTENT_MAX);
		expect(packed.archiveBytes).to.be.below(ARCHIVE_MAX);
	});

	it("has its license, and can be published with provenance", async () => {
		const read = (name: string) => readFile(join(packed.home, name), "utf8");
		const manifest = JSON.parse(await read("package.json"));
		expect(manifest.license).to.equal("MIT");
		expect(await read("LICENSE")).to.match(/^MIT License/);
		expect(manifest.publishConfig).to.deep.equal({
			access: "public",
			provenance: true,
		});
	});

	it("brings few packages, all under a permissive license, whose install scripts need not run", async () => {
		const lock = await readFile(join(ROOT, "package-lock.json"), "utf8");
		const { packages } = JSON.parse(lock) as {
			packages: Record<string, Locked>;
		};
		const brought = Object.entries(packages).filter(
			([path, { dev = false }]) => path !== "" && !dev,
		);
		expect(brought.length).to.be.within(50, PACKAGES_MAX);
		const scripted = brought.filter(([, each]) => each.hasInstallScript);
		expect(scripted.map(([path]) => path)).to.deep.equal(SCRIPTED);
		const other = brought.filter(([, { license }]) => !LICENSES.has(license));
		expect(other.map(([path]) => path)).to.deep.equal([]);
	});

	it("has no script that runs at install", () => {
		const { scripts } = packed.manifest as { scripts: object };
		for (const name of ["preinstall", "install", "postinstall", "prepare"])
			expect(scripts).to.not.have.property(name);
	});
});

// --- helpers ---

interface Locked {
	readonly dev?: boolean;
	readonly license?: string;
	readonly hasInstallScript?: boolean;
}
