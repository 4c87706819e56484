/** Counts what the process of the tests starts, from now on. */
export function countStarts(): Readonly<Record<string, number>>;
