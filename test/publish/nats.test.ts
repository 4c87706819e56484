import { NATS, startNats } from "./brokers/nats.ts";
import { describeBroker } from "./contract.ts";

describeBroker("NATS", NATS, startNats);
