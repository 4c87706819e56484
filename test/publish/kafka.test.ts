import { startKafka } from "./brokers/kafka.ts";
import { describeBroker } from "./contract.ts";

describeBroker("a stand-in for Kafka", "of this process", startKafka);
