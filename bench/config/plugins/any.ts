/** Takes every webhook and does nothing with it. */
export default { name: "any", on: { "*": () => undefined } };
