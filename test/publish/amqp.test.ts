import { RABBITMQ, startRabbitmq } from "./brokers/rabbitmq.ts";
import { describeBroker } from "./contract.ts";

describeBroker("RabbitMQ", RABBITMQ, startRabbitmq);
