import { expect } from "chai";
import { createLog } from "../../src/observe/log.ts";

describe("relay", () => {
	const relay = (pretty: boolean, text: string): string => {
		let out = "";
		const log = createLog({
			pretty,
			colors: false,
			destination: {
				write(line) {
					out += line;
				},
			},
		});
		log.relay(Buffer.from(text));
		log.close();
		return out;
	};
	const LINE =
		'{"severity":"info","time":1796126700000,"worker":2,"line":"router","msg":"hello"}\n';

	it("passes the lines of another process on as they are", () => {
		expect(relay(false, `${LINE}text of a plugin\n`)).to.equal(
			`${LINE}text of a plugin\n`,
		);
	});

	it("lays them out for people, but for text that is no line of the log", () => {
		const shown = relay(true, `${LINE}text of a plugin\n`);
		expect(shown).to.include("hello").and.not.include("{");
		expect(shown).to.include("text of a plugin\n");
	});

	it("writes the number of a worker into each of its lines", () => {
		let out = "";
		const destination = {
			write(line: string) {
				out += line;
			},
		};
		createLog({ pretty: false, worker: 3, destination }).of("plugin").info("x");
		expect(JSON.parse(out)).to.include({ worker: 3, line: "plugin" });
	});
});
