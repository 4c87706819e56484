import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import { parse, parseAllDocuments } from "yaml";
import { runTsc } from "../tsc.ts";
import { parseDockerfile, type Stage, textsOf } from "./dockerfile.ts";
import {
	createOutside,
	DEPLOY,
	type Outside,
	ROOT,
	readDeployed,
} from "./outside.ts";
import { itWith, runTool } from "./tool.ts";

const HOME = join(DEPLOY, "kubernetes");

/** The folders, each with the kind of what runs the router. */
const SETUPS = { postgres: "Deployment", sidecar: "StatefulSet" } as const;

for (const [setup, kind] of Object.entries(SETUPS)) {
	describe(`deploy/kubernetes/${setup}`, () => {
		let outside: Outside;
		let kustomization: Kustomization;
		let manifests: readonly Manifest[];
		let workload: Workload;
		let router: Container;
		before(async () => {
			outside = await createOutside();
			kustomization = parse(
				await readDeployed("kubernetes", setup, "kustomization.yaml"),
			) as Kustomization;
			manifests = await readManifests(setup, kustomization.resources);
			workload = manifests.find((each) => each.kind === kind) as Workload;
			router = workload.spec.template.spec.containers.find(
				({ name }) => name === "router",
			) as Container;
		});
		after(() => outside.remove());

		it("lists every file", async () => {
			const files = await readdir(join(HOME, setup));
			const listed = [
				"kustomization.yaml",
				...kustomization.resources,
				...kustomization.configMapGenerator.flatMap(({ files }) => files),
			];
			expect(files.sort()).to.deep.equal(listed.sort());
		});

		it("is valid by the API of Kubernetes, without a field that the API does not have", async () => {
			expect(await lint(outside, manifests)).to.equal("");
			const [first, ...others] = manifests as [Manifest, ...Manifest[]];
			const wrong = { ...first, spec: { ...first.spec, replicaz: 2 } };
			expect(await lint(outside, [wrong, ...others])).to.include("replicaz");
		});

		it("is not checked by kubeconform, which neither npm nor Debian has, nor by a cluster", () => {
			// What they would hold beyond the schemas: names and selectors fit together.
			const labels = workload.spec.template.metadata.labels;
			expect(workload.spec.selector.matchLabels).to.deep.equal(labels);
			const service = manifests.find(
				(each) => each.kind === "Service",
			) as Service;
			expect(service.spec.selector).to.deep.equal(labels);
			const ports = router.ports.map(({ name }) => name);
			for (const { targetPort } of service.spec.ports)
				expect(ports).to.include(targetPort);
			const { volumes = [] } = workload.spec.template.spec;
			const { volumeClaimTemplates: claims = [] } = workload.spec;
			const names = [
				...volumes.map(({ name }) => name),
				...claims.map(({ metadata }) => metadata.name),
			];
			expect(router.volumeMounts.map(({ name }) => name).sort()).to.deep.equal(
				names.sort(),
			);
		});

		itWith(
			"kubectl",
			"is built by kubectl kustomize, with the version of the package",
			async () => {
				const { code, output } = await runTool([
					"kubectl",
					"kustomize",
					join(HOME, setup),
				]);
				expect(code, output).to.equal(0);
				const built = parseAllDocuments(output).map(
					(each) => each.toJS() as Manifest,
				);
				expect(built.map((each) => each.kind)).to.include.members([
					...manifests.map((each) => each.kind),
					"ConfigMap",
				]);
				const { version } = createRequire(import.meta.url)(
					"../../package.json",
				);
				expect(output).to.include(`/switchhook:${version}\n`);
				expect(await lint(outside, built)).to.equal("");
			},
		);

		it("mounts the configuration as a whole, under the name that it is generated with", async () => {
			const { volumes = [] } = workload.spec.template.spec;
			const config = volumes.find(({ name }) => name === "config");
			expect(config?.configMap?.name).to.equal(
				kustomization.configMapGenerator[0]?.name,
			);
			// A hash in the name would replace the pods, and a subPath is never updated.
			expect(kustomization.generatorOptions.disableNameSuffixHash).to.equal(
				true,
			);
			const mount = router.volumeMounts.find(({ name }) => name === "config");
			expect(mount).to.not.have.property("subPath");
			// Where the image starts, so that no command needs to be told.
			const image = await readImage();
			expect(textsOf(image, "WORKDIR").slice(-1)).to.deep.equal([
				mount?.mountPath,
			]);
			expect(router.args).to.deep.equal(["serve", "--watch"]);
		});

		it("keeps its files where the image has its writable folder, and mounts every secret that the configuration reads", async () => {
			const image = await readImage();
			const [writable] = JSON.parse(textsOf(image, "VOLUME")[0] ?? "[]");
			const data = router.volumeMounts.find(({ name }) => name === "data");
			expect(data?.mountPath).to.equal(writable);
			const routes = await readDeployed("kubernetes", setup, "routes.yaml");
			const secrets = router.volumeMounts.find(
				({ name }) => name === "secrets",
			);
			const read = [...routes.matchAll(/\$\{file:([^}]+)\/[^}/]+\}/g)];
			expect(read).to.not.deep.equal([]);
			for (const [, folder] of read)
				expect(folder).to.equal(secrets?.mountPath);
		});

		it("runs without privileges on a root that it cannot write", () => {
			expect(workload.spec.template.spec).to.deep.include({
				automountServiceAccountToken: false,
			});
			expect(workload.spec.template.spec.securityContext).to.deep.include({
				runAsNonRoot: true,
				runAsUser: 1000,
				seccompProfile: { type: "RuntimeDefault" },
			});
			expect(router.securityContext).to.deep.equal({
				allowPrivilegeEscalation: false,
				readOnlyRootFilesystem: true,
				capabilities: { drop: ["ALL"] },
			});
		});

		it("asks /healthz and /readyz of the port of the admin listener", async () => {
			const probes = [
				router.startupProbe,
				router.livenessProbe,
				router.readinessProbe,
			];
			expect(probes.map(({ httpGet }) => httpGet)).to.deep.equal([
				{ path: "/healthz", port: "admin" },
				{ path: "/healthz", port: "admin" },
				{ path: "/readyz", port: "admin" },
			]);
			const { admin, server } = parse(
				await readDeployed("kubernetes", setup, "routes.yaml"),
			) as Routes;
			const ports = new Map(
				router.ports.map(({ name, containerPort }) => [name, containerPort]),
			);
			expect(admin.listen).to.equal(`0.0.0.0:${ports.get("admin")}`);
			expect(server.listen).to.equal(`0.0.0.0:${ports.get("hooks")}`);
		});

		it("gives the router time to leave the service and to drain before it is killed", () => {
			const { terminationGracePeriodSeconds, containers } =
				workload.spec.template.spec;
			const drainSeconds = 10; // The default of `server.drainTimeout`.
			const leaving = router.lifecycle.preStop.sleep.seconds + drainSeconds;
			expect(terminationGracePeriodSeconds).to.be.above(leaving);
			for (const { name, lifecycle } of containers)
				if (name !== "router")
					expect(lifecycle.preStop.sleep.seconds).to.be.within(
						leaving,
						terminationGracePeriodSeconds,
					);
		});
	});
}

