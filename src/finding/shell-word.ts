/** Writes a text as a word of a POSIX shell, in quotes only where it needs them. */
export function toShellWord(text: string): string {
	return /^[\w@%+=:,./-]+$/.test(text) ? text : quoteShellWord(text);
}

/** Puts a text into single quotes, in which a POSIX shell changes nothing. */
export function quoteShellWord(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}
