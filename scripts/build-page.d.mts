/** Builds the page afresh. Returns the folder. */
export function buildPage(folder?: string): string;
