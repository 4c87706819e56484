// The Express app as it was: every webhook of the platform in one file. Run it with `npm install express && node app.mjs`.
import express from "express";

const publicUrl = process.env.PUBLIC_URL ?? "http://localhost:8080";
const app = express();
app.use(express.json());
app.use(express.urlencoded({ extended: false }));

app.all("/webhooks/answer", (request, response) => {
	const { from } = { ...request.query, ...request.body };
	response.json([
		{ action: "talk", text: `Hello ${from}. Press 1 for our opening hours.` },
		{
			action: "input",
			type: ["dtmf"],
			dtmf: { maxDigits: 1 },
			eventUrl: [`${publicUrl}/webhooks/menu`],
		},
	]);
});

app.post("/webhooks/menu", (request, response) => {
	const { dtmf } = request.body;
	const digits = typeof dtmf === "string" ? dtmf : dtmf?.digits; // two shapes
	const hours = "We are open from nine to five.";
	const text = digits === "1" ? hours : "Sorry, there is no such choice.";
	response.json([{ action: "talk", text }]);
});

app.post("/webhooks/events", (request, response) => {
	const { uuid, status } = request.body;
	console.log("call", uuid, status);
	response.sendStatus(204);
});

app.all("/webhooks/inbound-sms", async (request, response) => {
	const { msisdn, text, messageId } = { ...request.query, ...request.body };
	if (messageId === undefined) return response.sendStatus(200); // a probe
	await saveTicket(msisdn, text); // when this throws, the message is sent again, and maybe saved twice
	response.sendStatus(200);
});

async function saveTicket(from, text) {
	const tickets = process.env.TICKETS_URL ?? "http://127.0.0.1:4000/tickets";
	await fetch(tickets, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ from, text }),
	});
}

app.listen(3000, "127.0.0.1");
