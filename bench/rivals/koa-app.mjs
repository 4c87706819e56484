// What a user would write instead of a route: Koa, a router, a body parser, a schema and an address
// check, everything that can be prepared prepared once. It does not log.
import Router from "@koa/router";
import { Ajv } from "ajv";
import ipaddr from "ipaddr.js";
import Koa from "koa";
import bodyParser from "koa-bodyparser";
import { announce } from "./announce.mjs";
import { RECEIPT } from "./schema.mjs";

const allowed = ["127.0.0.0/8", "::1/128"].map((cidr) =>
	ipaddr.parseCIDR(cidr),
);
const validate = new Ajv({ strict: false }).compile(RECEIPT);

const app = new Koa();
const router = new Router();

app.use(async (ctx, next) => {
	const client = ipaddr.process(ctx.ip);
	const admitted = allowed.some(
		([network, bits]) =>
			network.kind() === client.kind() && client.match(network, bits),
	);
	if (!admitted) ctx.throw(403);
	await next();
});
app.use(bodyParser({ enableTypes: ["json", "form"], jsonLimit: "100kb" }));

router.post("/webhooks/delivery-receipts", (ctx) => {
	if (!validate(ctx.request.body)) ctx.throw(422);
	ctx.status = 200;
	ctx.body = "";
});

app.use(router.routes());
app.use(router.allowedMethods());

announce(app.listen(0, "127.0.0.1"));
