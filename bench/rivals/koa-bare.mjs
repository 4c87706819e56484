// Koa's floor: it looks at nothing and reads nothing.
import Koa from "koa";
import { announce } from "./announce.mjs";

const app = new Koa();
app.use((ctx) => {
	ctx.body = "";
});

announce(app.listen(0, "127.0.0.1"));
