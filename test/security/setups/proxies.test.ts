import { expect } from "chai";
import {
	isInstalled,
	PROXIES,
	STRANGER,
	sendBytes,
	withProxy,
} from "../proxies/proxy.ts";
import {
	type Behind,
	behindForwarder,
	behindTunnel,
	portOf,
} from "./fronts.ts";
import { PLATFORM, withSetup } from "./setup.ts";

const FORGED = `X-Forwarded-For: ${PLATFORM}\r\n`;

/** Where the client is named: a working webhook, and a closed firewall. */
const NAMING: readonly [title: string, setup: string, behind: Behind][] = [
	["a tunnel that names the client", "tunnel", behindTunnel],
	...PROXIES.filter(isInstalled).map((proxy): [string, string, Behind] => [
		proxy.name,
		"proxy",
		(port, use) => withProxy(proxy, port, use),
	]),
];

describe("who follows docs/security.md", () => {
	for (const [title, setup, behind] of NAMING) {
		it(`has a working webhook and a closed firewall behind ${title}`, () =>
			withSetup(setup, ({ router, webhook }) =>
				behind(portOf(router.url), async (port) => {
					const send = (from: string, isSigned: boolean, headers?: string) =>
						sendBytes(port, webhook(isSigned, headers), from);
					expect(await send(PLATFORM, true)).to.equal(200);
					expect(await send(PLATFORM, false)).to.equal(401);
					expect(await send(PLATFORM, true, FORGED)).to.equal(200);
					expect(await send(STRANGER, true)).to.equal(403);
					expect(await send(STRANGER, true, FORGED)).to.equal(403);
					const named = `Forwarded: for=${PLATFORM}\r\n`;
					expect(await send(STRANGER, true, named)).to.equal(403);
				}),
			));
	}

	it("has a signature instead of a firewall behind ssh -R and plain TCP", () =>
		withSetup("tcp-tunnel", ({ router, webhook }) =>
			behindForwarder(portOf(router.url), async (port) => {
				for (const headers of ["", FORGED]) {
					const signed = webhook(true, headers);
					expect(await sendBytes(port, signed, STRANGER)).to.equal(200);
					const bare = webhook(false, headers);
					expect(await sendBytes(port, bare, STRANGER)).to.equal(401);
				}
			}),
		));
});
