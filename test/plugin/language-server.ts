import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The compiler's language server, as an editor runs it: the Language Server Protocol over its standard input and output. */
export class LanguageServer {
	readonly #child: ChildProcess;
	readonly #waiting = new Map<number, (result: unknown) => void>();
	#buffer = Buffer.alloc(0);
	#id = 0;

	private constructor(cwd: string) {
		const tsc = fileURLToPath(
			new URL("../../node_modules/typescript/bin/tsc", import.meta.url),
		);
		this.#child = spawn(process.execPath, [tsc, "--lsp", "--stdio"], {
			cwd,
			stdio: ["pipe", "pipe", "ignore"],
		});
		this.#child.stdout?.on("data", (chunk: Buffer) => this.#take(chunk));
	}

	static async open(folder: string): Promise<LanguageServer> {
		const server = new LanguageServer(folder);
		await server.#ask("initialize", {
			processId: process.pid,
			rootUri: pathToFileURL(folder).href,
			capabilities: { textDocument: { completion: {} } },
		});
		server.#send({ method: "initialized", params: {} });
		return server;
	}

	/** Lists what is offered at the mark `▮` of a file, whose text need not be on the disk. */
	async complete(file: string, marked: string): Promise<readonly string[]> {
		const [before = "", after = ""] = marked.split("▮");
		const uri = pathToFileURL(file).href;
		const lines = before.split("\n");
		this.#send({
			method: "textDocument/didOpen",
			params: {
				textDocument: {
					uri,
					languageId: "typescript",
					version: 1,
					text: before + after,
				},
			},
		});
		const result = (await this.#ask("textDocument/completion", {
			textDocument: { uri },
			position: {
				line: lines.length - 1,
				character: lines.at(-1)?.length ?? 0,
			},
		})) as { readonly items?: readonly { readonly label: string }[] } | null;
		this.#send({
			method: "textDocument/didClose",
			params: { textDocument: { uri } },
		});
		return (result?.items ?? []).map(({ label }) => label.replace(/\?$/, ""));
	}

	/** Ends the process, and resolves when it has ended. */
	close(): Promise<void> {
		const ended = new Promise<void>((resolve) =>
			this.#child.once("exit", () => resolve()),
		);
		this.#child.kill();
		return ended;
	}

	#ask(method: string, params: object): Promise<unknown> {
		this.#id += 1;
		const id = this.#id;
		return new Promise((resolve) => {
			this.#waiting.set(id, resolve);
			this.#send({ id, method, params });
		});
	}

	#send(message: object): void {
		const text = JSON.stringify({ jsonrpc: "2.0", ...message });
		const length = Buffer.byteLength(text);
		this.#child.stdin?.write(`Content-Length: ${length}\r\n\r\n${text}`);
	}

	#take(chunk: Buffer): void {
		this.#buffer = Buffer.concat([this.#buffer, chunk]);
		for (;;) {
			const end = this.#buffer.indexOf("\r\n\r\n");
			if (end < 0) return;
			const head = this.#buffer.toString("latin1", 0, end);
			const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
			const start = end + 4;
			if (this.#buffer.length < start + length) return;
			const text = this.#buffer.toString("utf8", start, start + length);
			this.#buffer = this.#buffer.subarray(start + length);
			this.#receive(JSON.parse(text));
		}
	}

	#receive(message: {
		readonly id?: number;
		readonly method?: string;
		readonly params?: { readonly items?: readonly unknown[] };
		readonly result?: unknown;
	}): void {
		const { id, method, params, result } = message;
		if (id === undefined) return;
		if (method === undefined) {
			this.#waiting.get(id)?.(result);
			this.#waiting.delete(id);
			return;
		}
		// It asks for the editor's settings, and there are none.
		const answer = params?.items?.map(() => null) ?? null;
		this.#send({ id, result: answer });
	}
}
