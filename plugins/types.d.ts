import type { Payload } from "switchhook";

declare module "switchhook" {
	interface Payloads {
		"invoice-paid": Payload;
	}
}
