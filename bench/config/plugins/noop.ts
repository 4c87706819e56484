/** Takes every delivery receipt and does nothing with it. */
export default {
	name: "noop",
	on: { "sms.dlr": () => undefined },
};
