// Fastify with its own schema check; no address check, no log.
import Fastify from "fastify";
import { announce } from "./announce.mjs";
import { RECEIPT } from "./schema.mjs";

const app = Fastify({ logger: false });
app.post(
	"/webhooks/delivery-receipts",
	{ schema: { body: RECEIPT } },
	(_request, reply) => reply.code(200).send(),
);

await app.listen({ port: 0, host: "127.0.0.1" });
announce(app.server);
