// Sets up the servers that tests run against, in `.brokers/`, from Debian's packages: RabbitMQ, NATS and Redis for `publish`, and the
// pooler pgbouncer for the inbox. Nothing is installed and no service is started. `npm run brokers` again is quick: what is there
// stays. `npm run brokers -- pgbouncer` sets up only those that are named. One that cannot be had is named, and its tests are skipped
// by name.
import { execFileSync, spawnSync } from "node:child_process";
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../.brokers", import.meta.url));

/** The brokers: a file that shows that one is there, and the packages. Their dependencies are found by apt. */
const BROKERS = {
	// Bookworm's 2.9 cannot sync each message. This one is a single static file, which runs on any suite.
	nats: {
		file: "usr/sbin/nats-server",
		packages: ["nats-server"],
		suite: "trixie",
	},
	redis: {
		file: "usr/bin/redis-server",
		packages: ["redis-server", "redis-tools"],
	},
	rabbitmq: {
		file: "usr/lib/rabbitmq/bin/rabbitmq-server",
		packages: ["rabbitmq-server", "erlang-base"],
	},
	pgbouncer: {
		file: "usr/sbin/pgbouncer",
		packages: ["pgbouncer"],
	},
};

let isUpdated = false;
let missing = 0;
const named = process.argv.slice(2);
for (const [name, broker] of Object.entries(BROKERS)) {
	if (named.length > 0 && !named.includes(name)) continue;
	const folder = join(FOLDER, name);
	try {
		if (!existsSync(join(folder, broker.file))) fetchBroker(folder, broker);
		console.log(`${name}: ${folder}`);
	} catch (error) {
		missing += 1;
		console.error(`${name}: not set up. ${String(error.message).trim()}`);
	}
}
process.exit(missing === 0 ? 0 : 1);

/** Unpacks a broker beside its place and moves it there, so that a broken run leaves nothing that looks whole. */
function fetchBroker(folder, { file, packages, suite }) {
	if (spawnSync("apt-get", ["--version"]).error !== undefined)
		throw new Error("It needs apt-get, which this system does not have.");
	if (!isUpdated) spawnSync("apt-get", ["update", "-qq"], { timeout: 120_000 });
	isUpdated = true;
	const work = mkdtempSync(join(tmpdir(), "switchhook-brokers-"));
	try {
		const options = optionsOf(suite, work);
		const names = suite === undefined ? withDependencies(packages) : packages;
		for (const one of names) apt([...options, "download", "-qq", one], work);
		const fresh = `${folder}.part`;
		rmSync(fresh, { recursive: true, force: true });
		mkdirSync(fresh, { recursive: true });
		for (const deb of readdirSync(work).filter((one) => one.endsWith(".deb")))
			execFileSync("dpkg", ["-x", join(work, deb), fresh]);
		if (!existsSync(join(fresh, file))) throw new Error(`No ${file} in it.`);
		moveErlang(fresh, folder);
		rmSync(folder, { recursive: true, force: true });
		renameSync(fresh, folder);
	} finally {
		rmSync(work, { recursive: true, force: true });
	}
}

/** Lists the packages with those of their dependencies that this system lacks, as an installation would. */
function withDependencies(packages) {
	const plan = apt(["install", "-s", "--no-install-recommends", ...packages]);
	const needed = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name);
	return [...new Set([...packages, ...needed])];
}

/** Returns the options of apt for another suite than the system's, whose lists are kept apart. */
function optionsOf(suite, work) {
	if (suite === undefined) return [];
	const lists = join(work, "lists");
	mkdirSync(join(lists, "partial"), { recursive: true });
	const list = join(work, "suite.list");
	writeFileSync(
		list,
		`deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian ${suite} main\n`,
	);
	const options = [
		`Dir::Etc::SourceList=${list}`,
		"Dir::Etc::SourceParts=/dev/null",
		`Dir::State::Lists=${lists}`,
		"Dir::Cache::pkgcache=",
		"Dir::Cache::srcpkgcache=",
	].flatMap((option) => ["-o", option]);
	apt([...options, "update", "-qq"]);
	return options;
}

function apt(args, cwd) {
	return execFileSync("apt-get", args, {
		cwd,
		encoding: "utf8",
		stdio: ["ignore", "pipe", "pipe"],
		timeout: 300_000,
	});
}

/** The script that starts Erlang names the folder of an installation. */
function moveErlang(fresh, folder) {
	const script = join(fresh, "usr/lib/erlang/bin/erl");
	if (!existsSync(script)) return;
	const text = readFileSync(script, "utf8");
	const root = join(folder, "usr/lib/erlang");
	writeFileSync(script, text.replaceAll("/usr/lib/erlang", root));
}
