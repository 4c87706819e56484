import { isAbsolute, relative } from "node:path";

/** Returns a path relative to a folder for people, or unchanged if it is outside of it. */
export function toShown(folder: string, path: string): string {
	if (!isAbsolute(path)) return path;
	const near = relative(folder, path);
	const isInside = near !== "" && !near.startsWith("..") && !isAbsolute(near);
	return isInside ? near : path;
}
