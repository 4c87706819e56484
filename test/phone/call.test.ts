import { expect } from "chai";
import { MENU, play } from "./play.ts";

describe("a call of the phone", () => {
	it("walks through a menu, with a wrong key and then the right one", async () => {
		const played = await play(
			MENU,
			`steps:
  - hear: Press 1 for hours
  - press: "7"
  - hear: 7 is not in the menu
  - press: "1"
  - hear: We open at nine
  - ends: platform
`,
		);
		expect(played.said).to.deep.equal([]);
		expect(played.rungs).to.deep.equal([
			"caller started",
			"caller ringing",
			"caller answer",
			"caller answered",
			"caller input",
			"caller input",
			"caller completed",
		]);
	});
});
