import { expect } from "chai";
import type { Commit } from "../../../src/inbox/port/store.ts";
import { delivery, type InboxFixture } from "./ground.ts";

/** The report of commits, which the metrics count. */
export function describeCommit(inbox: InboxFixture): void {
	describe("commits", () => {
		it("reports each commit of new deliveries, with its size and its time", async () => {
			const commits: Commit[] = [];
			await inbox.reopen({ onCommit: (commit) => void commits.push(commit) });
			const first = delivery();
			await inbox.store.put([first]);
			await inbox.store.put([delivery(), delivery()]);
			await inbox.store.put([first]);
			await inbox.store.drop({ ids: [first.id] });
			expect(commits.map(({ deliveries }) => deliveries)).to.deep.equal([
				1, 2, 1,
			]);
			for (const { ms } of commits) expect(ms).to.be.within(0, 60_000);
		});

		it("shares one commit among puts that come together", async () => {
			const commits: Commit[] = [];
			await inbox.reopen({ onCommit: (commit) => void commits.push(commit) });
			const puts = Array.from({ length: 20 }, () =>
				inbox.store.put([delivery()]),
			);
			await Promise.all(puts);
			const sizes = commits.map(({ deliveries }) => deliveries);
			expect(sizes.length).to.be.below(20);
			expect(sizes.reduce((sum, size) => sum + size, 0)).to.equal(20);
		});
	});
}