// --- helpers ---

interface Manifest {
	readonly apiVersion: string;
	readonly kind: string;
	readonly spec: object;
}

interface Probe {
	readonly httpGet: object;
}

interface Container {
	readonly name: string;
	readonly args: readonly string[];
	readonly ports: readonly {
		readonly name: string;
		readonly containerPort: number;
	}[];
	readonly volumeMounts: readonly {
		readonly name: string;
		readonly mountPath: string;
	}[];
	readonly securityContext: object;
	readonly lifecycle: {
		readonly preStop: { readonly sleep: { readonly seconds: number } };
	};
	readonly startupProbe: Probe;
	readonly livenessProbe: Probe;
	readonly readinessProbe: Probe;
}

interface Workload extends Manifest {
	readonly spec: {
		readonly selector: { readonly matchLabels: object };
		readonly volumeClaimTemplates?: readonly {
			readonly metadata: { readonly name: string };
		}[];
		readonly template: {
			readonly metadata: { readonly labels: object };
			readonly spec: {
				readonly containers: readonly Container[];
				readonly securityContext: object;
				readonly terminationGracePeriodSeconds: number;
				readonly volumes?: readonly {
					readonly name: string;
					readonly configMap?: { readonly name: string };
				}[];
			};
		};
	};
}

interface Service extends Manifest {
	readonly spec: {
		readonly selector: object;
		readonly ports: readonly { readonly targetPort: string }[];
	};
}

interface Kustomization {
	readonly resources: readonly string[];
	readonly configMapGenerator: readonly {
		readonly name: string;
		readonly files: readonly string[];
	}[];
	readonly generatorOptions: { readonly disableNameSuffixHash: boolean };
}

interface Routes {
	readonly server: { readonly listen: string };
	readonly admin: { readonly listen: string };
}

/** Reads the last stage of the Dockerfile. */
async function readImage(): Promise<Stage> {
	const stages = parseDockerfile(await readDeployed("docker", "Dockerfile"));
	const image = stages.at(-1);
	if (image === undefined) throw new Error("the Dockerfile has no stage");
	return image;
}

async function readManifests(
	setup: string,
	files: readonly string[],
): Promise<readonly Manifest[]> {
	const texts = await Promise.all(
		files.map((file) => readDeployed("kubernetes", setup, file)),
	);
	return texts.map((text) => parse(text) as Manifest);
}

/**
 * Validates manifests against the API: the models' validators know the values, and the compiler also knows which fields there are.
 * Returns the problems.
 */
async function lint(
	{ folder }: Outside,
	manifests: readonly Manifest[],
): Promise<string> {
	const home = join(folder, "lint");
	await mkdir(home, { recursive: true });
	await symlink(join(ROOT, "node_modules"), join(home, "node_modules")).catch(
		() => {},
	);
	const problems: string[] = [];
	const lines: string[] = [];
	for (const [index, manifest] of manifests.entries()) {
		const { apiVersion, kind } = manifest;
		const model = `kubernetes-models/${apiVersion}/${kind}`;
		lines.push(
			`import type { I${kind} as I${index} } from "${model}";`,
			`export const m${index}: I${index} = ${JSON.stringify(manifest)};`,
		);
		const { [kind]: Model } = await import(model);
		try {
			new Model(manifest).validate();
		} catch (error) {
			problems.push(`${kind}: ${(error as Error).message}\n`);
		}
	}
	await writeFile(join(home, "manifests.ts"), lines.join("\n"));
	await writeFile(
		join(home, "tsconfig.json"),
		'{ "compilerOptions": { "strict": true, "noEmit": true, "module": "nodenext", "skipLibCheck": true, "types": [] } }',
	);
	return problems.join("") + runTsc(home);
}
