import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { createTestLog } from "./lines.ts";

describe("createLog", () => {
	it("writes JSON lines with severity and time, and leaves `level` to routes", () => {
		const { log, lines } = createTestLog();
		log.warn({ level: "account" }, "text");
		const [line] = lines();
		expect(line).to.include({
			severity: "warn",
			level: "account",
			msg: "text",
		});
		expect(line?.time).to.be.a("number");
		expect(line).not.to.have.any.keys("pid", "hostname");
	});

	it("writes nothing below its level", () => {
		const { log, lines } = createTestLog({ level: "error" });
		log.warn("no");
		log.error("yes");
		expect(lines().map(({ msg }) => msg)).to.deep.equal(["yes"]);
	});

	it("masks messages, reasons, paths and errors", () => {
		const { log, text, lines } = createTestLog();
		const number = "447700900001";
		log.error(
			{
				err: new Error(number),
				reason: number,
				path: `/a/${number}`,
				url: number,
			},
			`about ${number}`,
		);
		log.error(new Error(number));
		expect(text()).not.to.include(number);
		expect(lines()[0]).to.include({
			reason: "44********01",
			path: "/a/44********01",
			msg: "about 44********01",
		});
	});

	it("masks nothing where payloads may be shown", () => {
		const { log, lines } = createTestLog({ payloads: true });
		log.info({ reason: "447700900001" }, "447700900001");
		expect(log.payloads).to.equal(true);
		expect(lines()[0]).to.include({
			reason: "447700900001",
			msg: "447700900001",
		});
	});

	it("writes text for people where it is asked to, level and all", () => {
		const { log, text } = createTestLog({ pretty: true });
		log.info({ level: "app", path: "/x" }, "hello");
		expect(text()).to.match(
			/^[\d:]{8} {5}info {9}hello {2}level=app {2}path=\/x\n$/,
		);
	});

	it("loses no line at the process's end, whichever way it comes", () => {
		const log = fileURLToPath(
			new URL("../../src/observe/log.ts", import.meta.url),
		);
		for (const end of [
			"",
			"process.exit(3)",
			"throw new Error('x')",
			"log.close(); process.kill(process.pid, 'SIGKILL')",
		]) {
			const { stdout } = spawnSync(
				process.execPath,
				[
					"--import",
					"tsx",
					"--input-type=module",
					"--eval",
					`const { createLog } = await import(${JSON.stringify(log)});
					const log = createLog();
					for (let n = 0; n < 1000; n += 1) log.info({ n }, "line");
					${end}`,
				],
				{ encoding: "utf8" },
			);
			const numbers = stdout
				.trimEnd()
				.split("\n")
				.map((line) => JSON.parse(line).n);
			expect(numbers, end).to.deep.equal(
				Array.from({ length: 1000 }, (_, n) => n),
			);
		}
	});
});
