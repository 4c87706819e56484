import { EventEmitter, once } from "node:events";
import { syncBuiltinESMExports } from "node:module";
import workerThreads, { MessageChannel, Worker } from "node:worker_threads";

/**
 * Runs the threads of some modules in threads that stay warm, one after another: each starts in a sixth of the CPU that a new one
 * takes, most of which goes into Node's own start and into compiling the module. Such a module exports `serve`, which does for a port
 * what its thread does for its own. Other threads are started as usual.
 *
 * @param isWarm tells by the URL of a module
 * @returns a function that ends those that are free. A thread writes what it covered when it ends before its process
 */
export function keepThreadsWarm(isWarm) {
	const free = new Set();
	workerThreads.Worker = new Proxy(Worker, {
		construct(target, [url, options], self) {
			if (!isWarm(String(url)))
				return Reflect.construct(target, [url, options], self);
			const [host = new Host(options)] = free;
			free.delete(host);
			return new WarmThread(host, String(url), {
				data: options.workerData,
				onFree: () => free.add(host),
			});
		},
	});
	syncBuiltinESMExports();
	return async () => {
		const hosts = [...free];
		free.clear();
		await Promise.all(hosts.map((host) => host.end()));
	};
}

// --- helpers ---

const HOST = new URL("host.mjs", import.meta.url);

/** A thread that is the thread of one module after another. */
class Host {
	#thread;
	#tenant;

	constructor(options) {
		this.#thread = new Worker(HOST, { ...options, workerData: null });
		this.#thread.on("message", () => this.#tenant.onLeft(true));
		this.#thread.on("exit", () => this.#tenant.onLeft(false));
		this.#thread.on("error", (error) => this.#tenant.onError(error));
	}

	/** Lets a module serve a port. Returns the other end of the port. */
	take(tenant, url, data) {
		const { port1, port2 } = new MessageChannel();
		this.#tenant = tenant;
		this.ref();
		this.#thread.postMessage({ url, port: port2, data }, [port2]);
		return port1;
	}

	ref() {
		this.#thread.ref();
	}

	unref() {
		this.#thread.unref();
	}

	async end() {
		const ended = once(this.#thread, "exit");
		this.ref();
		this.#thread.postMessage({});
		await ended;
	}
}

/** The part of a Worker that the router uses. Its exit leaves the thread to the next one. */
class WarmThread extends EventEmitter {
	#host;
	#port;

	constructor(host, url, { data, onFree }) {
		super();
		this.#host = host;
		const left = new Promise((resolve) => {
			const onError = (error) => this.emit("error", error);
			this.#port = host.take({ onLeft: resolve, onError }, url, data);
		});
		const closed = once(this.#port, "close");
		for (const event of ["message", "messageerror"])
			this.#port.on(event, (message) => this.emit(event, message));
		// The thread keeps the process alive, as long as it is wanted.
		this.#port.unref();
		// The last message comes before the port is closed, and that before or after the thread is left.
		Promise.all([left, closed]).then(([isFree]) => {
			host.unref();
			if (isFree) onFree();
			this.emit("exit", 0);
		});
	}

	postMessage(message, transfer) {
		this.#port.postMessage(message, transfer);
	}

	ref() {
		this.#host.ref();
	}

	unref() {
		this.#host.unref();
	}
}
