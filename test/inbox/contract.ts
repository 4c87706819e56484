import { describeAdmin } from "./contract/admin.ts";
import { describeAlerts } from "./contract/alerts.ts";
import { describeAnswers } from "./contract/answers.ts";
import { describeChildren } from "./contract/children.ts";
import { describeCommit } from "./contract/commit.ts";
import { describeDesk } from "./contract/desk.ts";
import type { CreateGround } from "./contract/ground.ts";
import { useInbox } from "./contract/ground.ts";
import { describeHistory } from "./contract/history.ts";
import { describeLanes } from "./contract/lanes.ts";
import { describeLease } from "./contract/lease.ts";
import { describeLookUp } from "./contract/look-up.ts";
import { describePacing } from "./contract/pacing.ts";
import { describePut } from "./contract/put.ts";
import { describeQuarantine } from "./contract/quarantine.ts";
import { describeRedact } from "./contract/redact.ts";
import { describeRoom } from "./contract/room.ts";
import { describeSettle } from "./contract/settle.ts";
import { describeState } from "./contract/state.ts";
import { describeTransfer } from "./contract/transfer.ts";
import { describeUpkeep } from "./contract/upkeep.ts";
import { describeWanted } from "./contract/wanted.ts";

/**
 * What every engine of the inbox promises.
 *
 * @param create makes an empty inbox: a folder, a schema of a database
 * @param createOther where exports are taken in; default another one of the same engine
 */
export function describeInboxContract(
	name: string,
	create: CreateGround,
	createOther: CreateGround = create,
): void {
	describe(`the inbox on ${name}`, () => {
		const inbox = useInbox(create);
		describePut(inbox);
		describeCommit(inbox);
		describeWanted(inbox);
		describeChildren(inbox);
		describeLease(inbox);
		describeSettle(inbox);
		describeLanes(inbox);
		describeState(inbox);
		describePacing(inbox);
		describeAlerts(inbox);
		describeAdmin(inbox);
		describeLookUp(inbox);
		describeDesk(inbox);
		describeRedact(inbox);
		describeAnswers(inbox);
		describeUpkeep(inbox);
		describeHistory(inbox);
		describeQuarantine(inbox);
		describeRoom(inbox);
		describeTransfer(inbox, createOther);
	});
}
