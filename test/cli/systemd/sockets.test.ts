import { expect } from "chai";
import {
	readSockets,
	socketsForAdmin,
	socketsForWebhooks,
} from "../../../src/cli/systemd/sockets.ts";

const PID = 42;
const read = (env: Record<string, string>) => readSockets(env, PID);
const handed = (fd: number, name = "") => ({ kind: "handed", fd, name });

describe("the sockets of systemd", () => {
	it("are none without the variables, and with ones that say nothing", () => {
		for (const env of [
			{},
			{ LISTEN_PID: "42" },
			{ LISTEN_FDS: "2" },
			{ LISTEN_PID: "42", LISTEN_FDS: "0" },
			{ LISTEN_PID: "42", LISTEN_FDS: "-1" },
			{ LISTEN_PID: "42", LISTEN_FDS: "two" },
			{ LISTEN_PID: "42", LISTEN_FDS: "" },
		] as Record<string, string>[]) {
			expect(read(env), JSON.stringify(env)).to.deep.equal({ sockets: [] });
			expect(socketsForWebhooks(read(env))).to.equal(undefined);
		}
	});

	it("begin at descriptor 3, each with its name", () => {
		const all = read({
			LISTEN_PID: "42",
			LISTEN_FDS: "3",
			LISTEN_FDNAMES: "web:admin",
		});
		expect(all.sockets).to.deep.equal([
			handed(3, "web"),
			handed(4, "admin"),
			handed(5),
		]);
		expect(socketsForWebhooks(all)).to.deep.equal([
			handed(3, "web"),
			handed(5),
		]);
		expect(socketsForAdmin(all)).to.deep.equal([handed(4, "admin")]);
	});

	it("leave `server.listen` in force where they are for the admin listener alone", () => {
		const all = read({
			LISTEN_PID: "42",
			LISTEN_FDS: "1",
			LISTEN_FDNAMES: "admin",
		});
		expect(socketsForWebhooks(all)).to.equal(undefined);
	});

	it("are not taken where they are for another process, and that is said", () => {
		const { sockets, problem } = read({ LISTEN_PID: "41", LISTEN_FDS: "1" });
		expect(sockets).to.deep.equal([]);
		expect(problem).to.match(/for the process 41, and this one is 42/);
	});
});
