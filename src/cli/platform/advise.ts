import type { ConfigOptions } from "../command.ts";
import type { Io } from "../io.ts";

export async function writeAdvice(
	_io: Io,
	_options: ConfigOptions,
	_level: "request" | "ncco",
): Promise<void> {}
