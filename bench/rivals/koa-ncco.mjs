// Koa's floor for an answered call: the array of config/answer.yaml, whatever was asked.
import { readFileSync } from "node:fs";
import Koa from "koa";
import { parse } from "yaml";
import { announce } from "./announce.mjs";

const file = new URL("../config/answer.yaml", import.meta.url);
const { ncco } = parse(readFileSync(file, "utf8")).routes[0].handler;

const app = new Koa();
app.use((ctx) => {
	ctx.body = ncco;
});

announce(app.listen(0, "127.0.0.1"));
