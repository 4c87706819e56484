import type { CalleeAct } from "./call-context.ts";
import type { FaultName } from "./faults.ts";
import type { Channel, PartOrder } from "./messages/names.ts";

/** One thing that a person does with the phone. `leg` names a party; the default is the only one that can. */
export type PhoneAction =
	| {
			readonly do: "dial";
			readonly from?: string;
			readonly to?: string;
			/** The route or the path of the answer URL. */
			readonly answer?: string;
	  }
	| { readonly do: "press"; readonly keys: string; readonly leg?: string }
	| { readonly do: "say"; readonly text: string; readonly leg?: string }
	| { readonly do: "hangUp"; readonly leg?: string }
	/** Ends what plays. */
	| { readonly do: "skip"; readonly leg?: string }
	| { readonly do: "mute" | "unmute"; readonly leg?: string }
	| { readonly do: "hold" | "unhold"; readonly leg?: string }
	/** The called party of `connect`. */
	| {
			readonly do: "callee";
			readonly does: CalleeAct;
			readonly leg?: string;
	  }
	| {
			readonly do: "fault";
			readonly fault: FaultName;
			readonly kind?: string;
			readonly label?: string;
			readonly ms?: number;
	  }
	| {
			readonly do: "message";
			readonly text: string;
			readonly channel?: Channel;
			/** Default: the API that has a route. */
			readonly api?: "sms" | "messages";
			readonly from?: string;
			readonly to?: string;
			/** The order in which the parts of a long text arrive. */
			readonly order?: PartOrder;
	  }
	| {
			readonly do: "receipt";
			readonly status: string;
			readonly channel?: Channel;
			readonly api?: "sms" | "messages";
			readonly from?: string;
			readonly to?: string;
			/** The id of the message. Default: a new one. */
			readonly message?: string;
	  };

/** An action that is not possible now. */
export class CannotDo extends Error {
	override readonly name = "CannotDo";
}
