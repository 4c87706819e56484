// Loads and compiles kinds in a process of its own, and prints what that took as JSON.
// node kinds.mjs DIST time [proven]    all kinds of the package, each compiled
// node kinds.mjs DIST count CONFIG     how many schemas a configuration compiles
import { fileURLToPath, pathToFileURL } from "node:url";

const [dist, task, argument] = process.argv.slice(2);
const built = (file) => import(new URL(file, pathToFileURL(dist)).href);

let compiled = 0;
if (task === "count") {
	// AJV makes a function of each schema by this constructor, and nobody else does.
	globalThis.Function = new Proxy(Function, {
		construct(target, args) {
			compiled += 1;
			return Reflect.construct(target, args);
		},
	});
	const { load } = await built("runtime/load.js");
	const { findings } = await load({
		configFile: argument,
		env: {},
		setup: false,
	});
	const errors = findings.filter(({ severity }) => severity === "error");
	console.log(JSON.stringify({ compiled, errors }));
} else {
	const { compileKind, loadKinds } = await built("kind/load.js");
	const folder = fileURLToPath(new URL("../schemas", pathToFileURL(dist)));
	const options = argument === "proven" ? { proven: folder } : {};
	const cpu = process.cpuUsage();
	const started = performance.now();
	const { kinds } = await loadKinds([folder], options);
	for (const kind of kinds.values()) {
		compileKind(kind);
		// Its marks are compiled when first asked.
		kind.recognizes({});
	}
	const wallMs = performance.now() - started;
	const { user, system } = process.cpuUsage(cpu);
	const cpuMs = (user + system) / 1000;
	console.log(JSON.stringify({ kinds: [...kinds.keys()], wallMs, cpuMs }));
}
