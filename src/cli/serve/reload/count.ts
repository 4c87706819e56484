import type { Metrics } from "../../../observe/metrics/metrics.ts";
import type { ReloadListener } from "./reload.ts";

/** Returns a listener that counts the results of reloads, and passes them on. */
export function countReloads(
	listener: ReloadListener,
	metrics: Pick<Metrics, "reloaded">,
): ReloadListener {
	return {
		reloaded(reloaded) {
			metrics.reloaded("ok");
			return listener.reloaded(reloaded);
		},
		refused(findings, files, ms) {
			metrics.reloaded("refused");
			return listener.refused(findings, files, ms);
		},
		failed(error) {
			metrics.reloaded("failed");
			listener.failed(error);
		},
	};
}
