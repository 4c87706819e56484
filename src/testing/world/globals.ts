import { createNetworkGuard } from "./network.ts";
import { currentWorld } from "./world.ts";

/**
 * Gives code in a world the world's time and network: `Date`, `setTimeout`, `setInterval`, `fetch`, and the connections below
 * them. Code outside of a world keeps the system's. There may be several users, and the last one to release it restores
 * everything.
 *
 * @returns releases it. Call it once
 */
export function installGlobals(): () => void {
	users += 1;
	if (users === 1) restore = install();
	let isReleased = false;
	return () => {
		if (isReleased) return;
		isReleased = true;
		users -= 1;
		if (users === 0) restore();
	};
}

// --- helpers ---

/** The globals are one for the process, and so is their number of users. */
let users = 0;
let restore = (): void => {};

function install(): () => void {
	const { Date: SystemDate, setTimeout, setInterval } = globalThis;
	const restoreNetwork = createNetworkGuard();
	globalThis.Date = createDate(SystemDate);
	globalThis.setTimeout = createSetTimeout(setTimeout);
	globalThis.setInterval = createSetInterval(setInterval);
	return () => {
		globalThis.Date = SystemDate;
		globalThis.setTimeout = setTimeout;
		globalThis.setInterval = setInterval;
		restoreNetwork();
	};
}

/** A proxy and not a subclass: a date of either kind is an instance of both. */
function createDate(SystemDate: DateConstructor): DateConstructor {
	const now = (): number => currentWorld()?.clock.wallMs() ?? SystemDate.now();
	const proxy: DateConstructor = new Proxy(SystemDate, {
		construct(target, args, newTarget) {
			const given = args.length === 0 ? [now()] : args;
			const made = newTarget === proxy ? target : newTarget;
			return Reflect.construct(target, given, made) as object;
		},
		apply: (target) => new target(now()).toString(),
		get: (target, key) =>
			key === "now" ? now : (Reflect.get(target, key) as unknown),
	});
	return proxy;
}

type Callback = (...args: unknown[]) => void;

function createSetTimeout(system: typeof setTimeout): typeof setTimeout {
	const own = (run: Callback, ms = 1, ...args: unknown[]) => {
		const world = currentWorld();
		return world === undefined
			? system(run, ms, ...args)
			: world.timers.set(() => run(...args), ms);
	};
	// Its own properties hold the form that `util.promisify` returns.
	return Object.defineProperties(
		own,
		withoutNames(Object.getOwnPropertyDescriptors(system)),
	) as unknown as typeof setTimeout;
}

function createSetInterval(system: typeof setInterval): typeof setInterval {
	const own = (run: Callback, ms = 1, ...args: unknown[]) => {
		const world = currentWorld();
		return world === undefined
			? system(run, ms, ...args)
			: world.timers.repeat(() => run(...args), ms);
	};
	return own as unknown as typeof setInterval;
}

function withoutNames({
	name: _,
	length: __,
	prototype: ___,
	...rest
}: PropertyDescriptorMap): PropertyDescriptorMap {
	return rest;
}
