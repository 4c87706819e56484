import Mocha from "mocha";

/** Mocha's own spec output, then the plain line that a machine reads. */
export default class PlainSummary extends Mocha.reporters.Spec {
	override epilogue(): void {
		super.epilogue();
		const { passes, failures, pending } = this.stats;
		const skipped = pending > 0 ? `, ${pending} skipped` : "";
		console.log(`${passes} passed, ${failures} failed${skipped}`);
	}
}
