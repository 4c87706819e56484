/** Returns true if a process with this id runs, no matter which user owns it. */
export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// It belongs to another user.
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}
