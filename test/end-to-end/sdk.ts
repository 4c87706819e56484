import { AsyncLocalStorage } from "node:async_hooks";
import {
	type Context,
	type ContextManager,
	context,
	ROOT_CONTEXT,
	trace,
} from "@opentelemetry/api";
import {
	AlwaysOffSampler,
	BasicTracerProvider,
	InMemorySpanExporter,
	type ReadableSpan,
	SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";

/** An SDK of this process that collects the spans. */
export interface Sdk {
	/** The ended spans, in the order of their ends. */
	spans(): readonly ReadableSpan[];
	/** The only span whose name begins so. */
	span(name: string): ReadableSpan;
	/** Unregisters it. */
	end(): Promise<void>;
}

/** Registers a real SDK, as `--import ./otel.mjs` does. */
export function startSdk({ isSampled = true } = {}): Sdk {
	const exporter = new InMemorySpanExporter();
	const provider = new BasicTracerProvider({
		spanProcessors: [new SimpleSpanProcessor(exporter)],
		...(!isSampled && { sampler: new AlwaysOffSampler() }),
	});
	trace.setGlobalTracerProvider(provider);
	context.setGlobalContextManager(createContextManager());
	return {
		spans: () => exporter.getFinishedSpans(),
		span(name) {
			const found = exporter
				.getFinishedSpans()
				.filter((one) => one.name.startsWith(name));
			if (found.length !== 1)
				throw new Error(`${found.length} spans begin with ${name}`);
			return found[0] as ReadableSpan;
		},
		async end() {
			trace.disable();
			context.disable();
			await provider.shutdown();
		},
	};
}

// --- helpers ---

/** The part of `@opentelemetry/context-async-hooks` that these tests need. */
function createContextManager(): ContextManager {
	const storage = new AsyncLocalStorage<Context>();
	const manager: ContextManager = {
		active: () => storage.getStore() ?? ROOT_CONTEXT,
		with: (active, work, self, ...args) =>
			storage.run(active, () => work.apply(self, args)),
		bind: (_active, target) => target,
		enable: () => manager,
		disable: () => manager,
	};
	return manager;
}
